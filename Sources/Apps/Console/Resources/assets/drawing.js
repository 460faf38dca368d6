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
  const size = Math.max(10, Math.min(16, height * 0.14));
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
      shapes.push(shape("rect", { class: layer === 0 ? "column" : "column-denied", x: index * step + step * 0.14, y, width: step * 0.72, height: tall }));
    });
    const sum = stack.reduce((total, value) => total + value, 0);
    if (sum === most && sum > 0) shapes.push(shape("text", { class: "column-text", x: index * step + step / 2, y: y - 4, "text-anchor": "middle", "font-size": size }, String(sum)));
  });
  shapes.push(shape("text", { class: "column-text", x: 0, y: height - 2, "font-size": size }, labels[0]));
  shapes.push(shape("text", { class: "column-text", x: width, y: height - 2, "text-anchor": "end", "font-size": size }, labels[1]));
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

/** The region's nodes around the ledger, with what this node sees of each. */
export function nodeMap(svg, data, words) {
  const { width, height } = svg.getBoundingClientRect();
  if (width < 10 || height < 10) return;
  const unit = Math.min(width, height) / 100;
  const [x0, y0] = [width / 2, height / 2];
  const shapes = [];
  const nodes = data.nodes;
  nodes.forEach((node, index) => {
    const angle = -Math.PI / 2 + index * 2 * Math.PI / nodes.length;
    const x = x0 + Math.cos(angle) * Math.min(width * 0.31, height * 0.36);
    const y = y0 + Math.sin(angle) * Math.min(height * 0.37, width * 0.62);
    const isDown = !node.isReachable;
    shapes.unshift(shape("line", { class: isDown ? "map-link map-link-down" : "map-link", x1: x0, y1: y0, x2: x, y2: y }));
    shapes.push(shape("circle", { class: `map-node${node.isOwn ? " map-own" : ""}${isDown ? " map-down" : ""}`, cx: x, cy: y, r: unit * 5 }));
    const below = y + unit * 5;
    shapes.push(shape("text", { x, y: below + unit * 5.6, "font-size": unit * 4.6 }, node.title));
    const state = isDown ? `✕ ${words.jsUnreachable}` : node.lag > 0 ? `${words.jsBehind} ${node.lag}` : node.isOwn ? words.jsOwn : node.height === undefined ? "" : "✓";
    shapes.push(shape("text", { class: isDown ? "map-sub map-bad" : "map-sub", x, y: below + unit * 10.4, "font-size": unit * 3.6 }, state));
  });
  const reachable = nodes.filter((node) => node.isReachable && node.member.includes("/validator/")).length;
  shapes.push(shape("circle", { class: "map-node", cx: x0, cy: y0, r: unit * 13 }));
  shapes.push(shape("text", { class: reachable < data.quorum ? "map-center map-bad" : "map-center", x: x0, y: y0 + unit * 1.5, "font-size": unit * 8.4 }, `${reachable}/${data.validatorCount}`));
  shapes.push(shape("text", { class: "map-sub", x: x0, y: y0 + unit * 7, "font-size": unit * 3.8 }, `${words.jsQuorum} ${data.quorum}`));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  put(svg, shapes);
}
