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

/** From 100,000 on in the reader's own unit, cut and not rounded: what a wall has room for. */
function figure(value) {
  if (value === undefined || value === null) return "–";
  if (value < 100_000) return count(value);
  if (language === "zh") {
    return `${value < 1_000_000 ? Math.floor(value / 1_000) / 10 : count(Math.floor(value / 10_000))}万`;
  }
  return value < 1_000_000 ? `${Math.floor(value / 1_000)} K` : `${count(Math.floor(value / 10_000) / 100)} M`;
}

/** Of a hundred, cut: what is not all is never told as all. */
function share(part, whole) {
  if (part === undefined || whole === undefined || whole === 0) return "–";
  return `${Math.floor(part * 1000 / whole) / 10}%`;
}

/** Puts a figure in, with the whole number for whoever points at it. */
function set(id, value, style = "") {
  const element = find(id);
  element.textContent = typeof value === "number" || value === undefined || value === null ? figure(value) : value;
  if (typeof value === "number") element.title = count(value);
  element.className = `num ${style}`.trim();
}

/** Beijing time of a moment of the ledger. */
function beijing(milliseconds) {
  const iso = new Date(milliseconds + 8 * 3600 * 1000).toISOString();
  return { day: iso.slice(0, 10), clock: iso.slice(11, 19) };
}

/** In the two largest units, as the pages say it. */
function duration(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return "–";
  if (milliseconds < 1000) return `${milliseconds} ${language === "zh" ? "毫秒" : "ms"}`;
  const units = language === "zh"
    ? [[86400, "天"], [3600, "小时"], [60, "分"], [1, "秒"]] : [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let rest = Math.floor(milliseconds / 1000);
  const parts = [];
  for (const [size, name] of units) {
    const amount = Math.floor(rest / size);
    rest %= size;
    if (amount > 0 || parts.length > 0) parts.push([amount, name]);
  }
  return parts.slice(0, 2).filter(([amount]) => amount > 0).map(([amount, name]) => `${amount} ${name}`).join(" ");
}

/** `340 GiB`, cut. */
function bytes(amount) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let rest = amount;
  while (rest >= 1024 && unit + 1 < units.length) { rest /= 1024; unit += 1; }
  return `${count(Math.floor(rest))} ${units[unit]}`;
}

const none = () => [text("p", "none", words.jsNone)];

/** A line of a panel; one that leads somewhere is a link. */
function line(style, children, path) {
  const element = text(path ? "a" : "div", `line ${style}`, children);
  if (path) element.href = path;
  return element;
}

/** A title that may be cut, whole for whoever points at it. */
function named(title, addition) {
  const element = text("span", "", addition ? [`${title} `, text("span", "line-sub", addition)] : title);
  element.title = addition ? `${title} ${addition}` : title;
  return element;
}

/** Puts lines in; where there is no room for all of them, the last one says how many more there are. */
function fill(id, lines) {
  const element = find(id);
  put(element, lines.length === 0 ? none() : lines);
  if (getComputedStyle(element).overflowY !== "hidden") return;
  const bottom = element.getBoundingClientRect().bottom + 1;
  const isOut = (one) => one.getBoundingClientRect().bottom > bottom;
  let left = 0;
  const more = text(element instanceof HTMLOListElement ? "li" : "p", "line-more", "");
  while (element.childElementCount > 1 && isOut(element.lastElementChild)) {
    more.remove();
    element.lastElementChild.remove();
    left += 1;
    more.textContent = language === "zh" ? `${words.jsMore} ${left} 项` : `${left} ${words.jsMore}`;
    element.append(more);
  }
}

function drawCases(cases, now) {
  set("cases-opened", cases.opened);
  set("cases-today", cases.today);
  set("cases-running", cases.running);
  set("cases-completed", cases.completed);
  set("cases-ended", cases.endedOtherwise);
  set("cases-ever", cases.ever);
  set("cases-late", cases.overdueSteps, cases.overdueSteps > 0 ? "bad" : "");
  const day = (back) => beijing(now - back * 86400000).day.slice(5);
  column(find("cases-days"), cases.openedByDay.map((value) => [value]), [day(cases.openedByDay.length - 1), day(0)]);
}

function drawDurations(lines) {
  fill("durations", lines.map((one) => {
    const late = one.settled - one.inTime;
    return line("line-duration", [
      named(say(one.stepTitle), `${say(one.matterTitle)} · ${say(one.department)}`),
      text("span", "num", `${duration(one.medianMilliseconds)} / ${one.promise ? say(one.promise) : "–"}`),
      text("span", late > 0 ? "num bad" : "num good", `${late > 0 ? "! " : "✓ "}${share(one.inTime, one.settled)}`),
    ]);
  }));
}

function drawFunnels(funnels) {
  fill("funnels", funnels.flatMap((funnel) => [
    line("line-funnel line-head", [
      named(say(funnel.title)), text("span", "num", `${count(funnel.opened)} · ${words.jsDone} / ${words.jsInHand}`),
    ], `/onethings?matter=${encodeURIComponent(funnel.matter)}`),
    ...funnel.steps.map((step) => line("line-funnel", [
      named(say(step.title)), text("span", "num", `${count(step.settled)} / ${count(step.inHand)}`),
      meter([[step.settled, "fill"], [step.inHand, "fill-hand"]], Math.max(funnel.opened, 1)),
    ])),
  ]));
}

