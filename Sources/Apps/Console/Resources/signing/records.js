/**
 * Who may use a department's nodes, as the ledger has it: people by their digests, applications, identity platforms;
 * and the calls that end, suspend and resume.
 * @module records
 */

import { hexadecimal } from "../modules/bytes.js";
import { ApplicationPage, DepartmentPage, PersonPage, PlatformPage } from "./structures.js";
import { call } from "./transaction.js";
import { RECORDS } from "./words.js";

/** Records of a page: as many as the contract gives at once. */
const LIMIT = 100n;
/** Most records that are listed: more than these are asked for by command. */
const MOST = 1000n;

/**
 * @typedef {{ cells: (string | object)[], declaration: object, acts: { title: object, calls: object[] }[] }} Entry
 */

/**
 * All records of a list.
 * @param {import("./node.js").Node} node
 * @param {string} query
 * @param {string} department
 * @param {import("./types.js").Kind} kind
 * @returns {Promise<object[]>}
 */
async function all(node, query, department, kind) {
    const found = [];
    for (let from = 0n; from < MOST; from += LIMIT) {
        const question = DepartmentPage.write({ department, from, limit: LIMIT });
        const page = await node.ask("applications", query, question, kind);
        found.push(...(page?.records ?? []));
        if (page === null || from + LIMIT >= page.count) break;
    }
    return found;
}

/**
 * @param {string} date yyyyMMdd
 * @returns {string}
 */
function day(date) {
    return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}

/**
 * @param {object} title
 * @param {string} method of the contract `applications`
 * @param {object} value
 * @returns {{ title: object, calls: object[] }}
 */
function act(title, method, value) {
    return { title, calls: [call("applications", method, value)] };
}

/** What stands in a row of each list, and what can be done with it. */
const LISTS = {
    people: {
        kind: PersonPage,
        entry: ({ department, declaration, endedAt }) => {
            const { issuer, subject, entitlements, lastDay } = declaration;
            const isOver = endedAt !== null;
            const cells = [hexadecimal(subject), issuer, entitlements.join(" "), day(lastDay)];
            cells.push(isOver ? RECORDS.ended : RECORDS.active);
            const reference = { department, issuer, subject };
            return { cells, declaration, acts: isOver ? [] : [act(RECORDS.end, "endPerson", reference)] };
        },
    },
    applications: {
        kind: ApplicationPage,
        entry: ({ department, declaration, status }) => {
            const { name, displayName, entitlements, quota, lastDay } = declaration;
            const requests = `${quota.perMinute}${quota.perDay === null ? "" : ` / ${quota.perDay}`}`;
            const cells = [name, displayName, entitlements.join(" "), requests, day(lastDay), RECORDS[status]];
            const reference = { department, name };
            const acts = [];
            if (status === "active") acts.push(act(RECORDS.suspend, "suspendApplication", reference));
            if (status === "suspended") acts.push(act(RECORDS.resume, "resumeApplication", reference));
            if (status !== "ended") acts.push(act(RECORDS.end, "endApplication", reference));
            return { cells, declaration, acts };
        },
    },
    platforms: {
        kind: PlatformPage,
        entry: ({ department, declaration, endedAt }) => {
            const { issuer, audience, keySet, algorithms } = declaration;
            const isOver = endedAt !== null;
            const cells = [issuer, audience, keySet, algorithms.join(" "), isOver ? RECORDS.ended : RECORDS.active];
            const reference = { department, issuer };
            return { cells, declaration, acts: isOver ? [] : [act(RECORDS.end, "endPlatform", reference)] };
        },
    },
};

/** The names of the lists, as the page and the contract have them. */
export const LIST_NAMES = Object.keys(LISTS);

/**
 * A list of a department.
 * @param {import("./node.js").Node} node
 * @param {string} name one of `LIST_NAMES`
 * @param {string} department
 * @returns {Promise<Entry[]>}
 */
export async function entriesOf(node, name, department) {
    const { kind, entry } = LISTS[name];
    return (await all(node, name, department, kind)).map((record) => entry(record));
}
