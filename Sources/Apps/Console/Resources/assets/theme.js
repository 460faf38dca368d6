// Light, dark, or as the system has it. The choice is a cookie, so that pages come in it.

/** @param {HTMLElement | null} button appears where there is script to serve it. */
export function offerThemes(button) {
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme === "dark" || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `zhenglian-theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`;
  });
}