function drawWindows(windows, totals, now) {
  set("windows-running", totals.running);
  set("windows-soon", totals.endingSoon, totals.endingSoon > 0 ? "warn" : "");
  set("windows-objections", totals.objections, totals.objections > 0 ? "bad" : "");
  fill("windows", windows.map((one) => {
    const left = one.endsAt === undefined ? undefined : one.endsAt - now;
    const told = left === undefined ? "–" : left < 0 ? `${words.jsPast} ${duration(-left)}` : duration(left);
    return line("line-window", [
      text("span", "num", one.code),
      text("span", left !== undefined && left <= 3 * 86400000 ? "num warn" : "num", told),
      text("span", one.objections > 0 ? "num bad" : "num", one.objections > 0
        ? `! ${one.objections} ${words.jsObjections}` : `${one.consents}/${one.asked} ${words.jsReplies}`),
    ], `/onethings/${encodeURIComponent(one.code)}`);
  }));
}

function drawService(service, grants) {
  const late = (service.settled ?? 0) - (service.inTime ?? 0);
  set("service-time", share(service.inTime, service.settled), late > 0 ? "bad" : "");
  set("service-reuse", share(service.suppliedSteps, service.begunSteps));
  set("service-given", service.given);
  const grades = (service.ratings ?? []).reduce((sum, value) => sum + value, 0);
  const sum = (service.ratings ?? []).reduce((total, value, index) => total + value * (index + 1), 0);
  set("service-grade", grades > 0 ? String(Math.floor(sum * 100 / grades) / 100) : "–");
  find("service-grade").title = count(grades);
  set("grants-force", grants?.inForce);
  set("grants-new", grants?.new);
  set("grants-ended", grants?.ended);
}

function drawShares(id, shares, name) {
  const most = Math.max(1, ...shares.map((one) => one.count));
  fill(id, shares.map((one) => line("line-share", [
    named(say(one.title)), text("span", "num", count(one.count)),
    meter([[one.inForce, "fill"], [one.count - one.inForce, "fill-bad"]], most),
  ], `/explorer/licences?${name}=${encodeURIComponent(one.name)}`)));
}

function drawLicences(totals) {
  set("licences-all", totals.count);
  set("licences-force", totals.inForce);
  set("licences-today", totals.today);
}

function drawUses(uses) {
  set("uses-allowed", uses.allowed);
  set("uses-denied", uses.denied, uses.denied > 0 ? "bad" : "");
  set("uses-released", uses.released);
  set("uses-presented", uses.presented);
  set("uses-matched", uses.matched);
  set("uses-differing", uses.differing, uses.differing > 0 ? "bad" : "");
  const first = beijing(uses.hours[0].beginsAt).clock.slice(0, 5);
  const last = beijing(uses.hours.at(-1).beginsAt).clock.slice(0, 5);
  column(find("uses-hours"), uses.hours.map((hour) => [hour.allowed, hour.denied]), [first, last]);
  put(find("uses-reasons"), uses.reasons.slice(0, 2).map((reason) => line("line-reason", [
    named(say(reason.title)), text("span", "num bad", count(reason.count)),
  ], "/trace?event=decision&outcome=denied")));
}

let newest = 0;

function total(value, name) {
  return text("div", "", [text("dt", "", name), text("dd", "num", value)]);
}

function drawBlocks(blocks, pace, storage) {
  const both = (median, ninetyFifth) => `${duration(median)} / ${duration(ninetyFifth)}`;
  put(find("pace"), [
    total(both(pace.blockMedian, pace.blockNinetyFifth), `${words.jsBlock} ${words.jsMedian} / ${words.jsP95}`),
    ...(pace.commitMedian === undefined ? []
      : [total(
        both(pace.commitMedian, pace.commitNinetyFifth), `${words.jsCommit} ${words.jsMedian} / ${words.jsP95}`)]),
    ...(storage.freeBytes === undefined ? [] : [total(bytes(storage.freeBytes), storage.dailyGrowthBytes === undefined
      ? words.jsFree : `${words.jsFree} · ${words.jsGrowth} ${bytes(storage.dailyGrowthBytes)}`)]),
  ]);
  const before = newest;
  newest = blocks[0]?.height ?? 0;
  fill("blocks", blocks.map((block) => {
    const link = text("a", before > 0 && block.height > before ? "new" : "", count(block.height));
    link.href = `/explorer/blocks/${block.height}`;
    return text("li", "", [
      link, text("span", "muted", beijing(block.time).clock), text("span", "muted", block.proposer.split("/")[0]),
      text("span", block.rejected > 0 ? "bad" : "", block.rejected > 0
        ? `${block.transactions} (✕${block.rejected})` : String(block.transactions)),
    ]);
  }));
}

function draw(data) {
  const time = beijing(data.time);
  find("height").textContent = count(data.height);
  find("time").textContent = `${time.day} ${time.clock}`;
  drawCases(data.cases, data.time);
  drawDurations(data.durations);
  drawFunnels(data.funnels);
  drawWindows(data.windows, data.windowTotals, data.time);
  drawService(data.service, data.grants);
  drawLicences(data.licences);
  drawShares("types", data.licencesByType, "type");
  drawShares("regions", data.licencesByRegion, "region");
  drawUses(data.uses);
  drawBlocks(data.blocks, data.pace, data.storage);
  nodeMap(find("nodes"), data, words, say);
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
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen();
  });
}
followState(body, ask);
ask();
