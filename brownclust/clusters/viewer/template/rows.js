// The tree pane: one row a cluster, the tree drawn at the left. Only what is in sight
// is in the document, so that thousands of clusters scroll as fast as ten.

const SPARE_ROWS = 8;
const JOINT = 4; // radius
const SVG = "http://www.w3.org/2000/svg";

class Rows {
  constructor(app) {
    this.app = app;
    this.pane = byId("rows");
    this.canvas = byId("canvas");
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("aria-hidden", "true");
    this.canvas.append(this.svg);
    this.drawn = new Map(); // the element of each row
    this.active = 0;
    this.pane.addEventListener("scroll", () => this.requestDraw());
    this.pane.addEventListener("keydown", (event) => this.#onKey(event));
    this.canvas.addEventListener("click", (event) => this.#onClick(event));
    new ResizeObserver(() => this.resize()).observe(this.pane);
  }

  get view() {
    return this.app.view;
  }

  resize() {
    const leaf = this.rowHeight ? this.leafToKeep() : 0;
    const height = this.rowHeight ? this.heightOf(leaf) : 0;
    const style = getComputedStyle(this.pane);
    this.rowHeight = parseFloat(style.getPropertyValue("--row-height"));
    const flat = this.app.tree.kind === "flat";
    this.treeWidth = flat ? 12 : parseFloat(style.getPropertyValue("--tree-width"));
    this.pane.style.setProperty("--left", `${this.treeWidth}px`);
    this.paneHeight = this.pane.clientHeight;
    this.redraw(leaf, Math.min(height, this.paneHeight - this.rowHeight));
  }

  // Draw all again, with the row of a leaf at a height in the pane.
  redraw(leaf, height) {
    const { view } = this;
    const { depth, kind } = this.app.tree;
    const deepest = view.rows.reduce((most, node) => Math.max(most, depth[node]), 0);
    const nCharacters = kind === "flat" ? 16 : Math.min(Math.max(deepest, 9), 26);
    this.pane.style.setProperty("--name", `${nCharacters + 2}ch`);
    this.canvas.style.height = `${view.rows.length * this.rowHeight}px`;
    this.pane.scrollTop = view.rowOfLeaf[leaf] * this.rowHeight - height;
    this.active = Math.min(this.active, view.rows.length - 1);
    for (const element of this.drawn.values()) element.remove();
    this.drawn.clear();
    this.draw();
  }

  // The height in the pane of the row of a leaf; 0 if it is out of sight.
  heightOf(leaf) {
    return this.#isInSight(leaf) ? this.#height(leaf) : 0;
  }

  // The leaf whose row stays in its place: of the selection, or the first in sight.
  leafToKeep() {
    const { selection, tree } = this.app;
    const selected = selection ? tree.first[selection.node] : null;
    if (selected !== null && this.#isInSight(selected)) return selected;
    const row = Math.ceil(this.pane.scrollTop / this.rowHeight);
    return tree.first[this.view.rows[Math.min(row, this.view.rows.length - 1)]];
  }

  #height(leaf) {
    return this.view.rowOfLeaf[leaf] * this.rowHeight - this.pane.scrollTop;
  }

  #isInSight(leaf) {
    const height = this.#height(leaf);
    return height >= 0 && height < this.paneHeight; // before it is resized
  }

  requestDraw() {
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = undefined;
    const { view, rowHeight, pane } = this;
    const last = view.rows.length - 1;
    const first = Math.floor(pane.scrollTop / rowHeight) - SPARE_ROWS;
    const from = Math.max(0, first);
    const n = Math.ceil(pane.clientHeight / rowHeight) + 2 * SPARE_ROWS;
    const to = Math.min(last, first + n);
    for (const [row, element] of this.drawn) {
      if (row < from || row > to) {
        element.remove();
        this.drawn.delete(row);
      }
    }
    for (let row = from; row <= to; row++) {
      if (this.drawn.has(row)) continue;
      const element = this.#row(row);
      this.drawn.set(row, element);
      this.canvas.append(element);
    }
    this.#mark();
    if (this.app.tree.kind !== "flat") this.#drawTree(from, to);
  }

  #row(row) {
    const { app, view } = this;
    const { tree } = app;
    const node = view.rows[row];
    const name = tree.name(node);
    const canOpen = !tree.isLeaf(node);
    const top = tree.topWords(node);
    const nWords = amount(tree.nWords[node], "word");
    const element = make(
      "div",
      {
        class: "row",
        id: `row-${row}`,
        role: "treeitem",
        "aria-level": tree.depth[node] + 1,
        "aria-posinset": row + 1,
        "aria-setsize": view.rows.length,
        "aria-expanded": canOpen && "false",
        "data-row": row,
      },
      make("span", {
        class: canOpen ? "toggle" : "toggle none",
        "data-open": canOpen,
        title: canOpen ? "Show the two clusters below it (→)" : null,
        "aria-hidden": "true",
      }),
      make("span", {
        class: "name",
        title: name,
        text: shortened(name) || "all words",
      }),
      make("span", {
        class: "size",
        title: nWords,
        text: number.format(tree.nWords[node]),
      }),
      wordLine(top),
    );
    element.style.setProperty("--hue", view.hue(node));
    element.style.top = `${row * this.rowHeight}px`;
    return element;
  }

