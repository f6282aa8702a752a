// All words, the most frequent first: the words of a cluster, and search.

class Words {
  constructor({ words, labels, counts }, tree) {
    this.words = words;
    this.labels = labels;
    this.counts = counts;
    this.#groupByCluster(tree.nLeaves);
    const lower = words.map((word) => word.toLowerCase());
    this.starts = new Int32Array(words.length + 1); // of each word in the text
    let start = 1;
    lower.forEach((word, id) => {
      this.starts[id] = start;
      start += word.length + 1;
    });
    this.starts[words.length] = start;
    this.text = `\n${lower.join("\n")}\n`;
  }

  #groupByCluster(nLeaves) {
    this.firsts = new Int32Array(nLeaves + 1);
    for (const label of this.labels) this.firsts[label + 1]++;
    for (let leaf = 0; leaf < nLeaves; leaf++) {
      this.firsts[leaf + 1] += this.firsts[leaf];
    }
    const next = this.firsts.slice();
    this.grouped = new Int32Array(this.labels.length);
    this.labels.forEach((label, id) => {
      this.grouped[next[label]++] = id;
    });
  }

  // The ids of the words of a node, the most frequent first.
  members(tree, node) {
    const [first, end] = [this.firsts[tree.first[node]], this.firsts[tree.end[node]]];
    const ids = this.grouped.slice(first, end);
    return tree.end[node] - tree.first[node] > 1 ? ids.sort() : ids;
  }

  // The id of a word, or -1.
  find(word) {
    return this.words.indexOf(word);
  }

  // Ids of words that are the query, that begin with it, and that contain it; in each
  // group the most frequent first. Case is ignored, but the same case comes first.
  search(query, limit) {
    const lower = query.toLowerCase();
    if (!lower || lower.includes("\n")) return [];
    const whole = [...this.#matches(`\n${lower}\n`, 1, limit)];
    whole.sort(
      (a, b) => (this.words[b] === query) - (this.words[a] === query) || a - b,
    );
    const found = new Set(whole);
    for (const pattern of [`\n${lower}`, lower]) {
      const offset = pattern.length - lower.length;
      for (const id of this.#matches(pattern, offset, Infinity)) {
        if (found.size >= limit) return [...found];
        found.add(id);
      }
    }
    return [...found].slice(0, limit);
  }

  *#matches(pattern, offset, limit) {
    let at = this.text.indexOf(pattern);
    for (let n = 0; at >= 0 && n < limit; n++) {
      const id = this.#wordAt(at + offset);
      if (id >= this.words.length) return;
      yield id;
      at = this.text.indexOf(pattern, this.starts[id + 1] - 1);
    }
  }

  // The word that covers a place of the text.
  #wordAt(place) {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
