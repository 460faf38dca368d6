/**
 * The structures of docs/zhenglian.asn1 that receipts and steps of a light client consist of. `der` in them is the
 * structure as it was received, which is what is hashed: DER has one form of each value.
 * @module structures
 */

import { LONGEST_CERTIFICATE } from "./certificates.js";
import { Reader, Tag } from "./der.js";
import { FormatError } from "./errors.js";
import { MOST_VALIDATORS, readSuite } from "./genesis.js";

/** Longer receipts and steps are refused before they are parsed. */
export const LONGEST_RECEIPT = 8 << 20;
const LONGEST_TRUSTED = 421 << 10;
const LONGEST_TRANSACTION = 1 << 20;
const LONGEST_OUTCOME = 4 << 20;
const LONGEST_HEADER = 512;
const LONGEST_QUORUM_CERTIFICATE = 16 << 10;
const LONGEST_SIGNATURE = 128;
/** The longest value of an entry, and element of a trail. */
export const LONGEST_VALUE = 1 << 16;
const LONGEST_KEY = 256;
const LONGEST_NAME = 64;
const MOST_CALLS = 1_000;
const MOST_BLOCK_TRANSACTIONS = 10_000;
const MOST_ELEMENTS = 100_000;
const MOST_EPOCHS = 1_000;

/** Kinds of votes. */
export const VoteKind = Object.freeze({ notarize: 0, nullify: 1, finalize: 2 });

/**
 * @param {Uint8Array} der
 * @param {number} limit
 * @param {string} name
 */
