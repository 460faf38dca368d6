// Follows the node's standing by server-sent events, and where those are refused, by asking from time to time.
//
// A browser has six connections to a server of HTTP/1.1, however many windows it has open. So one window follows for all
// that show the same language: whichever has the lock. When it goes, the next one has it.

/** Between two questions where there is no stream, in milliseconds. */
const POLL_INTERVAL = 5000;
/** What a window says that has just been opened, and waits for the others' last state. */
const QUESTION = "state?";

/**
 * Shows the banner of trouble and hands on every state.
 * @param {HTMLElement} body has the addresses in its data.
 * @param {(state: {height: number, heightText: string, timeText: string, standing: string, sentence?: string}) => void} receive
 */
export function followState(body, receive) {
  const banner = document.getElementById("standing");
  const name = `zhenglian-standing-${document.documentElement.lang}`;
  const take = (state) => {
    if (banner) {
      if (state.sentence) { if (banner.textContent !== state.sentence) banner.textContent = state.sentence; }
      banner.hidden = !state.sentence;
    }
    receive(state);
  };

  /** Follows for all windows until the signal says that this one goes. */
  const follow = (channel, signal) => new Promise((resolve) => {
    let poll = null;
    let last = null;
    const tell = (state) => { last = state; take(state); channel.postMessage(state); };
    const ask = async () => {
      try {
        const response = await fetch(body.dataset.state);
        if (response.ok) tell(await response.json());
      } catch {
        // Asked again below.
      }
    };
    const source = new EventSource(body.dataset.events);
    source.addEventListener("state", (event) => tell(JSON.parse(event.data)));
    source.addEventListener("open", () => { clearInterval(poll); poll = null; });
    source.addEventListener("error", () => { poll ??= setInterval(ask, POLL_INTERVAL); });
    channel.addEventListener("message", ({ data }) => { if (data === QUESTION && last) channel.postMessage(last); });
    signal.addEventListener("abort", () => { source.close(); clearInterval(poll); resolve(); });
  });

  const start = () => {
    const leaving = new AbortController();
    const channel = new BroadcastChannel(name);
    channel.addEventListener("message", ({ data }) => { if (data !== QUESTION) take(data); });
    channel.postMessage(QUESTION);
    const { signal } = leaving;
    // Browsers give locks to pages that came by TLS or from this machine; others follow for themselves.
    const held = navigator.locks?.request(name, { signal }, () => follow(channel, signal)) ?? follow(channel, signal);
    held.catch((error) => { if (error.name !== "AbortError") throw error; });
    addEventListener("pagehide", () => { leaving.abort(); channel.close(); }, { once: true });
  };
  start();
  // A page that the browser has kept and shows again.
  addEventListener("pageshow", (event) => { if (event.persisted) start(); });
}
