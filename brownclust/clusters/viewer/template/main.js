// The page as a whole: what is shown and selected, the address, and the keys.

const ADDRESS_DELAY = 200; // milliseconds

class App {
  constructor(tree) {
    this.tree = tree;
    this.view = new View(tree);
    this.selection = null; // { node, word }, the word by its id, if one is selected
    this.cut = new CutControl(this);
    this.rows = new Rows(this);
    this.map = new ClusterMap(this);
    this.detail = new Detail(this);
    this.search = new Search(this);
  }

  // All words, unpacked when first asked for.
  allWords() {
    this.words ??= wholePageRead()
      .then(() => unpack("words-data"))
      .then((data) => new Words(data, this.tree));
    return this.words;
  }

  say(text) {
    byId("status").textContent = text;
  }

  cutAt(value) {
    this.#change(this.rows.leafToKeep(), () => this.view.cutAt(value));
    this.#setAddress(true);
  }

  setOpen(node, isOpen) {
    this.#change(this.tree.first[node], () => this.view.setOpen(node, isOpen));
    this.rows.active = this.view.range(node)[0];
    this.rows.draw();
    const clusters = amount(this.view.rows.length, "cluster");
    this.say(`${isOpen ? "Expanded" : "Collapsed"}: ${clusters} shown`);
    if (this.selection) this.detail.show();
  }

  reset() {
    this.#change(this.rows.leafToKeep(), () => this.view.reset());
    byId("rows").focus();
  }

  // Change the view, and keep a leaf in its place.
  #change(leaf, change) {
    const height = this.rows.heightOf(leaf);
    change();
    this.rows.redraw(leaf, height);
    this.map.draw();
    this.cut.show();
  }

  select(node, { word, reveal = true, isStep = false } = {}) {
    this.#setSelection({ node, word });
    const [row] = this.view.range(node);
    this.rows.active = row;
    if (reveal) this.rows.reveal(row);
    else this.rows.draw();
    this.map.mark();
    this.detail.show();
    this.#setAddress(isStep);
  }

  async chooseWord(id) {
    const words = await this.allWords();
    this.select(this.tree.leaves[words.labels[id]], { word: id });
    this.say(
      `${visible(words.words[id])}: cluster ${this.tree.name(this.selection.node)}`,
    );
  }

  async chooseText(word) {
    const id = (await this.allWords()).find(word);
    if (id >= 0) await this.chooseWord(id);
    else this.say(`${visible(word)} is not among the words`);
  }

  // A phone shows the selection below the tree, which has less room then.
  #setSelection(selection) {
    this.selection = selection;
    document.body.classList.toggle("has-selection", selection !== null);
  }

  clear() {
    this.#setSelection(null);
    this.rows.draw();
    this.map.mark();
    this.detail.show();
    this.#setAddress();
    byId("rows").focus();
  }

  // What is chosen adds to the history. Steps and cuts replace the address, once the
  // slider rests: browsers refuse hundreds of changes in a row.
  #setAddress(replace = false) {
    clearTimeout(this.addressTimer);
    if (!replace) this.#writeAddress("pushState");
    else {
      const write = () => this.#writeAddress("replaceState");
      this.addressTimer = setTimeout(write, ADDRESS_DELAY);
    }
  }

  async #writeAddress(method) {
    const parts = [];
    const { selection, view, tree } = this;
    if (selection?.word !== undefined) {
      const { words } = await this.allWords();
      parts.push(`w=${encodeURIComponent(words[selection.word])}`);
    } else if (selection)
      parts.push(`c=${encodeURIComponent(tree.name(selection.node))}`);
    if (view.value !== tree.start) parts.push(`k=${view.value}`);
    if (document.body.classList.contains("as-map")) parts.push("map");
    const address = `#${parts.join("&")}`;
    if (address === (location.hash || "#")) return;
    history[method](null, "", address);
  }

  async readAddress() {
    const given = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
    const value = Number(given.get("k") ?? this.tree.start);
    if (this.tree.kind !== "flat" && value !== this.view.value) {
      this.#change(0, () => this.view.cutAt(value));
    }
    this.showMap(given.has("map"), false);
    if (given.has("w")) return this.chooseText(given.get("w"));
    if (!given.has("c")) {
      this.#setSelection(null);
      this.rows.draw();
      return this.detail.show();
    }
    const node = this.tree.find(given.get("c"));
    if (node !== null) return this.select(node);
    return this.say(`There is no cluster ${given.get("c")}`);
  }

  showMap(isMap, isNew = true) {
    document.body.classList.toggle("as-map", isMap);
    byId("map").hidden = !isMap;
    byId("rows").hidden = isMap;
    byId("as-map").setAttribute("aria-pressed", isMap);
    byId("as-tree").setAttribute("aria-pressed", !isMap);
    if (isMap) this.map.draw();
    if (!isNew) return;
    this.#setAddress(true);
    if (!isMap && this.selection)
      this.rows.reveal(this.view.range(this.selection.node)[0]);
  }
}

function startKeys(app) {
  const help = byId("help");
  byId("help-button").addEventListener("click", () => help.showModal());
  byId("help-close").addEventListener("click", () => help.close());
  byId("as-tree").addEventListener("click", () => app.showMap(false));
  byId("as-map").addEventListener("click", () => app.showMap(true));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (help.open || event.target.closest("input")) return;
    const actions = {
      "/": () => {
        app.search.input.focus();
        app.search.input.select();
      },
      "?": () => help.showModal(),
      "+": () => app.cut.step(1),
      "=": () => app.cut.step(1),
      "-": () => app.cut.step(-1),
      m: () => app.showMap(!document.body.classList.contains("as-map")),
      t: () => byId("theme").click(),
      Escape: () => app.clear(),
    };
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
}

async function start() {
  if (!("DecompressionStream" in window)) {
    byId("summary").textContent = "This browser cannot unpack the page: update it.";
    return;
  }
  const tree = new ClusterTree(await unpack("tree-data"));
  const app = new App(tree);
  const clusters =
    tree.kind === "flat"
      ? `${number.format(tree.nLeaves)} classes without a tree`
      : `up to ${amount(tree.nLeaves, "cluster")}`;
  const tokens = tree.total[0] ? `${amount(tree.total[0], "occurrence")} of ` : "";
  byId("summary").textContent =
    `${tokens}${amount(tree.nWords[0], "word")}, ${clusters}`;
  if (tree.kind === "flat") {
    byId("as-tree").textContent = "List";
    byId("search").placeholder = "Find a word";
  }
  app.rows.resize();
  app.cut.show();
  startKeys(app);
  await app.readAddress();
  addEventListener("popstate", () => app.readAddress());
  document.documentElement.dataset.ready = "";
  performance.mark("ready");
  (window.requestIdleCallback ?? setTimeout)(() => app.allWords());
}

start();