  // Mark the selected rows, and the one where the keyboard is.
  #mark() {
    const { selection, tree } = this.app;
    const isPart = selection !== null && selection.node > 0;
    const [from, to] = isPart ? this.view.range(selection.node) : [-1, -2];
    for (const [row, element] of this.drawn) {
      element.setAttribute("aria-selected", row >= from && row <= to);
      element.classList.toggle("active", row === this.active);
    }
    this.pane.setAttribute("aria-activedescendant", `row-${this.active}`);
    this.pane.setAttribute("aria-multiselectable", String(tree.kind !== "flat"));
  }

  #drawTree(from, to) {
    const { view, rowHeight, svg } = this;
    const { tree, selection } = this.app;
    const top = from * rowHeight;
    const height = (to - from + 1) * rowHeight;
    svg.style.top = `${top}px`;
    svg.setAttribute("width", this.treeWidth);
    svg.setAttribute("height", height);
    const x = (node) => 10 + node.across * (this.treeWidth - 18);
    const y = (node) => (node.row + 0.5) * rowHeight - top;
    const lines = [];
    const joints = [];
    for (const node of view.inner) {
      const children = node.children;
      if (y(children.at(-1)) < 0 || y(children[0]) > height) continue;
      for (const child of children) {
        const onPath = selection && tree.contains(child.data, selection.node);
        const line = document.createElementNS(SVG, "path");
        line.setAttribute(
          "d",
          `M${x(node)} ${clip(y(node))}V${clip(y(child))}H${x(child)}`,
        );
        line.setAttribute("class", onPath ? "line selected" : "line");
        line.style.setProperty("--hue", view.hue(child.data));
        if (onPath) lines.push(line);
        else lines.unshift(line);
      }
      if (y(node) > -JOINT && y(node) < height + JOINT) joints.push(node);
    }
    function clip(at) {
      return Math.min(Math.max(at, -rowHeight), height + rowHeight);
    }
    svg.replaceChildren(...lines, ...joints.map((node) => this.#joint(node, x, y)));
  }

  #joint(node, x, y) {
    const { tree } = this.app;
    const joint = document.createElementNS(SVG, "g");
    joint.setAttribute("class", "joint");
    joint.dataset.node = node.data;
    joint.style.setProperty("--hue", this.view.hue(node.data));
    for (const [kind, radius] of [
      ["target", 9],
      ["dot", JOINT],
    ]) {
      const circle = document.createElementNS(SVG, "circle");
      circle.setAttribute("class", kind);
      circle.setAttribute("cx", x(node));
      circle.setAttribute("cy", y(node));
      circle.setAttribute("r", radius);
      joint.append(circle);
    }
    const title = document.createElementNS(SVG, "title");
    const name = shortened(tree.name(node.data)) || "all";
    title.textContent = `${name}: ${amount(tree.nWords[node.data], "word")}. Click to collapse.`;
    joint.append(title);
    return joint;
  }

  #onClick(event) {
    const joint = event.target.closest("[data-node]");
    if (joint) return this.app.setOpen(Number(joint.dataset.node), false);
    const element = event.target.closest("[data-row]");
    if (!element) return;
    this.active = Number(element.dataset.row);
    const node = this.view.rows[this.active];
    if (event.target.closest("[data-open]")) return this.app.setOpen(node, true);
    const word = event.target.closest("[data-word]");
    if (word) this.app.chooseText(this.app.tree.topWords(node)[word.dataset.word][0]);
    else this.app.select(node);
  }

  #onKey(event) {
    if (event.target !== this.pane || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const { view } = this;
    const { tree } = this.app;
    const node = view.rows[this.active];
    const page = Math.max(1, Math.floor(this.pane.clientHeight / this.rowHeight) - 1);
    const moves = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page };
    if (event.key in moves) this.#go(this.active + moves[event.key]);
    else if (event.key === "Home") this.#go(0);
    else if (event.key === "End") this.#go(view.rows.length - 1);
    else if (event.key === "Enter" || event.key === " ") this.app.select(node);
    else if (event.key === "ArrowRight" && !tree.isLeaf(node))
      this.app.setOpen(node, true);
    else if (event.key === "ArrowLeft" && node > 0 && tree.kind !== "flat") {
      this.app.setOpen(tree.parent[node], false);
    } else return;
    event.preventDefault();
  }

  #go(row) {
    this.active = Math.min(Math.max(row, 0), this.view.rows.length - 1);
    this.reveal(this.active, "nearest");
    this.app.select(this.view.rows[this.active], { reveal: false, isStep: true });
  }

  // Scroll so that a row is in sight, in the middle if it was not.
  reveal(row, where = "middle") {
    const { pane, rowHeight } = this;
    const [top, bottom] = [row * rowHeight, (row + 1) * rowHeight];
    const inSight =
      top >= pane.scrollTop && bottom <= pane.scrollTop + pane.clientHeight;
    if (!inSight && where === "middle") {
      pane.scrollTop = top - (pane.clientHeight - rowHeight) / 2;
    } else if (top < pane.scrollTop) pane.scrollTop = top;
    else if (!inSight) pane.scrollTop = bottom - pane.clientHeight;
    this.draw();
  }
}
