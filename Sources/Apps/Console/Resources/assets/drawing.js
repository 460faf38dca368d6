// Small drawings as SVG elements, and text as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class and text or children; what comes from outside is text and never markup. */
export function text(name, style, content) {
  const element = document.createElement(name);
  if (style.trim()) element.className = style.trim();
  if (Array.isArray(content)) element.append(...content); else element.textContent = content;
  return element;
}

function shape(name, attributes, content) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (content !== undefined) element.textContent = content;
  return element;
}

/** Replaces what an element holds. */
export function put(element, children) { element.replaceChildren(...children); }

/**
 * Columns side by side, stacked where there are several values; the highest stands at the top.
 * @param {SVGElement} svg
 * @param {number[][]} values
 * @param {string[]} labels under the first and the last.
 */
export function column(svg, values, labels) {
  const { width, height } = svg.getBoundingClientRect();
  if (width < 10 || height < 10) return;
  const size = Math.max(13, Math.min(16, height * 0.14));
  const floor = height - size * 1.5;
  const most = Math.max(1, ...values.map((stack) => stack.reduce((sum, value) => sum + value, 0)));
  const step = width / values.length;
  const shapes = [shape("line", { class: "column-base", x1: 0, x2: width, y1: floor, y2: floor })];
  values.forEach((stack, index) => {
    let y = floor;
    stack.forEach((value, layer) => {
      if (value === 0) return;
      const tall = Math.max(1.5, value / most * (floor - size * 1.2));
      y -= tall;
      const style = layer === 0 ? "column" : "column-denied";
      shapes.push(shape("rect", { class: style, x: (index + 0.14) * step, y, width: step * 0.72, height: tall }));
    });
    const sum = stack.reduce((total, value) => total + value, 0);
    if (sum !== most || sum === 0) return;
    const place = { class: "column-text", x: (index + 0.5) * step, y: y - 4, "text-anchor": "middle", "font-size": size };
    shapes.push(shape("text", place, String(sum)));
  });
  shapes.push(shape("text", { class: "column-text", x: 0, y: height - 2, "font-size": size }, labels[0]));
  const end = { class: "column-text", x: width, y: height - 2, "text-anchor": "end", "font-size": size };
  shapes.push(shape("text", end, labels[1]));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  put(svg, shapes);
}

/** A bar of several parts. */
export function meter(parts, whole) {
  const svg = shape("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(shape("rect", { class: "track", width: 100, height: 8 }));
  let x = 0;
  for (const [value, style] of parts) {
    const width = Math.max(0, Math.min(100 - x, value / whole * 100));
    svg.append(shape("rect", { class: style, x, width, height: 8 }));
    x += width;
  }
  return svg;
}

/** About how wide a text is, in pixels: on the wide side. */
function widthOf(content, size) {
  return [...content].reduce((sum, letter) => sum + (letter.codePointAt(0) >= 0x2e80 ? 1 : 0.62), 0) * size;
}

/** What stands below a node's name. */
function stateOf(node, words) {
  if (!node.isReachable) return `✕ ${words.jsUnreachable}`;
  if (node.lag > 0) return `${words.jsBehind} ${node.lag}`;
  if (node.isOwn) return words.jsOwn;
  return node.height === undefined ? "" : "✓";
}

/**
 * The region's nodes around the ledger, with what this node sees of each. Names stay within the drawing.
 * @param {SVGElement} svg
 * @param {object} data of the dashboard
 * @param {Record<string, string>} words
 * @param {(title: object) => string} say gives a title in the reader's language
 */
export function nodeMap(svg, data, words, say) {
  const { width, height } = svg.getBoundingClientRect();
  if (width < 10 || height < 10) return;
  const unit = Math.min(width, height) / 100;
  const [x0, y0] = [width / 2, height * 0.44];
  const [nameSize, stateSize] = [unit * 6, unit * 4.7].map((size) => Math.max(13, size));
  const shapes = [];
  const nodes = data.nodes;
  nodes.forEach((node, index) => {
    const angle = -Math.PI / 2 + index * 2 * Math.PI / nodes.length;
    const x = x0 + Math.cos(angle) * Math.min(width * 0.33, height * 0.62);
    const y = y0 + Math.sin(angle) * Math.min(height * 0.36, width * 0.62);
    const isDown = !node.isReachable;
    const style = `map-node${node.isOwn ? " map-own" : ""}${isDown ? " map-down" : ""}`;
    const link = isDown ? "map-link map-link-down" : "map-link";
    shapes.unshift(shape("line", { class: link, x1: x0, y1: y0, x2: x, y2: y }));
    shapes.push(shape("circle", { class: style, cx: x, cy: y, r: unit * 5 }));
    const name = say(node.title);
    const half = widthOf(name, nameSize) / 2 + 2;
    const middle = half * 2 > width ? x0 : Math.min(Math.max(x, half), width - half);
    const below = y + unit * 5 + nameSize;
    shapes.push(shape("text", { x: middle, y: below, "font-size": nameSize }, name));
    const sub = isDown ? "map-sub map-bad" : "map-sub";
    const state = { class: sub, x: middle, y: below + stateSize * 1.15, "font-size": stateSize };
    shapes.push(shape("text", state, stateOf(node, words)));
  });
  const reachable = nodes.filter((node) => node.isReachable && node.member.includes("/validator/")).length;
  shapes.push(shape("circle", { class: "map-node", cx: x0, cy: y0, r: unit * 14 }));
  const center = reachable < data.quorum ? "map-center map-bad" : "map-center";
  const count = { class: center, x: x0, y: y0 + unit * 1.5, "font-size": unit * 9 };
  shapes.push(shape("text", count, `${reachable}/${data.validatorCount}`));
  const needed = { class: "map-sub", x: x0, y: y0 + unit * 8, "font-size": Math.max(13, unit * 4.4) };
  shapes.push(shape("text", needed, `${words.jsQuorum} ${data.quorum}`));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  put(svg, shapes);
}
