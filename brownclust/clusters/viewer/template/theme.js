// Light or dark: what the system says, until the reader chooses. It runs in the head,
// so that the first paint has the right colours.

const THEME_KEY = "brownclust-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function chosenTheme() {
  try {
    const theme = localStorage.getItem(THEME_KEY);
    return theme === "dark" || theme === "light" ? theme : null;
  } catch {
    return null; // a browser may refuse storage to pages from disk
  }
}

function showTheme() {
  root.dataset.theme = chosenTheme() ?? (system.matches ? "dark" : "light");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(THEME_KEY, root.dataset.theme);
  } catch {
    /* it lasts as long as the page */
  }
});
system.addEventListener("change", showTheme);
showTheme();
