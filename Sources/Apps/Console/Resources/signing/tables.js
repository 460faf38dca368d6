/**
 * What departments vote on besides members and contracts: definitions of one-things, the statutory calendar, the codes
 * of licences, the rules of decisions; by the names of docs/zhenglian.asn1.
 * @module tables
 */

import { Tag } from "../modules/der.js";
import { boolean, digest, enumerated, kept, label, list, number, optional, sequence, text, version } from "./types.js";

/** Most departments of a consortium. */
export const MOST_DEPARTMENTS = 256;
const VERSION = number(1n);
const DATE = text(8);
const LABELS = list(label, 256);
const APPROVALS = list(label, MOST_DEPARTMENTS);
const ACTIONS = ["query", "download", "present", "apply"];

const title = sequence({ chinese: text(192), english: text(192) });
const named = sequence({ name: label, title });
const condition = sequence({ when: optional(0, label), unless: optional(1, label) });
const limit = sequence({
    amount: number(1n, 316224000n),
    unit: enumerated(["seconds", "minutes", "hours", "calendarDays", "workingDays"]),
});

const answer = sequence({ name: label, title, ends: optional(0, label), back: optional(1, label) });
const windowRule = sequence({
    objectors: LABELS,
    isPublic: boolean,
    reasons: list(text(32), 64),
    ends: label,
    back: optional(0, label),
    lift: optional(1, limit),
});
const limits = sequence({
    acknowledge: optional(0, limit),
    answer: optional(1, limit),
    amber: optional(2, limit),
    extended: optional(3, limit),
    lapses: optional(4, label),
    supplement: optional(5, limit),
    lapsesUnsupplemented: optional(6, label),
    suspension: optional(7, limit),
    firstDay: enumerated(["next", "same"]),
});
const step = sequence({
    name: label,
    title,
    role: label,
    after: LABELS,
    condition,
    needs: LABELS,
    returns: LABELS,
    answers: list(answer, 16),
    window: optional(0, windowRule),
    limits,
    attempts: number(1n, 9n),
    isWaivable: boolean,
    isCompensated: boolean,
    effect: optional(1, sequence({ kind: enumerated(["issuesLicence", "cancelsLicence"]), type: text(21) })),
});

/** What a one-thing is. */
export const OneThingDefinition = sequence({
    formatVersion: version(1, "definition"),
    matter: label,
    version: VERSION,
    title,
    basis: text(512),
    lead: label,
    subject: enumerated(["holder", "licence"]),
    excludes: list(label, 16),
    roles: list(sequence({ name: label, department: label, title }), 32),
    options: list(named, 16),
    fields: list(sequence({ name: label, title, for: list(label, 32), isOnLedger: boolean }), 128),
    materials: list(sequence({ name: label, title, contains: list(label, 128) }), 64),
    reasons: list(sequence({ code: text(32), title }), 64),
    intake: list(sequence({ item: label, condition }), 192),
    ends: list(named, 16),
    bindingStep: optional(0, label),
    steps: list(step, 32),
});

/** Which days are worked. */
export const StatutoryCalendar = sequence({
    formatVersion: version(1, "calendar"),
    version: VERSION,
    years: list(
        sequence({
            year: number(1800n, 9999n),
            basis: text(128),
            holidays: list(DATE, 366),
            workingWeekendDays: list(DATE, 366),
        }),
        64,
    ),
});

/** The statuses of licences, and what operations make of them. */
export const LicenceCodeTable = sequence({
    formatVersion: version(1, "table of codes"),
    version: VERSION,
    statuses: list(
        sequence({
            status: text(2),
            name: text(64),
            englishName: text(64),
            actions: list(enumerated(ACTIONS, 0, Tag.integer), 4),
        }),
        100,
    ),
    operations: list(
        sequence({
            operation: text(2),
            name: text(64),
            englishName: text(64),
            effect: enumerated(["entry", "newVersion", "status", "modification", "takeDown"]),
            needsRelated: boolean,
            transitions: list(sequence({ from: text(2), to: text(2) }), 64),
        }),
        100,
    ),
});

/** The parameters of the decision on uses. */
export const DecisionRules = sequence({
    version: VERSION,
    ticketSeconds: number(1n, 300n),
    departmentDay: number(1n, 2147483647n),
    holderMinute: number(1n, 2147483647n),
    block: number(1n, 2147483647n),
    transaction: number(1n, 16n),
    minimumLevel: enumerated(["one", "two", "three", "four"], 1),
    identity: list(label, MOST_DEPARTMENTS),
});

/** What names a table in an approval. */
export const ApproveTable = sequence({ table: digest });
/** What names a definition in an approval. */
export const ApproveDefinition = sequence({ matter: label, definition: digest });
/** A definition that is put up for decision. */
export const ProposeDefinition = sequence({ definition: kept(OneThingDefinition), notBefore: number() });
/** What a matter is asked after by. */
export const MatterQuestion = sequence({ matter: label, version: optional(0, VERSION) });
/** A definition that waits for approvals. */
export const DefinitionProposal = sequence({
    definition: kept(OneThingDefinition),
    notBefore: number(),
    approvals: APPROVALS,
});

/**
 * A table in force, and the one that is proposed in its place.
 * @param {import("./types.js").Kind} table
 * @returns {import("./types.js").Kind}
 */
export function tableAnswer(table) {
    return sequence({ table, proposal: optional(0, sequence({ table: kept(table), approvals: APPROVALS })) });
}
