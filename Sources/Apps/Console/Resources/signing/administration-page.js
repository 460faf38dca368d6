/**
 * The page Administration: takes an administrator's certificate and key, shows what a call says before it is signed,
 * and what became of it. Everything that is not the browser's stands in the other modules.
 * @module administration-page
 */

import { hexadecimal } from "../modules/bytes.js";
import { namedIn } from "../modules/certificates.js";
import { Genesis } from "../modules/genesis.js";
import { element } from "../modules/view.js";
import { approvalOf, definitionApproval, withdrawalOf } from "./ballots.js";
import { callsOf } from "./drafts.js";
import { SigningError } from "./errors.js";
import { Identity, PATIENCE, textsOf } from "./identity.js";
import { Node } from "./node.js";
import { joined, phraseOf, standingAfter } from "./outcome.js";
import { LIST_NAMES, entriesOf } from "./records.js";
import { reviewOf } from "./review.js";
import { ALGORITHMS, CertificateKeyArguments, ENTITLEMENTS, RegisteredCertificate } from "./structures.js";
import { bodyOf, call, lastValidHeight, signed } from "./transaction.js";
import { RECORDS, STANDING } from "./words.js";

const root = document.getElementById("administration");
const part = (id) => document.getElementById(id);
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const said = (phrase) => phrase[language];
const token = document.querySelector("form[action='/logout'] input[name='token']")?.value ?? "";
const node = new Node(token, language);
const { department } = root.dataset;

/** Who signs: a variable of this page, and nothing else. */
let identity = null;
/** What is shown to be signed: its octets, and what they say. */
let shown = null;
let genesis = null;

/**
 * Tells where things stand, at one place.
 * @param {string} id
 * @param {string} text
 * @param {"busy" | "done" | "failed"} kind
 */
function tell(id, text, kind) {
    const place = part(id);
    place.className = `telling telling-${kind}`;
    place.replaceChildren(text);
}

/**
 * Runs what somebody has asked for, and tells what went wrong.
 * @param {string} id where it is told
 * @param {() => Promise<void>} work
 */
async function attempt(id, work) {
    root.setAttribute("aria-busy", "true");
    try {
        await work();
    } catch (error) {
        tell(id, said(phraseOf(error)), "failed");
        part(id).scrollIntoView({ block: "nearest" });
    } finally {
        root.removeAttribute("aria-busy");
    }
}

// The key

/** Forgets the key, and what was to be signed with it. */
function forget(phrase) {
    identity?.forget();
    identity = null;
    part("identity-form").reset();
    part("forget").hidden = true;
    if (part("review").open) part("review").close();
    tell("identity-standing", said(phrase), "done");
}

/** Takes the files that were chosen. */
async function take() {
    const { files } = part("identity-files");
    if (files.length === 0) return;
    identity?.forget();
    identity = null;
    part("forget").hidden = true;
    tell("identity-standing", said(STANDING.reading), "busy");
    genesis ??= await Genesis.read(await node.genesis());
    const found = await Identity.read(await textsOf(files), genesis, department, BigInt(Date.now()));
    found.holdFor(PATIENCE, () => forget(STANDING.patience));
    identity = found;
    // What the field has chosen is not kept either.
    part("identity-files").value = "";
    part("forget").hidden = false;
    tell("identity-standing", said(joined(STANDING.held, identity.member)), "done");
}

// What is signed

/**
 * The call that registers the certificate first, where the ledger does not know it, or an older one of the same key.
 * @returns {Promise<object[]>}
 */
async function registration() {
    const { certificate, member } = identity;
    const question = CertificateKeyArguments.write({ key: member.key.identifier });
    const known = await node.ask("certificates", "byKey", question, RegisteredCertificate);
    const isKnown = known !== null && namedIn(known.certificate).notAfter >= namedIn(certificate).notAfter;
    return isKnown ? [] : [call("certificates", "register", { certificate })];
}

/**
 * Puts calls together to one transaction, and shows what its octets say.
 * @param {() => Promise<{ calls: object[], material?: object }>} make
 */
