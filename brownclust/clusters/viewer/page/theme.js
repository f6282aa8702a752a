// Light or dark: what the system says, until the reader chooses.

const THEME_KEY = "brownclust-theme";

function startTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const toggle = () => {
    const theme = (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark"
      ? "light" : "dark";
    root.dataset.theme = theme;
    show();
    try {
      localStorage.setItem(THEME_KEY, theme);
    } catch { /* a browser may refuse pages from disk */ }
  };
  const show = () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    byId("theme").setAttribute("aria-label", isDark ? "Light colours" : "Dark colours");
  };
  try {
    const stored = localStorage.getItem(THEME_KEY);
    if (stored === "dark" || stored === "light") root.dataset.theme = stored;
  } catch { /* none stored */ }
  byId("theme").addEventListener("click", toggle);
  system.addEventListener("change", show);
  show();
  return toggle;
}
