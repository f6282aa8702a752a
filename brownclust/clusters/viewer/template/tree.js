// The tree of clusters: nodes are numbers, in the order of a walk from the root.

const TOP_WORDS = 12;
const MOST_LEGIBLE = 2000; // clusters

class ClusterTree {
  constructor(data) {
    this.parent = [];
    this.edge = []; // the last bit of a node; the name of a flat class
    this.depth = [];
    this.children = [];
    this.leaves = []; // the node of each of the finest clusters
    this.kind = data.names ? "flat" : data.splits ? "merges" : "depth";
    if (data.names) this.#addClasses(data.names);
    else this.#addPaths(data.shared, data.rest);
    this.nLeaves = this.leaves.length;
    this.#addSizes(data);
    this.#addSplits(data.splits);
    this.amis = data.ami;
    this.start = data.start ?? this.#legible();
    this.top = data.top;
    this.topCounts = data.top_counts;
    this.memo = new Map();
  }

  #add(parent, edge) {
    const node = this.parent.length;
    this.parent.push(parent);
    this.edge.push(edge);
    this.depth.push(parent < 0 ? 0 : this.depth[parent] + 1);
    this.children.push([]);
    if (parent >= 0) this.children[parent].push(node);
    return node;
  }

  #addClasses(names) {
    const root = this.#add(-1, "");
    this.leaves = names.map((name) => this.#add(root, name));
    this.byName = new Map(names.map((name, i) => [name, this.leaves[i]]));
  }

  #addPaths(shared, rest) {
    const path = [this.#add(-1, "")];
    shared.forEach((nShared, leaf) => {
      path.length = nShared + 1;
      for (const bit of rest[leaf]) path.push(this.#add(path.at(-1), bit));
      this.leaves.push(path.at(-1));
    });
  }

  // The finest clusters of a node are first to end - 1.
  #addSizes(data) {
    const nNodes = this.parent.length;
    this.first = new Array(nNodes).fill(Infinity);
    this.end = new Array(nNodes).fill(0);
    this.nWords = new Array(nNodes).fill(0);
    this.total = new Array(nNodes).fill(0);
    this.leaves.forEach((node, leaf) => {
      this.first[node] = leaf;
      this.end[node] = leaf + 1;
      this.nWords[node] = data.n_words[leaf];
      this.total[node] = data.totals[leaf];
    });
    for (let node = nNodes - 1; node > 0; node--) {
      const parent = this.parent[node];
      this.first[parent] = Math.min(this.first[parent], this.first[node]);
      this.end[parent] = Math.max(this.end[parent], this.end[node]);
      this.nWords[parent] += this.nWords[node];
      this.total[parent] += this.total[node];
    }
  }

  // A node is split by all cuts from split[node] on: numbers of clusters, or of bits.
  #addSplits(splits) {
    let nInner = 0;
    this.split = this.children.map((children, node) => {
      if (!children.length) return Infinity;
      if (this.kind === "merges") return splits[nInner++];
      return this.kind === "depth" ? this.depth[node] + 1 : 0;
    });
    this.finest = this.nLeaves;
    this.coarsest = 1;
    if (this.kind !== "depth") return;
    this.coarsest = 0;
    this.finest = this.depth.reduce((most, depth) => Math.max(most, depth), 0);
  }

  // The most bits that give no more clusters than can be read; all, of most files.
  #legible() {
    if (this.kind !== "depth") return this.finest;
    const added = new Array(this.finest + 1).fill(0); // by one more bit than the depth
    this.children.forEach((children, node) => {
      if (children.length) added[this.depth[node]] += children.length - 1;
    });
    let nClusters = 1;
    for (let bits = 1; bits <= this.finest; bits++) {
      nClusters += added[bits - 1];
      if (nClusters > MOST_LEGIBLE) return bits - 1;
    }
    return this.finest;
  }

  isLeaf(node) {
    return this.children[node].length === 0;
  }

  // Bit string or class name.
  name(node) {
    const edges = [];
    for (let at = node; at > 0; at = this.parent[at]) edges.push(this.edge[at]);
    return edges.reverse().join("");
  }

  // The node of a bit string or class name, or null.
  find(name) {
    if (this.byName) return this.byName.get(name) ?? null;
    let node = 0;
    for (const bit of name) {
      node = this.children[node].find((child) => this.edge[child] === bit);
      if (node === undefined) return null;
    }
    return node;
  }

  path(node) {
    const path = [];
    for (let at = node; at >= 0; at = this.parent[at]) path.push(at);
    return path.reverse();
  }

  contains(node, other) {
    return this.first[node] <= this.first[other] && this.end[other] <= this.end[node];
  }

  sibling(node) {
    if (node === 0 || this.kind === "flat") return null;
    return this.children[this.parent[node]].find((child) => child !== node) ?? null;
  }

  // The most frequent words of a node: [word, count] each.
  topWords(node) {
    let top = this.memo.get(node);
    if (top) return top;
    top = [];
    for (let leaf = this.first[node]; leaf < this.end[node]; leaf++) {
      this.top[leaf].forEach((word, i) => top.push([word, this.topCounts[leaf][i]]));
    }
    top.sort((a, b) => b[1] - a[1]);
    top.length = Math.min(top.length, TOP_WORDS);
    this.memo.set(node, top);
    return top;
  }
}
