// The slider and the number: the cut of the tree, in clusters or in bits.

const POSITIONS = 1000; // of the slider over the logarithm of the number of clusters

class CutControl {
  constructor(app) {
    this.app = app;
    const { tree } = app;
    this.slider = byId("slider");
    this.number = byId("number");
    byId("controls").hidden = false;
    if (tree.kind === "flat" || tree.coarsest === tree.finest) {
      byId("cut").hidden = true;
      return;
    }
    byId("cut-label").textContent =
      tree.kind === "merges" ? "Clusters" : "Bits of prefixes";
    this.isLogarithmic = tree.kind === "merges" && tree.finest > 20;
    Object.assign(
      this.slider,
      this.isLogarithmic
        ? { min: 0, max: POSITIONS }
        : { min: tree.coarsest, max: tree.finest },
    );
    Object.assign(this.number, { min: tree.coarsest, max: tree.finest });
    this.slider.addEventListener("input", () => app.cutAt(this.#valueOfSlider()));
    this.slider.addEventListener("keydown", (event) => this.#onKey(event));
    this.number.addEventListener("change", () => app.cutAt(this.number.valueAsNumber));
    byId("fewer").addEventListener("click", () => this.step(-1));
    byId("more").addEventListener("click", () => this.step(1));
    byId("reset").addEventListener("click", () => app.reset());
  }

  step(change) {
    if (this.app.tree.kind !== "flat") this.app.cutAt(this.app.view.value + change);
  }

  #valueOfSlider() {
    const position = this.slider.valueAsNumber;
    if (!this.isLogarithmic) return position;
    return this.app.tree.finest ** (position / POSITIONS);
  }

  // A position of the slider can stand for several numbers: arrows go one at a time.
  #onKey(event) {
    const { view } = this.app;
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    const factors = { PageUp: 1.25, PageDown: 0.8 };
    if (event.key in steps) this.step(steps[event.key]);
    else if (event.key in factors) {
      const value = Math.round(view.value * factors[event.key]);
      if (value === view.value) this.step(factors[event.key] > 1 ? 1 : -1);
      else this.app.cutAt(value);
    } else return;
    event.preventDefault();
  }

  show() {
    const { tree, view } = this.app;
    byId("reset").hidden = !view.changed.size;
    const clusters = amount(
      view.rows.length,
      tree.kind === "flat" ? "class" : "cluster",
    );
    const shown =
      tree.kind === "flat" ? clusters.replace(/classs$/, "classes") : clusters;
    const ami = tree.amis && !view.changed.size ? tree.amis[view.value - 1] : null;
    byId("cut-result").textContent =
      ami == null ? shown : `${ami.toFixed(3)} bits of information kept`;
    if (tree.amis)
      byId("cut-result").title = "Average mutual information of neighbouring clusters";
    if (tree.kind === "flat") return;
    const position = this.isLogarithmic
      ? Math.round((POSITIONS * Math.log(view.value)) / Math.log(tree.finest))
      : view.value;
    if (Math.round(this.#valueOfSlider()) !== view.value) this.slider.value = position;
    this.slider.setAttribute(
      "aria-valuetext",
      tree.kind === "merges" ? clusters : `${amount(view.value, "bit")}, ${clusters}`,
    );
    this.number.value = view.value;
    byId("fewer").disabled = view.value <= tree.coarsest;
    byId("more").disabled = view.value >= tree.finest;
  }
}
