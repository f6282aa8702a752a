// Elements and text. Words get into the page as text only, never as HTML.

const byId = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (name === "text") element.textContent = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const number = new Intl.NumberFormat("en");

function amount(value, noun) {
  return `${number.format(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function percent(part, whole) {
  const value = (100 * part) / whole;
  if (value < 0.01) return "< 0.01%";
  return `${number.format(Number(value.toPrecision(value < 1 ? 1 : 2)))}%`;
}

// Joiners belong to emoji and to words of some scripts; tags to flags.
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|(?![\u200c\u200d\u{e0020}-\u{e007f}])\p{Cf}/gu;

// A word as it can be seen: what is invisible, or would change the direction of the
// text around it, by its code; a lone combining mark on a circle.
function visible(word) {
  let text = word;
  if (/^[\s\u200c\u200d]+$/u.test(word)) text = word.replace(/./gsu, code);
  text = text.replace(UNSEEN, code);
  return /^\p{M}/u.test(text) ? `\u25cc${text}` : text;
}

function code(character) {
  const hex = character.codePointAt(0).toString(16).toUpperCase();
  return `\u27e8U+${hex.padStart(4, "0")}\u27e9`;
}

// A bit string of thousands of bits, shortened in the middle.
function shortened(name, length = 26) {
  if (name.length <= length) return name;
  const half = (length - 1) >> 1;
  return `${name.slice(0, half)}\u2026${name.slice(-half)}`;
}
