// The pane of what is selected: a cluster or prefix, or a word in its cluster.

const FEW_WORDS = 8;

class Detail {
  constructor(app) {
    this.app = app;
    this.pane = byId("detail");
  }

  async show() {
    const { app } = this;
    const { selection } = app;
    if (selection === null) return this.pane.replaceChildren(this.#introduction());
    const words = await app.allWords();
    if (app.selection !== selection) return undefined; // another one since
    const isWord = selection.word !== undefined;
    const parts = isWord
      ? this.#word(words, selection)
      : this.#cluster(words, selection.node);
    this.pane.replaceChildren(
      make("button", {
        type: "button",
        class: "close",
        "aria-label": "Close",
        title: "Close (Esc)",
        text: "×",
        onclick: () => app.clear(),
      }),
      ...parts,
    );
    this.pane.scrollTop = 0;
    this.pane.style.setProperty("--hue", app.view.hue(selection.node));
    return undefined;
  }

  #introduction() {
    const { tree } = this.app;
    const tips =
      tree.kind === "flat"
        ? [
            "Each row, or rectangle of the map, is a class with its most frequent words.",
          ]
        : [
            "Each row of the tree, or rectangle of the map, is a cluster with its most frequent words.",
            "Clusters that join further right in the tree are more alike.",
            tree.kind === "merges"
              ? "The slider cuts the tree into any number of clusters. A click on a joint collapses what is below it."
              : "The slider cuts the tree by the length of prefixes. A click on a joint collapses what is below it.",
          ];
    const top = tree.topWords(0);
    const example = top.find(([word]) => /\p{L}{2}/u.test(word)) ?? top[0];
    return make(
      "div",
      { class: "introduction" },
      make("h2", { text: "Words by the company they keep" }),
      ...tips.map((text) => make("p", { text })),
      make(
        "p",
        {},
        "Select a row, or press ",
        make("kbd", { text: "/" }),
        " and type a word",
        example ? ", such as " : ".",
        example
          ? make(
              "button",
              {
                type: "button",
                class: "link",
                onclick: () => this.app.chooseText(example[0]),
              },
              make("bdi", { text: visible(example[0]) }),
            )
          : null,
      ),
    );
  }

  #cluster(words, node) {
    const { tree } = this.app;
    const ids = words.members(tree, node);
    const heading =
      tree.kind === "flat" ? "Class" : tree.isLeaf(node) ? "Cluster" : "Prefix";
    return [
      make("p", { class: "kind", text: node === 0 ? "Root" : heading }),
      make("h2", {
        class: node ? "name" : "",
        text: node ? shortened(tree.name(node), 40) : "All words",
      }),
      this.#path(node),
      this.#sizes(node),
      this.#openButton(node),
      chipList(ids, words, {
        label: "Words, the most frequent first",
        onChoose: (id) => this.app.chooseWord(id),
      }),
      ...this.#relatives(node),
    ].filter((part) => part !== null);
  }

  #word(words, { node, word: id }) {
    const { tree } = this.app;
    // A cluster of a few words: the nearest of others beside them.
    const around = tree.path(node).findLast((at) => tree.nWords[at] >= FEW_WORDS) ?? 0;
    const ids = words.members(tree, around);
    const place = Array.prototype.indexOf.call(ids, id);
    // The words whose counts are closest, so that rare words have company as rare.
    const from = Math.max(0, Math.min(place - 12, ids.length - 40));
    const near = ids.slice(from, from + 40);
    const count = words.counts[id];
    const rank = `rank ${number.format(id + 1)} of ${number.format(words.words.length)}`;
    return [
      make("p", { class: "kind", text: "Word" }),
      make("h2", {}, make("bdi", { class: "word", text: visible(words.words[id]) })),
      count
        ? make("p", { class: "sizes", text: `${amount(count, "time")}, ${rank}` })
        : null,
      this.#path(node),
      make(
        "h3",
        {},
        `${tree.kind === "flat" ? "Class" : "Cluster"} `,
        make("button", {
          type: "button",
          class: "link name",
          text: shortened(tree.name(node)) || "of all words",
          onclick: () => this.app.select(node),
        }),
        `, ${amount(tree.nWords[node], "word")}`,
      ),
      this.#note(node, around, ids.length > near.length),
      chipList(near, words, {
        label: "Neighbours",
        onChoose: (other) => this.app.chooseWord(other),
        current: id,
      }),
      ...this.#relatives(node),
    ].filter((part) => part !== null);
  }

  #note(node, around, areSome) {
    const { tree } = this.app;
    const which = areSome ? "The neighbours closest in count" : "The neighbours";
    if (around === node)
      return areSome ? make("p", { class: "note", text: `${which}:` }) : null;
    const where = around ? `prefix ${shortened(tree.name(around))}` : "all words";
    return make("p", { class: "note", text: `${which}, of ${where}:` });
  }

  // The bits from the root, each a button for the prefix that ends with it.
  #path(node) {
    const { tree, view } = this.app;
    if (tree.kind === "flat" || node === 0) return make("span", { hidden: true });
    const nodes = tree.path(node);
    const list = make("nav", { class: "path", "aria-label": "Path from the root" });
    const last = nodes.length - 1;
    nodes.forEach((at, i) => {
      if (i > 0 && i < last - 60) return; // trees of single words are very deep
      const name = tree.name(at);
      const label = `${shortened(name) || "root"}: ${amount(tree.nWords[at], "word")}`;
      const bit = make("button", {
        type: "button",
        title: label,
        "aria-label": label,
        "aria-current": i === last && "true",
        text: i ? tree.edge[at] : "root",
        onclick: () => this.app.select(at),
      });
      bit.style.setProperty("--hue", view.hue(at));
      list.append(bit);
      if (i === 0 && last > 61) list.append("…");
    });
    return list;
  }

  #sizes(node) {
    const { tree } = this.app;
    const parts = [amount(tree.nWords[node], "word")];
    const nClusters = tree.end[node] - tree.first[node];
    if (nClusters > 1) parts.push(`${amount(nClusters, "cluster")} at the finest`);
    if (tree.total[0]) {
      parts.push(
        `${amount(tree.total[node], "occurrence")} (${percent(tree.total[node], tree.total[0])})`,
      );
    }
    return make("p", { class: "sizes", text: parts.join(" · ") });
  }

  #openButton(node) {
    const { app } = this;
    if (app.tree.isLeaf(node) || app.tree.kind === "flat") return null;
    const isOpen = app.view.isOpen(node);
    return make("button", {
      type: "button",
      class: "action",
      text: isOpen ? "Collapse in the tree" : "Expand in the tree",
      onclick: () => app.setOpen(node, !isOpen),
    });
  }

  // The sibling of a node, and its children.
  #relatives(node) {
    const { tree } = this.app;
    if (tree.kind === "flat") return [];
    const parts = [];
    const sibling = tree.sibling(node);
    if (sibling !== null) {
      parts.push(make("h3", { text: "Sibling in the tree" }), this.#card(sibling));
    }
    if (!tree.isLeaf(node)) {
      parts.push(make("h3", { text: "Splits into" }));
      parts.push(...tree.children[node].map((child) => this.#card(child)));
    }
    return parts;
  }

  #card(node) {
    const { tree, view } = this.app;
    const card = make(
      "button",
      { type: "button", class: "card", onclick: () => this.app.select(node) },
      make("span", { class: "name", text: shortened(tree.name(node)) }),
      make("span", { class: "size", text: amount(tree.nWords[node], "word") }),
      wordLine(tree.topWords(node)),
    );
    card.style.setProperty("--hue", view.hue(node));
    return card;
  }
}
