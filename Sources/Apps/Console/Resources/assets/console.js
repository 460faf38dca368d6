// What every page does beyond showing itself: follows the chain, changes theme, takes "/" to the search.
// No state is kept but the choice of the theme; nothing is asked of any other server.

import { followState } from "./live.js";
import { offerTaking } from "./taking.js";
import { offerThemes } from "./theme.js";

/** The shortest time between two fetches of a page, in milliseconds. */
const REFRESH_INTERVAL = 2000;

const body = document.body;

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return;
  event.preventDefault();
  document.getElementById("q")?.focus();
});

offerThemes(document.getElementById("theme"));
offerTaking();

let shownHeight = Number(body.dataset.height ?? 0);
let wanted = false;
let isFetching = false;
let lastFetch = 0;

/** Replaces the regions of this page by those of the page as it is now. */
async function refresh() {
  if (isFetching || document.hidden || !wanted) return;
  if (!(getSelection()?.isCollapsed ?? true)) return;
  const pause = lastFetch + REFRESH_INTERVAL - performance.now();
  if (pause > 0) { setTimeout(refresh, pause); return; }
  isFetching = true;
  wanted = false;
  lastFetch = performance.now();
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.ok && !response.redirected) put(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    wanted = true; // The node does not answer: the banner says so, and the next event comes back here.
  } finally {
    isFetching = false;
  }
}

/** Puts regions in, and keeps the focus where it was. */
function put(page) {
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (!fresh || fresh.isEqualNode(region)) continue;
    const focused = region.contains(document.activeElement) ? document.activeElement : null;
    const path = focused?.getAttribute("href");
    const open = [...region.querySelectorAll("details[open]")].map((one) => one.id).filter(Boolean);
    const left = [...region.querySelectorAll(".table-wrap, .drawing")].map((one) => one.scrollLeft);
    region.replaceChildren(...document.importNode(fresh, true).childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    region.querySelectorAll(".table-wrap, .drawing").forEach((one, index) => { one.scrollLeft = left[index] ?? 0; });
    if (path) region.querySelector(`[href="${CSS.escape(path)}"]`)?.focus({ preventScroll: true });
  }
  for (const id of ["as-of-height", "as-of-time"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.textContent = fresh.textContent;
  }
}

followState(body, (state) => {
  if (body.dataset.live !== "1" || state.height <= shownHeight) return;
  shownHeight = state.height;
  wanted = true;
  refresh();
});
document.addEventListener("visibilitychange", refresh);
