/**
 * What a report looks like: elements made of it, in both languages side by side; the style sheet shows one of them on
 * the screen and both on paper. Text is only ever set as text.
 * @module view
 */

import { FIELDS, SIGNS, SUBJECTS, VERDICTS, asOf, joined, phrase } from "./phrases.js";
import { encodeQR, svgPath } from "./qr.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
}

/**
 * @param {import("./phrases.js").Phrase} text
 * @returns {DocumentFragment} the text in both languages, or once where both are the same
 */
export function both({ en, zh }) {
    const fragment = document.createDocumentFragment();
    if (en === zh) fragment.append(en);
    else fragment.append(element("span", { lang: "zh-CN" }, zh), element("span", { lang: "en" }, en));
    return fragment;
}

/**
 * @param {string} verdict
 * @returns {HTMLElement} the word of a verdict with its sign
 */
function state(verdict) {
    const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[verdict]);
    return element("span", { class: "state", "data-verdict": verdict }, sign, " ", both(VERDICTS[verdict]));
}

/**
 * @param {object} report
 * @returns {HTMLElement}
 */
function checkTable(report) {
    const body = element("tbody");
    for (const { subject, verdict, text, asOf: moment } of report.checks) {
        const answer = element("td", { class: "answer" }, both(text));
        if (moment) answer.append(element("div", { class: "moment" }, both(asOf(moment))));
        const question = element("th", { scope: "row" }, both(SUBJECTS[subject]));
        body.append(element("tr", {}, question, element("td", {}, state(verdict)), answer));
    }
    const titles = [phrase("Asked", "核验项"), phrase("Verdict", "结论"), phrase("Because", "依据")];
    const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, both(title))));
    return element("table", { class: "checks" }, element("thead", {}, head), body);
}

/**
 * @param {object[]} fields
 * @returns {HTMLElement}
 */
function fieldTable(fields) {
    const body = element("tbody");
    for (const { name, value, verdict } of fields) {
        const label = element("th", { scope: "row" }, both(FIELDS.get(name)));
        const answer = element("td", { class: "answer" }, value);
        body.append(element("tr", {}, label, element("td", {}, state(verdict)), answer));
    }
    return element("table", { class: "checks" }, body);
}

/**
 * @param {import("./report.js").Row[]} rows
 * @returns {HTMLElement}
 */
function rowList(rows) {
    const list = element("dl", { class: "rows" });
    for (const { label, value, isCode } of rows) {
        const content = isCode ? element("code", {}, both(value)) : both(value);
        list.append(element("div", {}, element("dt", {}, both(label)), element("dd", {}, content)));
    }
    return list;
}

/**
 * @param {import("./phrases.js").Phrase} title
 * @param {...Node} children
 * @returns {HTMLElement}
 */
function section(title, ...children) {
    return element("section", {}, element("h3", {}, both(title)), ...children);
}

/**
 * @param {import("./phrases.js").Phrase[]} phrases
 * @param {string} verdict whose sign stands before each
 * @returns {HTMLElement}
 */
function factList(phrases, verdict) {
    const list = element("ul", { class: "facts", "data-verdict": verdict });
    for (const text of phrases) {
        const sign = element("span", { class: "sign", "aria-hidden": "true" }, verdict === "established" ? "✓" : "–");
        list.append(element("li", {}, sign, " ", both(text)));
    }
    return list;
}

/**
 * @param {string} text
 * @returns {SVGSVGElement} its QR code; the text stands beside it for whoever cannot see it
 */
function qrImage(text) {
    const { path, size } = svgPath(encodeQR(text).dark);
    const image = document.createElementNS(SVG, "svg");
    image.setAttribute("viewBox", `0 0 ${size} ${size}`);
    image.setAttribute("class", "qr");
    image.setAttribute("shape-rendering", "crispEdges");
    image.setAttribute("aria-hidden", "true");
    const paper = document.createElementNS(SVG, "rect");
    paper.setAttribute("width", String(size));
    paper.setAttribute("height", String(size));
    paper.setAttribute("class", "qr-paper");
    const ink = document.createElementNS(SVG, "path");
    ink.setAttribute("d", path);
    ink.setAttribute("class", "qr-ink");
    image.append(paper, ink);
    return image;
}

/**
 * @param {object} report
 * @returns {HTMLElement} what a receipt is shown to prove, and what not
 */
function proved({ name, rows, established, notEstablished }) {
    const column = (title, list) => element("div", {}, element("h4", {}, both(title)), list);
    return section(
        phrase(`What the receipt ${name} proves`, `回执 ${name} 所证明的内容`),
        rowList(rows),
        element(
            "div",
            { class: "columns" },
            column(phrase("Established", "已证实"), factList(established, "established")),
            column(phrase("Not established", "未证实"), factList(notEstablished, "couldNotBeChecked")),
        ),
    );
}

/**
 * What a screen reader says when there is a new report: what it comes to, and each verdict.
 * @param {object} report
 * @returns {import("./phrases.js").Phrase}
 */
export function summary({ title, checks }) {
    const verdicts = checks.map(({ subject, verdict }) => {
        const [question, answer] = [SUBJECTS[subject], VERDICTS[verdict]];
        return phrase(`${question.en} ${answer.en}`, `${question.zh}${answer.zh}`);
    });
    return joined([title, ...verdicts]);
}

/**
 * The whole report.
 * @param {object} report as `examine` gives it
 * @param {Date} now by this machine's clock, which proves nothing
 * @returns {HTMLElement[]}
 */
export function reportElements(report, now) {
    const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[report.verdict]);
    const title = element("h2", { class: "outcome", "data-verdict": report.verdict }, sign, " ", both(report.title));
    const parts = [title];
    if (report.caution !== null) parts.push(element("p", { class: "message" }, both(report.caution)));
    parts.push(checkTable(report));
    if (report.fields.length > 0) parts.push(section(phrase("Released fields", "释放的字段"), fieldTable(report.fields)));
    if (report.note.length > 0) {
        const warning = element("p", { class: "hint" }, both(phrase(
            "As the owner says; no receipt given here proves it.", "以上由释放部门陈述，此处没有回执证明。")));
        parts.push(section(phrase("For whom it was released", "释放说明"), rowList(report.note), warning));
    }
    parts.push(section(phrase("What was checked", "核验对象"), rowList(report.about)));
    parts.push(...report.proved.map(proved));
    const caution = phrase(
        "The code and the text refer to this result, so that others can check the same. They prove nothing: files do.",
        "此码及文字仅供他人据以复核，本身不构成证明；构成证明的是文件。",
    );
    const text = element("pre", { class: "reference", tabindex: "0" }, report.reference);
    const figure = element("figure", { class: "reference-figure" }, qrImage(report.reference), text);
    parts.push(section(phrase("Reference", "结果索引"), figure, element("p", { class: "hint" }, both(caution))));
    const when = now.toISOString().replace(/\.\d+Z$/, "Z");
    const clock = phrase(`Checked at ${when} by this machine's clock.`, `核验时间（本机时钟）：${when}`);
    parts.push(element("p", { class: "hint" }, both(clock)));
    return parts;
}
