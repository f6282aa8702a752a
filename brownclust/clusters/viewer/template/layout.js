// What is open, and where it stands: the tree down to the clusters of the cut.

class View {
  constructor(tree) {
    this.tree = tree;
    this.value = tree.start; // number of clusters, or of bits
    this.changed = new Map(); // nodes opened or closed by hand
    this.update();
  }

  isOpen(node) {
    const { tree } = this;
    if (tree.isLeaf(node)) return false;
    return this.changed.get(node) ?? tree.split[node] <= this.value;
  }

  setOpen(node, isOpen) {
    if (isOpen === this.tree.split[node] <= this.value) this.changed.delete(node);
    else this.changed.set(node, isOpen);
    this.update();
  }

  cutAt(value) {
    const { coarsest, finest } = this.tree;
    this.value = Math.min(Math.max(Math.round(value) || coarsest, coarsest), finest);
    this.changed.clear();
    this.update();
  }

  reset() {
    this.changed.clear();
    this.update();
  }

  // Rows are numbered from 0; inner nodes stand between those of their children.
  update() {
    const { tree } = this;
    const root = d3.hierarchy(0, (node) =>
      this.isOpen(node) ? tree.children[node] : null,
    );
    d3
      .cluster()
      .nodeSize([1, 1])
      .separation(() => 1)(root);
    this.root = root;
    const leaves = root.leaves();
    const top = leaves[0].x;
    this.rows = leaves.map((leaf) => leaf.data);
    this.rowOfLeaf = new Int32Array(tree.nLeaves);
    this.rows.forEach((node, row) => {
      this.rowOfLeaf.fill(row, tree.first[node], tree.end[node]);
    });
    this.inner = root.descendants().filter((node) => node.children);
    if (tree.kind === "flat") this.inner = [];
    let finest = 1;
    for (const { data } of this.inner) finest = Math.max(finest, tree.split[data]);
    root.each((node) => {
      node.row = node.x - top;
      node.across = node.children ? this.#across(node.data, finest) : 1;
    });
  }

  // From 0 at the root to 1 at the clusters: the cut at which a node is split.
  #across(node, finest) {
    const split = this.tree.split[node];
    if (this.tree.kind === "depth") return (split - 1) / finest;
    return finest < 3 ? 0 : Math.log(split - 1) / Math.log(finest);
  }

  // The rows from the first to the last of a node.
  range(node) {
    const { tree } = this;
    return [this.rowOfLeaf[tree.first[node]], this.rowOfLeaf[tree.end[node] - 1]];
  }

  // Clusters that are close in the tree have close colours.
  hue(node) {
    const { tree } = this;
    return Math.round((330 * (tree.first[node] + tree.end[node])) / 2 / tree.nLeaves);
  }
}