async function offer(make) {
    if (identity === null) {
        part("identity-files").focus();
        throw new SigningError("noIdentity", "no key is held");
    }
    tell("outcome", said(STANDING.preparing), "busy");
    const { calls, material = null } = await make();
    const fields = {
        channel: genesis.channel,
        submitter: identity.member.key.identifier,
        lastValidHeight: lastValidHeight(await node.height(), genesis.document.limits.transactionLifetime),
        calls: [...(await registration()), ...calls],
    };
    const body = bodyOf(fields);
    const review = await reviewOf(body, { genesis, identity, material });
    shown = { body, call: calls[calls.length - 1] };
    show(review);
}

/**
 * @param {import("./review.js").Row[]} rows
 * @returns {HTMLElement}
 */
function rowList(rows) {
    const terms = rows.flatMap(({ label, value }) => [
        element("dt", {}, said(label)),
        element("dd", { class: "num" }, said(value)),
    ]);
    return element("dl", { class: "fields" }, ...terms);
}

/** Shows a review in the place where it is confirmed. */
function show({ rows, parts }) {
    const sections = parts.map(({ title, rows: found, notes, content, contentTitle }) => {
        const section = element("section", {}, element("h3", {}, said(title)), rowList(found));
        for (const note of notes) section.append(element("p", { class: "note" }, said(note)));
        if (content !== null) {
            const label = said(contentTitle);
            const names = { class: "content", tabindex: "0", "aria-label": label, role: "region" };
            section.append(element("h4", {}, label), element("pre", names, content));
        }
        return section;
    });
    part("review-calls").replaceChildren(...sections);
    part("review-body").replaceChildren(rowList(rows));
    part("sign").disabled = false;
    tell("outcome", "", "done");
    if (!part("review").open) part("review").showModal();
    part("review").scrollTop = 0;
}

/** Signs the very octets that were shown, and hands them in. */
async function sign() {
    const { body, call: last } = shown;
    shown = null;
    part("sign").disabled = true;
    part("review").close();
    if (identity === null) throw new SigningError("forgotten", "no key is held");
    const { transaction, identifier } = await signed(body, identity);
    tell("outcome", said(STANDING.sending), "busy");
    try {
        tellOutcome(await node.submit(transaction), last, hexadecimal(identifier));
    } catch (error) {
        tell("outcome", `${said(phraseOf(error))} `, "failed");
        part("outcome").append(link(hexadecimal(identifier)));
        return;
    }
    await renew();
}

/**
 * @param {string} identifier of a transaction
 * @returns {HTMLElement}
 */
function link(identifier) {
    return element("a", { href: `/explorer/transactions/${identifier}` }, said(STANDING.transaction));
}

/**
 * Tells what became of a transaction.
 * @param {object} outcome as the node tells it
 * @param {object} last the call that was meant
 * @param {string} identifier of the transaction
 */
function tellOutcome(outcome, last, identifier) {
    const isApplied = outcome.status === "applied";
    const lines = [said(joined(isApplied ? STANDING.applied : STANDING.rejected, outcome.height))];
    if (isApplied) {
        const standing = standingAfter(last, outcome.results);
        if (standing !== null) lines.push(said(standing));
    } else {
        lines.push(`${outcome.says} (${outcome.code})`);
    }
    tell("outcome", `${lines.join(". ")} `, isApplied ? "done" : "failed");
    part("outcome").append(link(identifier));
    part("outcome").scrollIntoView({ block: "nearest" });
}

/** Has the proposals and the lists be as they are now. */
async function renew() {
    const fresh = (await node.page()).getElementById("ballots");
    if (fresh !== null) part("ballots").replaceChildren(...document.importNode(fresh, true).childNodes);
    enable();
    await list();
}

// Lists

/** Fills the lists of people, applications and platforms. */
async function list() {
    for (const name of LIST_NAMES) {
        const body = part(`${name}-rows`);
        const entries = await entriesOf(node, name, department);
        const rows = entries.map((entry) => rowOf(name, entry));
        const none = element("td", { class: "none", colspan: body.dataset.columns }, said(STANDING.none));
        body.replaceChildren(...(rows.length > 0 ? rows : [element("tr", {}, none)]));
    }
}

/**
 * @param {string} name of the list
 * @param {import("./records.js").Entry} entry
 * @returns {HTMLElement}
 */
