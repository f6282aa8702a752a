// The map: a rectangle for each cluster, its area the count of its words; clusters that
// are close in the tree stand together.

const LINE = 1.4; // height, in ems: as in clusters.css
const NARROW = 34; // pixels: less has no room for a word
const LEAST_ACROSS = 15;

class ClusterMap {
  constructor(app) {
    this.app = app;
    this.pane = byId("map");
    this.pane.addEventListener("click", (event) => {
      const tile = event.target.closest("[data-tile]");
      if (tile) app.select(Number(tile.dataset.tile));
    });
    this.pane.addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[
        event.key
      ];
      const tile = event.target.closest("[data-tile]");
      if (!move || !tile) return;
      const next = move > 0 ? tile.nextElementSibling : tile.previousElementSibling;
      if (!next) return;
      event.preventDefault();
      tile.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    new ResizeObserver(() => this.draw()).observe(this.pane);
  }

  draw() {
    if (this.pane.hidden || !this.pane.clientWidth) return;
    const { view, tree } = this.app;
    const size = tree.total[0] ? tree.total : tree.nWords;
    const root = view.root.copy().sum(() => 0);
    root.eachAfter((node) => {
      node.value = node.children
        ? node.children.reduce((sum, child) => sum + child.value, 0)
        : size[node.data];
    });
    d3
      .treemap()
      .size([this.pane.clientWidth, this.pane.clientHeight])
      .paddingInner(1.5)
      .round(false)(root);
    this.pane.replaceChildren(...root.leaves().map((leaf, i) => this.#tile(leaf, i)));
    this.mark();
  }

  #tile(leaf, i) {
    const { view, tree } = this.app;
    const node = leaf.data;
    const [width, height] = [leaf.x1 - leaf.x0, leaf.y1 - leaf.y0];
    const name = tree.name(node) || "all words";
    const top = tree.topWords(node);
    const label = `${shortened(name)}, ${amount(tree.nWords[node], "word")}: ${top
      .map(([word]) => visible(word))
      .join(" ")}`;
    const tile = make("button", {
      type: "button",
      class: "tile",
      "data-tile": node,
      tabindex: i ? "-1" : "0",
      title: label,
    });
    for (const [property, value] of [
      ["left", leaf.x0],
      ["top", leaf.y0],
      ["width", width],
      ["height", height],
    ]) {
      tile.style.setProperty(property, `${value}px`);
    }
    tile.style.setProperty("--hue", view.hue(node));
    this.#fill(tile, top, width, height);
    return tile;
  }

  // As many whole lines of words as fit; from top to bottom in a narrow tile.
  #fill(tile, top, width, height) {
    const isNarrow = width < NARROW && height > width;
    const [along, across] = isNarrow ? [height, width] : [width, height];
    if (along < NARROW || across < LEAST_ACROSS) return;
    const large = Math.min(26, Math.max(11, Math.sqrt(width * height) / 9));
    const nLines = Math.max(1, Math.floor((across - 4) / (LINE * large)));
    const words = make("span", { class: "fitting" });
    for (const [word, count] of top) words.append(chip(word, count, top[0][1]), " ");
    words.style.setProperty("block-size", `${nLines * LINE * large}px`);
    tile.style.setProperty("--large", `${large}px`);
    tile.classList.toggle("narrow", isNarrow);
    tile.append(words);
  }

  mark() {
    const { selection, tree } = this.app;
    for (const tile of this.pane.children) {
      const node = Number(tile.dataset.tile);
      const chosen = selection && tree.contains(selection.node, node);
      const around = selection && tree.contains(node, selection.node);
      tile.setAttribute("aria-pressed", Boolean(chosen || around));
    }
  }
}
