// Words as chips, larger if they are more frequent.

// From 0 to 1, by the logarithm of the count.
function weight(count, most) {
  return most > 0 ? Math.log1p(count) / Math.log1p(most) : 0.5;
}

function chip(word, count, most, attributes = {}) {
  const title = most > 0 ? `${visible(word)}: ${number.format(count)}` : visible(word);
  const element = make("bdi", {
    class: "chip",
    title,
    text: visible(word),
    ...attributes,
  });
  element.style.setProperty("--weight", (weight(count, most) ** 3).toFixed(3));
  return element;
}

// The first words of a cluster in a line; with blanks, so that they can be copied.
function wordLine(top) {
  const line = make("span", { class: "words" });
  const most = top.length ? top[0][1] : 0;
  top.forEach(([word, count], i) => {
    line.append(chip(word, count, most, { "data-word": i }), " ");
  });
  return line;
}

// A list of words that can be chosen, some at a time; arrow keys move among them.
function chipList(ids, words, { label, onChoose, current = -1, step = 80 }) {
  const list = make("div", { class: "chips", role: "group", "aria-label": label });
  const most = ids.length ? words.counts[ids[0]] : 0;
  let shown = 0;
  const more = make("button", { type: "button", class: "more", onclick: showMore });
  function showMore() {
    const end = Math.min(ids.length, shown + step);
    const added = [];
    for (; shown < end; shown++) {
      const id = ids[shown];
      const text = chip(words.words[id], words.counts[id], most);
      const chosen = id === current;
      const button = make(
        "button",
        {
          type: "button",
          tabindex: shown ? "-1" : "0",
          "aria-current": chosen && "true",
          onclick: () => onChoose(id),
        },
        text,
      );
      button.style.setProperty("--weight", text.style.getPropertyValue("--weight"));
      added.push(button);
    }
    more.before(...added);
    more.hidden = shown >= ids.length;
    more.textContent = `Show more of ${amount(ids.length, "word")}`;
    step *= 4;
  }
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    const buttons = [...list.querySelectorAll("button:not([hidden])")];
    const next = buttons[buttons.indexOf(document.activeElement) + move];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  list.append(more);
  showMore();
  return list;
}
