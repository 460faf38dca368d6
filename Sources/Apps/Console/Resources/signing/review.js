/**
 * What the octets that are about to be signed say: read out of them, and told in words. Content that a call names by
 * its digest is hashed here, so that what is shown is what the digest says.
 * @module review
 */

import { hexadecimal, isEqual } from "../modules/bytes.js";
import { namedIn } from "../modules/certificates.js";
import { digest as digestOf } from "../modules/p256.js";
import { phrase } from "../modules/phrases.js";
import { SigningError } from "./errors.js";
import { readBody } from "./transaction.js";
import { BODY, CHANGES, FIELDS, NOTES, TITLES, operationPhrase } from "./words.js";

/**
 * @typedef {{ label: import("../modules/phrases.js").Phrase, value: import("../modules/phrases.js").Phrase }} Row
 * @typedef {{ title: object, rows: Row[], notes: object[], content: string | null, contentTitle: object }} Part
 * @typedef {{ octets?: Uint8Array, value: object, rows?: Row[] }} Material what a call names and does not say
 */

/** Arguments that are too long for a row. */
const LONG = ["definition", "years", "statuses", "operations"];

/**
 * @param {Uint8Array} certificate DER
 * @returns {string} whom it names; the ledger checks the rest
 */
function holder(certificate) {
    const { department, role, name } = namedIn(certificate).member;
    return `${department}/${role}/${name}`;
}

/**
 * A value as lines, indented by what it is in, with the names of docs/zhenglian.asn1.
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
export function linesOf(value, indent = "") {
    if (Array.isArray(value)) {
        if (value.every((element) => typeof element !== "object")) return `${indent}${value.join(", ") || "–"}\n`;
        return value.map((element, index) => `${indent}${index + 1}.\n${linesOf(element, `${indent}   `)}`).join("");
    }
    if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
        return Object.entries(value)
            .filter(([, part]) => part !== null)
            .map(([name, part]) => lineOf(name, part, indent))
            .join("");
    }
    return `${indent}${told(value)}\n`;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function lineOf(name, value, indent) {
    const isShort =
        typeof value !== "object" ||
        value instanceof Uint8Array ||
        (Array.isArray(value) && value.every((element) => typeof element !== "object"));
    if (isShort) return `${indent}${name}: ${linesOf(value)}`;
    return `${indent}${name}:\n${linesOf(value, `${indent}   `)}`;
}

/**
 * @param {unknown} value that is no structure
 * @returns {string}
 */
function told(value) {
    return value instanceof Uint8Array ? hexadecimal(value) : String(value);
}

/**
 * @param {string} name of a field
 * @param {unknown} value
 * @returns {import("../modules/phrases.js").Phrase}
 */
function valuePhrase(name, value) {
    if (name === "certificate") return same(holder(value));
    if (name === "kind" && CHANGES[value]) return CHANGES[value];
    if (value === true) return phrase("yes", "是");
    if (value === false) return phrase("no", "否");
    if (name === "quota") {
        const { perMinute, perDay } = value;
        if (perDay === null) return phrase(`${perMinute} in a minute`, `每分钟 ${perMinute} 次`);
        return phrase(`${perMinute} in a minute, ${perDay} on a day`, `每分钟 ${perMinute} 次，每日 ${perDay} 次`);
    }
    if (name === "client") return same(`${value.identifier} · ${value.issuer}`);
    if (Array.isArray(value)) return same(value.join(", ") || "–");
    return same(told(value));
}

/**
 * @param {string} text
 * @returns {import("../modules/phrases.js").Phrase} what is the same in both languages
 */
function same(text) {
    return phrase(text, text);
}

/**
 * The rows of arguments, or of a proposal.
 * @param {object} value
 * @param {string[]} [names] of the fields; all, where nothing is said
 * @returns {Row[]}
 */
export function rowsOf(value, names = Object.keys(value)) {
    const rows = [];
    for (const name of names) {
        const field = value[name];
        const label = FIELDS[name];
        if (field === null || label === undefined) continue;
        if (name === "operations" && field[0].is) {
            for (const operation of field) rows.push({ label, value: operationPhrase(operation, holder) });
        } else if (!LONG.includes(name) || field instanceof Uint8Array) {
            rows.push({ label, value: valuePhrase(name, field) });
        }
    }
    return rows;
}

/**
 * One call, in words.
 * @param {object} call with its arguments as `value`
 * @param {Material | null} material
 * @returns {Promise<Part>}
 */
async function partOf({ contract, method, value }, material) {
    const title = TITLES[`${contract}.${method}`];
    const part = { title, rows: rowsOf(value), notes: [], content: null, contentTitle: NOTES.proposed };
    if (contract === "contracts" && method !== "withdraw") part.notes.push(NOTES.contract);
    if (method.startsWith("propose") && ["onethings", "calendar", "catalogue", "usage"].includes(contract)) {
        part.content = linesOf(value.definition?.value ?? value);
    }
    if (material === null) return part;
    part.rows.push(...(material.rows ?? []));
    part.contentTitle = NOTES.content;
    if (material.octets === undefined) {
        part.notes.push(NOTES.byNumber);
        return part;
    }
    const named = value.change ?? value.definition ?? value.table;
    const isSame = named instanceof Uint8Array && isEqual(await digestOf(material.octets), named);
    if (!isSame) throw new SigningError("contentDiffers", "the content is not what the digest says");
    part.notes.push(NOTES.byDigest);
    part.content = linesOf(material.value);
    return part;
}

/**
 * Reads a body back, and tells what it says.
 * @param {Uint8Array} body DER `TransactionBody`
 * @param {{ genesis: object, identity: object, material: Material | null }} known
 * @returns {Promise<{ rows: Row[], parts: Part[] }>}
 * @throws {SigningError | import("../modules/errors.js").FormatError} where it is not to be signed
 */
export async function reviewOf(body, { genesis, identity, material }) {
    const found = readBody(body);
    const { consortium, channel } = genesis.document;
    if (!isEqual(found.channel, genesis.channel)) throw new SigningError("wrongChannel", "another channel");
    if (!isEqual(found.submitter, identity.member.key.identifier)) {
        throw new SigningError("foreignKey", "another submitter");
    }
    const values = {
        consortium: `${consortium} · ${genesis.name}`,
        channel,
        submitter: String(identity.member),
        lastValidHeight: String(found.lastValidHeight),
        identifier: hexadecimal(await digestOf(body)),
    };
    const rows = Object.entries(values).map(([name, value]) => ({ label: BODY[name], value: same(value) }));
    const parts = [];
    // What a call names beside itself belongs to the last one: before it, at most a certificate is registered.
    for (const [index, call] of found.calls.entries()) {
        parts.push(await partOf(call, index === found.calls.length - 1 ? material : null));
    }
    return { rows, parts };
}
