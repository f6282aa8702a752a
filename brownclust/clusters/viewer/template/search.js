// The search box: words as one types, and prefixes.

const N_RESULTS = 12;

class Search {
  constructor(app) {
    this.app = app;
    this.input = byId("search");
    this.list = byId("results");
    this.results = [];
    this.current = -1;
    this.input.addEventListener("input", () => this.update());
    this.input.addEventListener("focus", () => {
      app.allWords(); // unpack them while the reader types
      if (this.input.value) this.update();
    });
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // no blur
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-result]");
      if (option) this.#choose(Number(option.dataset.result));
    });
  }

  async update() {
    const query = this.input.value.trim();
    const words = await this.app.allWords();
    if (this.input.value.trim() !== query) return; // the reader has typed on
    if (!query) return this.close();
    const node = query ? this.app.tree.find(query) : null;
    this.results = words.search(query, N_RESULTS).map((id) => ({ id }));
    if (node !== null) this.results.unshift({ node });
    this.current = this.results.length ? 0 : -1;
    this.#show(words, query);
  }

  #show(words, query) {
    const { tree, view } = this.app;
    const options = this.results.map(({ id, node }, i) => {
      const at = node ?? tree.leaves[words.labels[id]];
      const name = tree.name(at);
      const option =
        node === undefined
          ? [
              marked(words.words[id], query),
              make("span", { class: "name", text: shortened(name, 16) }),
              make("span", {
                class: "count",
                text: words.counts[id] ? number.format(words.counts[id]) : "",
              }),
            ]
          : [
              make("span", {
                text: `${tree.isLeaf(node) ? "Cluster" : "Prefix"} ${shortened(name)}`,
              }),
              make("span", { class: "name" }),
              make("span", { class: "count", text: amount(tree.nWords[node], "word") }),
            ];
      const element = make(
        "li",
        {
          id: `result-${i}`,
          role: "option",
          "data-result": i,
          "aria-selected": i === this.current,
        },
        ...option,
      );
      element.style.setProperty("--hue", view.hue(at));
      return element;
    });
    if (!options.length)
      options.push(make("li", { class: "none", text: "No word contains this." }));
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#mark();
    this.app.say(
      options.length && this.results.length
        ? amount(this.results.length, "result")
        : "No word contains this.",
    );
  }

  #mark() {
    [...this.list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", i === this.current);
      if (i === this.current) option.scrollIntoView({ block: "nearest" });
    });
    if (this.current < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `result-${this.current}`);
  }

  async #onKey(event) {
    const { key } = event;
    if (key === "Escape") {
      event.preventDefault();
      if (!this.list.hidden) this.close();
      else if (this.input.value) this.input.value = "";
      else this.input.blur();
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.update();
      const n = this.results.length;
      if (n) this.current = (this.current + (key === "ArrowDown" ? 1 : n - 1)) % n;
      this.#mark();
    } else if (key === "Enter") {
      event.preventDefault();
      if (this.list.hidden) await this.update();
      if (this.current >= 0) this.#choose(this.current);
    }
  }

  #choose(i) {
    const { id, node } = this.results[i];
    this.close();
    if (node === undefined) this.app.chooseWord(id);
    else this.app.select(node);
  }

  close() {
    this.list.hidden = true;
    this.current = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

// The word with the place marked where it contains the query.
function marked(word, query) {
  const element = make("bdi", { class: "found" });
  const at = word.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0 || visible(word) !== word) element.textContent = visible(word);
  else {
    const end = at + query.length;
    const middle = make("mark", { text: word.slice(at, end) });
    element.append(word.slice(0, at), middle, word.slice(end));
  }
  return element;
}
