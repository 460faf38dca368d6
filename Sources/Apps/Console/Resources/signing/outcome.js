/**
 * What became of a transaction, and what went wrong, in words.
 * @module outcome
 */

import { fromBase64 } from "../modules/bytes.js";
import { CertificateError, FormatError, UnavailableError } from "../modules/errors.js";
import { phrase } from "../modules/phrases.js";
import { NodeRefusal, SigningError } from "./errors.js";
import { ContractProposalStanding, ProposalStanding } from "./structures.js";
import { readWhole } from "./types.js";
import { CERTIFICATE_REFUSALS, REFUSALS, STANDING, UNREADABLE, WRONG_CERTIFICATE } from "./words.js";

/** Results that say how a proposal stands. */
const STANDINGS = {
    membership: ProposalStanding,
    contracts: ContractProposalStanding,
};

/**
 * How a proposal stands after it was proposed or approved.
 * @param {{ contract: string, method: string }} call
 * @param {string[]} results of the calls, in base64
 * @returns {import("../modules/phrases.js").Phrase | null}
 */
export function standingAfter({ contract, method }, results) {
    const kind = STANDINGS[contract];
    const octets = fromBase64(results[results.length - 1] ?? "");
    if (kind === undefined || method === "withdraw" || octets === null) return null;
    let standing;
    try {
        standing = readWhole(kind, octets);
    } catch (error) {
        // What has taken effect has taken effect: only how the proposal stands is not told.
        if (error instanceof FormatError) return null;
        throw error;
    }
    const { approvals, needed, announcement } = standing;
    if (announcement) return joined(STANDING.decided, announcement.firstHeight);
    const given = approvals.length;
    return phrase(
        `Approved by ${approvals.join(", ")}: ${given} of the ${needed} departments that are needed`,
        `已批准：${approvals.join("、")}，共 ${given} 个，需要 ${needed} 个`,
    );
}

/**
 * @param {import("../modules/phrases.js").Phrase} words
 * @param {unknown} value
 * @returns {import("../modules/phrases.js").Phrase} the words with a value after them
 */
export function joined({ en, zh }, value) {
    return phrase(`${en} ${value}`, `${zh} ${value}`);
}

/**
 * An error as people are told.
 * @param {unknown} error
 * @returns {import("../modules/phrases.js").Phrase}
 * @throws {unknown} the error itself, where it is a defect of this software
 */
export function phraseOf(error) {
    if (error instanceof NodeRefusal) {
        const text = `${error.message} (${error.code}). ${error.advice}`;
        return phrase(text, text);
    }
    if (error instanceof SigningError) return REFUSALS[error.code];
    if (error instanceof CertificateError) return CERTIFICATE_REFUSALS[error.code] ?? WRONG_CERTIFICATE;
    if (error instanceof FormatError) return UNREADABLE;
    if (error instanceof UnavailableError) return REFUSALS.notPEM;
    throw error;
}
