// Files that people take along: a proof takes seconds, so the page tells that it is being made, what became of it, and
// under which name it is kept. Without script the links are links.

/** The name that the server has for a file. */
function nameOf(response) {
  return /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
}

/** Why there is no file, in the words of the page that came in its place. */
async function reasonOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const section = page.querySelector(`.failure section[lang="${CSS.escape(document.documentElement.lang)}"]`);
  return [...section?.querySelectorAll("p") ?? []].map((part) => part.textContent).join(" ");
}

/**
 * @param {HTMLAnchorElement} link
 * @param {(text: string, kind: "busy" | "done" | "failed") => void} tell
 */
async function take(link, tell) {
  const { taking, taken, lost } = document.body.dataset;
  tell(taking, "busy");
  try {
    const response = await fetch(link.href);
    // The session has ended: the page to log in on comes in the file's place.
    if (response.redirected) { location.assign(response.url); return; }
    if (!response.ok) { tell(await reasonOf(response) || lost, "failed"); return; }
    const name = nameOf(response);
    const address = URL.createObjectURL(await response.blob());
    const keeper = document.createElement("a");
    keeper.href = address;
    keeper.download = name;
    keeper.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    tell(`${taken} ${name}`, "done");
  } catch {
    tell(lost, "failed");
  }
}

/** Has the links of `[data-takes]` tell how far they are. */
export function offerTaking() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-takes] a.take") : null;
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const place = link.closest("[data-takes]");
    if (place.getAttribute("aria-busy") === "true") return;
    let status = place.querySelector("[role=status]");
    if (!status) {
      status = document.createElement("span");
      status.setAttribute("role", "status");
      place.append(status);
    }
    take(link, (text, kind) => {
      place.setAttribute("aria-busy", String(kind === "busy"));
      status.className = `taking taking-${kind}`;
      status.textContent = text;
    });
  });
}