function bound(der, limit, name) {
    if (der.length > limit) throw new FormatError("tooLarge", `${name} of ${der.length} octets; at most ${limit}`);
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readTransaction(reader) {
    return reader.sequence((fields, der) => {
        bound(der, LONGEST_TRANSACTION, "a transaction");
        const body = fields.sequence((parts, whole) => {
            parts.version(1, "transaction");
            const channel = parts.digest();
            const submitter = parts.digest();
            parts.octetString(16, 16);
            const lastValidHeight = parts.number();
            return { der: whole, channel, submitter, lastValidHeight, calls: parts.list(MOST_CALLS, readCall, 1) };
        });
        return { der, body, signature: fields.octetString(LONGEST_SIGNATURE) };
    });
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readCall(reader) {
    return reader.sequence((fields) => ({
        contract: fields.text(LONGEST_NAME),
        method: fields.text(LONGEST_NAME),
        argumentOctets: fields.octetString(LONGEST_TRANSACTION),
    }));
}

/**
 * @param {Reader} reader
 * @returns {{ size: bigint, index: bigint, siblings: Uint8Array[] }}
 */
export function readPath(reader) {
    return reader.sequence((fields) => {
        const size = fields.number(1n, 1n << 62n);
        const index = fields.number(0n, size - 1n);
        return { size, index, siblings: fields.list(62, (list) => list.digest()) };
    });
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readOutcome(reader) {
    return reader.sequence((fields, der) => {
        bound(der, LONGEST_OUTCOME, "an outcome");
        const outcome = {
            der,
            transaction: fields.digest(),
            height: fields.number(),
            index: fields.integer(0, MOST_BLOCK_TRANSACTIONS),
            rejection: null,
            events: [],
        };
        if (fields.integer(0, 1, Tag.enumerated) === 0) {
            outcome.events = fields.list(MOST_CALLS, readEvent);
            fields.list(MOST_CALLS, (values) => values.octetString(LONGEST_TRANSACTION));
        } else {
            outcome.rejection = fields.sequence((parts) => ({
                call: parts.integer(0, MOST_CALLS),
                code: parts.text(64),
                message: parts.text(1_024),
            }));
        }
        return outcome;
    });
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readEvent(reader) {
    return reader.sequence((fields) => {
        const event = { contract: fields.text(LONGEST_NAME), name: fields.text(LONGEST_NAME) };
        fields.octetString(LONGEST_TRANSACTION);
        return event;
    });
}

/**
 * @param {Reader} reader
 * @returns {object} the header of a block
 */
function readHeader(reader) {
    return reader.sequence((fields, der) => {
        bound(der, LONGEST_HEADER, "a header");
        fields.version(2, "block header");
        const header = {
            der,
            channel: fields.digest(),
            epoch: fields.number(),
            height: fields.number(),
            view: fields.number(),
            parent: fields.digest(),
            timestamp: fields.number(),
            proposer: fields.integer(0, MOST_VALIDATORS - 1),
            transactionsRoot: fields.digest(),
        };
        header.executed = fields.sequence((results) => ({
            height: results.number(),
            stateRoot: results.digest(),
            journalRoot: results.digest(),
        }));
        return header;
    });
}

/**
 * @param {Reader} reader
 * @returns {object} a certificate of a quorum
 */
function readFinalization(reader) {
    return reader.sequence((fields, der) => {
        bound(der, LONGEST_QUORUM_CERTIFICATE, "a certificate of a quorum");
        const statement = fields.sequence((parts, whole) => {
            const kind = parts.integer(0, 2, Tag.enumerated);
            const vote = { der: whole, kind, channel: parts.digest(), epoch: parts.number(), view: parts.number() };
            return { ...vote, block: kind === VoteKind.nullify ? null : parts.digest() };
        });
        const signers = fields.bits(MOST_VALIDATORS);
        const signatures = fields.list(MOST_VALIDATORS, (list) => list.octetString(LONGEST_SIGNATURE));
        if (signatures.length !== signers.filter(Boolean).length) {
            throw new FormatError("outOfRange", "a certificate has not one signature for each signer");
        }
        return { statement, signers, signatures };
    });
}

/**
 * @param {Reader} reader
 * @returns {{ der: Uint8Array, contract: string, key: Uint8Array }}
 */
function readName(reader) {
    return reader.sequence((fields, der) => ({
        der,
        contract: fields.text(LONGEST_NAME),
        key: fields.octetString(LONGEST_KEY),
    }));
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readStateProof(reader) {
    return reader.sequence((fields) => {
        const leaf = fields.sequence((parts, der) => ({
            der,
            key: parts.digest(),
            value: parts.digest(),
            next: parts.digest(),
            height: parts.number(),
        }));
        const path = fields.sequence((parts) => {
            const size = parts.number(1n, 1n << 48n);
            return {
                size,
                position: parts.number(0n, size - 1n),
                entrySiblings: parts.list(8, (list) => list.digest()),
                activity: parts.digest(),
                twigSiblings: parts.list(40, (list) => list.digest()),
            };
        });
        return { leaf, path };
    });
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readEpochValidators(reader) {
    return reader.sequence((fields, der) => ({
        der,
        epoch: fields.number(),
        firstHeight: fields.number(),
        certificates: fields.list(MOST_VALIDATORS, (list) => list.octetString(LONGEST_CERTIFICATE), 1),
    }));
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readEpochChange(reader) {
    return reader.sequence((fields) => ({
        header: readHeader(fields),
        finalization: readFinalization(fields),
        validators: readEpochValidators(fields),
        proof: readStateProof(fields),
    }));
}

const SUBJECTS = [
    (fields) => ({
        kind: "transaction",
        transaction: readTransaction(fields),
        certificate: fields.octetString(LONGEST_CERTIFICATE),
        transactionPath: readPath(fields),
        outcome: readOutcome(fields),
        outcomePath: readPath(fields),
        header: readHeader(fields),
        journalPath: readPath(fields),
    }),
    (fields) => ({
        kind: "entry",
        name: readName(fields),
        value: fields.octetString(LONGEST_VALUE),
        proof: readStateProof(fields),
    }),
    (fields) => ({ kind: "absence", name: readName(fields), proof: readStateProof(fields) }),
    (fields) => ({
        kind: "list",
        name: readName(fields),
        preceding: fields.sequence((head) => ({
            count: head.number(0n, (1n << 63n) - 2n),
            chain: head.digest(),
        })),
        elements: fields.list(MOST_ELEMENTS, (list) => list.octetString(LONGEST_VALUE)),
        proof: readStateProof(fields),
    }),
];

/**
 * @param {Reader} reader
 * @returns {object} what a receipt is about
 */
function readSubject(reader) {
    const number = SUBJECTS.findIndex((_, candidate) => reader.isExplicit(candidate));
    if (number < 0) throw new FormatError("malformed", "the receipt has no subject that is known here");
    return reader.explicit(number, (tagged) => tagged.sequence(SUBJECTS[number]));
}

/**
 * @param {Uint8Array} octets
 * @returns {object} a receipt, of which nothing is checked yet
 * @throws {FormatError}
 */
export function readReceipt(octets) {
    return Reader.structure(octets, LONGEST_RECEIPT, "a receipt", (fields) => {
        fields.version(2, "receipt");
        return {
            suite: readSuite(fields),
            consortium: fields.digest(),
            subject: readSubject(fields),
            sealingHeader: readHeader(fields),
            finalization: readFinalization(fields),
            epochs: fields.list(MOST_EPOCHS, readEpochChange),
        };
    });
}

/**
 * @param {Uint8Array} octets
 * @returns {object} validators that somebody has verified earlier
 * @throws {FormatError}
 */
export function readTrusted(octets) {
    return Reader.structure(octets, LONGEST_TRUSTED, "a trusted validator set", (fields) => {
        fields.version(1, "trusted validator set");
        return {
            suite: readSuite(fields),
            consortium: fields.digest(),
            validators: readEpochValidators(fields),
            authenticatedAt: fields.number(),
            header: readHeader(fields),
        };
    });
}

/**
 * @param {Reader} reader
 * @returns {object}
 */
function readJournalProof(reader) {
    return reader.sequence((fields) => ({
        leaf: fields.sequence((leaf, der) => {
            const found = { der, height: leaf.number(), header: leaf.digest() };
            leaf.digest();
            leaf.digest();
            return found;
        }),
        path: readPath(fields),
    }));
}

/**
 * @param {Uint8Array} octets
 * @returns {object} a step of a light client, of which nothing is checked yet
 * @throws {FormatError}
 */
export function readStep(octets) {
    return Reader.structure(octets, LONGEST_RECEIPT, "a step", (fields) => {
        fields.version(1, "light client step");
        return {
            suite: readSuite(fields),
            consortium: fields.digest(),
            epochs: fields.list(MOST_EPOCHS, readEpochChange),
            header: readHeader(fields),
            finalization: readFinalization(fields),
            consistency: fields.sequence((parts) => parts.list(63, (list) => list.digest())),
            known: fields.hasMore ? readJournalProof(fields) : null,
        };
    });
}
