// Draws what /dashboard/data says, again with every block. Numbers are set as text, drawings are made as elements:
// nothing that stands on the ledger is ever taken for markup.

import { column, meter, nodeMap, put, text } from "./drawing.js";
import { followState } from "./live.js";
import { offerThemes } from "./theme.js";

/** The shortest time between two questions, in milliseconds. */
const INTERVAL = 2000;

const body = document.body;
const words = JSON.parse(body.dataset.words);
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const numbers = new Intl.NumberFormat("en-US");
const say = (title) => title?.[language] ?? "";
const count = (value) => numbers.format(value);
const find = (id) => document.getElementById(id);

/** Beijing time of a moment of the ledger. */
function beijing(milliseconds) {
  const iso = new Date(milliseconds + 8 * 3600 * 1000).toISOString();
  return { day: iso.slice(0, 10), clock: iso.slice(11, 19) };
}

/** In the two largest units, as the pages say it. */
function duration(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return "–";
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const units = language === "zh" ? [[86400, "天"], [3600, "小时"], [60, "分"], [1, "秒"]] : [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let rest = Math.floor(milliseconds / 1000);
  const parts = [];
  for (const [size, name] of units) {
    const amount = Math.floor(rest / size);
    rest %= size;
    if (amount > 0 || parts.length > 0) parts.push([amount, name]);
  }
  return parts.slice(0, 2).filter(([amount]) => amount > 0).map(([amount, name]) => `${amount} ${name}`).join(" ");
}

const none = () => [text("p", "none", words.jsNone)];

function drawCases(cases) {
  find("cases-opened").textContent = count(cases.opened);
  find("cases-running").textContent = count(cases.running);
  find("cases-completed").textContent = count(cases.completed);
  find("cases-ended").textContent = count(cases.endedOtherwise);
  find("cases-late").textContent = count(cases.overdueSteps);
  find("cases-late").classList.toggle("bad", cases.overdueSteps > 0);
  column(find("cases-days"), cases.openedByDay.map((value) => [value]), [`−13`, "0"]);
}

function drawDurations(lines) {
  put(find("durations"), lines.length === 0 ? none() : lines.map((line) => {
    const late = line.settled - line.inTime;
    const share = line.settled > 0 ? Math.floor(line.inTime * 1000 / line.settled) / 10 : 0;
    return text("div", "line line-duration", [
      text("span", "", say(line.stepTitle)),
      text("span", "line-sub", `${say(line.matterTitle)} ${line.department}`),
      text("span", "num", `${duration(line.medianMilliseconds)} / ${line.promise ? say(line.promise) : "–"}`),
      text("span", late > 0 ? "num bad" : "num good", `${late > 0 ? "! " : "✓ "}${share}%`),
    ]);
  }));
}

function drawFunnels(funnels) {
  put(find("funnels"), funnels.length === 0 ? none() : funnels.flatMap((funnel) => [
    text("div", "line line-funnel line-head", [text("span", "", say(funnel.title)), text("span", "line-sub", `${words.jsSettled} · ${words.jsInHand}`), text("span", "num", count(funnel.opened))]),
    ...funnel.steps.map((step) => text("div", "line line-funnel", [
      text("span", "", say(step.title)),
      meter([[step.settled, "fill"], [step.inHand, "fill-hand"]], Math.max(funnel.opened, 1)),
      text("span", "num", `${count(step.settled)} · ${count(step.inHand)}`),
    ])),
  ]));
}

function drawWindows(windows, now) {
  put(find("windows"), windows.length === 0 ? none() : windows.map((line) => {
    const link = text("a", "num", line.code);
    link.href = `/onethings/${encodeURIComponent(line.code)}`;
    return text("div", "line line-window", [
      link,
      text("span", "line-sub", say(line.title)),
      text("span", "num", line.endsAt ? duration(line.endsAt - now) : "–"),
      text("span", line.objections > 0 ? "num bad" : "num", line.objections > 0 ? `! ${line.objections} ${words.jsObjections}` : `${line.consents}/${line.asked} ${words.jsReplies}`),
    ]);
  }));
}

function drawShares(id, shares) {
  const most = Math.max(1, ...shares.map((share) => share.count));
  put(find(id), shares.length === 0 ? none() : shares.map((share) => text("div", "line line-share", [
    text("span", "", say(share.title)), meter([[share.inForce, "fill"], [share.count - share.inForce, "fill-bad"]], most), text("span", "num", count(share.count)),
  ])));
}

function total(value, name, style = "") {
  return text("div", style.includes("small") ? "small" : "", [text("dt", "", name), text("dd", `num ${style}`, value)]);
}

function drawUses(uses) {
  put(find("uses-totals"), [
    total(count(uses.allowed), words.jsAllowed), total(count(uses.denied), words.jsDenied, uses.denied > 0 ? "bad" : ""), total(count(uses.released), words.jsReleased),
  ]);
  const first = beijing(uses.hours[0].beginsAt).clock.slice(0, 5);
  column(find("uses-hours"), uses.hours.map((hour) => [hour.allowed, hour.denied]), [first, beijing(uses.hours.at(-1).beginsAt).clock.slice(0, 5)]);
  put(find("uses-reasons"), uses.reasons.slice(0, 2).map((reason) => text("div", "line line-reason", [text("span", "num", reason.reason), text("span", "num bad", count(reason.count))])));
}

let newest = 0;

function drawBlocks(blocks, pace) {
  put(find("pace"), [
    total(duration(pace.blockMedian), words.jsBlock, "small"), total(duration(pace.blockNinetyFifth), `${words.jsBlock} ${words.jsP95}`, "small"),
    ...(pace.commitMedian === undefined ? [] : [total(duration(pace.commitMedian), words.jsCommit, "small"), total(duration(pace.commitNinetyFifth), `${words.jsCommit} ${words.jsP95}`, "small")]),
  ]);
  const before = newest;
  newest = blocks[0]?.height ?? 0;
  put(find("blocks"), blocks.map((block) => {
    const link = text("a", before > 0 && block.height > before ? "new" : "", count(block.height));
    link.href = `/explorer/blocks/${block.height}`;
    return text("li", "", [
      link, text("span", "muted", beijing(block.time).clock), text("span", "muted", block.proposer.split("/")[0]),
      text("span", block.rejected > 0 ? "bad" : "", block.rejected > 0 ? `${block.transactions} (✕${block.rejected})` : String(block.transactions)),
    ]);
  }));
}

function draw(data) {
  const time = beijing(data.time);
  find("height").textContent = count(data.height);
  find("time").textContent = `${time.day} ${time.clock}`;
  drawCases(data.cases);
  drawDurations(data.durations);
  drawFunnels(data.funnels);
  drawWindows(data.windows, data.time);
  drawShares("types", data.licencesByType);
  drawShares("regions", data.licencesByRegion);
  drawUses(data.uses);
  drawBlocks(data.blocks, data.pace);
  nodeMap(find("nodes"), data, words);
}

let isAsking = false;
let isWanted = false;
let lastAsked = -INTERVAL;

async function ask() {
  if (isAsking) { isWanted = true; return; }
  const pause = lastAsked + INTERVAL - performance.now();
  if (pause > 0) { if (!isWanted) { isWanted = true; setTimeout(() => { isWanted = false; ask(); }, pause); } return; }
  isAsking = true;
  lastAsked = performance.now();
  try {
    const response = await fetch(body.dataset.data);
    if (!response.ok) throw new Error(String(response.status));
    draw(await response.json());
    body.classList.remove("lost");
  } catch {
    const banner = find("standing");
    banner.textContent = words.jsLost;
    banner.hidden = false;
  } finally {
    isAsking = false;
    if (isWanted) { isWanted = false; ask(); }
  }
}

offerThemes(find("theme"));
const full = find("full");
if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
}
followState(body, ask);
ask();
