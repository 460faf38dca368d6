// Follows the node's standing by server-sent events, and where that is refused, by asking from time to time.

/** Between two questions where there is no stream, in milliseconds. */
const POLL_INTERVAL = 5000;

/**
 * Shows the banner of trouble and hands on every state.
 * @param {HTMLElement} body has the addresses in its data.
 * @param {(state: {height: number, heightText: string, timeText: string, standing: string, sentence?: string}) => void} receive
 */
export function followState(body, receive) {
  const banner = document.getElementById("standing");
  const take = (state) => {
    if (banner) {
      if (state.sentence) { if (banner.textContent !== state.sentence) banner.textContent = state.sentence; }
      banner.hidden = !state.sentence;
    }
    receive(state);
  };
  let poll = null;
  const ask = async () => {
    try {
      const response = await fetch(body.dataset.state);
      if (response.ok) take(await response.json());
    } catch {
      // Asked again below.
    }
  };
  const source = new EventSource(body.dataset.events);
  source.addEventListener("state", (event) => take(JSON.parse(event.data)));
  source.addEventListener("open", () => { clearInterval(poll); poll = null; });
  source.addEventListener("error", () => { poll ??= setInterval(ask, POLL_INTERVAL); });
  addEventListener("pagehide", () => { source.close(); clearInterval(poll); });
}