function rowOf(name, { cells, declaration, acts }) {
    const row = element("tr");
    for (const cell of cells) {
        const isPhrase = typeof cell === "object";
        row.append(element("td", isPhrase ? {} : { class: "num" }, isPhrase ? said(cell) : cell));
    }
    const last = element("td", { class: "acts" });
    for (const { title, calls } of acts) {
        last.append(button(said(title), cells[0], () => attempt("outcome", () => offer(async () => ({ calls })))));
    }
    if (name === "applications" && acts.length > 0) {
        last.append(button(said(RECORDS.change), cells[0], () => fillIn(declaration)));
    }
    row.append(last);
    return row;
}

/**
 * @param {string} title
 * @param {string} subject what it is done with, for whoever does not see the row
 * @param {() => void} work
 * @returns {HTMLElement}
 */
function button(title, subject, work) {
    const made = element("button", { type: "button", class: "plain", "aria-label": `${title} ${subject}` }, title);
    made.addEventListener("click", work);
    return made;
}

/** Puts what is known of an application into its form, to be changed. */
function fillIn({ name, displayName, entitlements, quota, lastDay, client, member }) {
    const form = root.querySelector("form[data-form='application']");
    form.reset();
    const day = `${lastDay.slice(0, 4)}-${lastDay.slice(4, 6)}-${lastDay.slice(6)}`;
    const values = {
        name, displayName, lastDay: day, perMinute: quota.perMinute, perDay: quota.perDay ?? "",
        issuer: client?.issuer ?? "", client: client?.identifier ?? "", member: member?.split("/")[2] ?? "",
    };
    for (const [field, value] of Object.entries(values)) form.elements[field].value = String(value);
    for (const box of form.querySelectorAll("input[name='entitlement']")) {
        box.checked = entitlements.includes(box.value);
    }
    form.elements.isKnown.checked = true;
    form.closest("details").open = true;
    form.elements.displayName.focus();
}

/**
 * What a form comes to.
 * @param {string} name
 * @param {FormData} data
 * @returns {Promise<{ calls: object[], material?: object }>}
 */
async function draft(name, data) {
    if (name === "matter") return definitionApproval(node, String(data.get("matter")).trim());
    return { calls: await callsOf(name, data, { department, node }) };
}

/** Lets people use what this module serves. */
function enable() {
    for (const one of root.querySelectorAll("fieldset[disabled], button[data-act]")) {
        one.removeAttribute("disabled");
        one.removeAttribute("hidden");
    }
}

/**
 * Puts boxes to be ticked into a form: names that are the same in every language.
 * @param {string} place a selector
 * @param {string} name of the field
 * @param {string[]} values
 */
function box(place, name, values) {
    for (const one of root.querySelectorAll(place)) {
        const boxes = values.map((value) => {
            const input = element("input", { type: "checkbox", name, value });
            return element("label", { class: "check" }, input, element("code", {}, value));
        });
        one.replaceChildren(...boxes);
    }
}

/** Begins to listen. */
function start() {
    box("[data-entitlements]", "entitlement", ENTITLEMENTS);
    box("[data-algorithms]", "algorithm", ALGORITHMS);
    part("identity-files").addEventListener("change", () => attempt("identity-standing", take));
    part("forget").addEventListener("click", () => forget(STANDING.forgotten));
    part("sign").addEventListener("click", () => attempt("outcome", sign));
    part("cancel").addEventListener("click", () => part("review").close());
    part("review").addEventListener("close", () => {
        if (shown !== null) tell("outcome", said(STANDING.cancelled), "done");
        shown = null;
    });
    part("ballots").addEventListener("click", ({ target }) => {
        const one = target instanceof Element ? target.closest("button[data-act]") : null;
        if (one === null) return;
        const { act, contract, reference } = one.dataset;
        const make = act === "approve" ? approvalOf : withdrawalOf;
        attempt("outcome", () => offer(() => make(node, contract, reference)));
    });
    for (const form of root.querySelectorAll("form[data-form]")) {
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            const data = new FormData(form);
            attempt("outcome", () => offer(() => draft(form.dataset.form, data)));
        });
    }
    // A page that the browser keeps to show it again keeps its variables as well.
    addEventListener("pagehide", () => forget(STANDING.forgotten));
    enable();
    tell("identity-standing", said(STANDING.noKey), "busy");
    attempt("outcome", list);
}

start();
