/**
 * Approvals and withdrawals: what waits for votes is asked of the node, and with it the call that approves it.
 * @module ballots
 */

import { fromHexadecimal } from "../modules/bytes.js";
import { digest as digestOf } from "../modules/p256.js";
import { SigningError } from "./errors.js";
import { rowsOf } from "./review.js";
import { ContractProposal, ContractProposalReference, MembershipProposal, ProposalReference } from "./structures.js";
import { DecisionRules, DefinitionProposal, LicenceCodeTable, MatterQuestion } from "./tables.js";
import { StatutoryCalendar, tableAnswer } from "./tables.js";
import { call } from "./transaction.js";

/** DER of a question without arguments. */
const NOTHING = Uint8Array.of(0x30, 0x00);
/** What a matter is called by. */
const MATTER = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
/** The tables that are voted on: query, method, kind of the table. */
const TABLES = {
    calendar: ["calendar", "approve", StatutoryCalendar],
    catalogue: ["codes", "approveCodes", LicenceCodeTable],
    usage: ["rules", "approveRules", DecisionRules],
};

/**
 * @param {unknown} found
 * @returns {any}
 * @throws {SigningError} with code `gone`
 */
function present(found) {
    if (found === null || found === undefined) throw new SigningError("gone", "there is no such proposal any more");
    return found;
}

/**
 * The call that approves a proposal, and what it is about.
 * @param {import("./node.js").Node} node
 * @param {string} contract
 * @param {string} reference its number, its digest, or its matter with its digest
 * @returns {Promise<{ calls: object[], material: import("./review.js").Material }>}
 */
export async function approvalOf(node, contract, reference) {
    switch (contract) {
        case "membership": {
            const value = { number: BigInt(reference) };
            const question = ProposalReference.write(value);
            const found = present(await node.ask(contract, "proposal", question, MembershipProposal));
            // The number that is signed is the page's; a proposal of another number is an answer to another question.
            if (found.number !== value.number) throw new SigningError("contentDiffers", "another proposal's number");
            const rows = [
                ...rowsOf(found.arguments, ["operations", "notice", "acceptsNoFaultTolerance"]),
                ...rowsOf(found, ["proposer", "approvals", "lastHeight"]),
            ];
            return { calls: [call(contract, "approve", value)], material: { value: found, rows } };
        }
        case "contracts": {
            const value = { change: fromHexadecimal(reference) };
            const question = ContractProposalReference.write(value);
            const found = present(await node.ask(contract, "proposal", question, ContractProposal));
            const rows = [
                ...rowsOf(found.change.value, ["kind", "contract", "version", "height"]),
                ...rowsOf(found, ["proposer", "approvals", "lastHeight"]),
            ];
            return { calls: [call(contract, "approve", value)], material: { ...found.change, rows } };
        }
        case "onethings": {
            const [matter, digest] = reference.split(" ");
            return definitionApproval(node, matter, fromHexadecimal(digest));
        }
        default:
            return tableApproval(node, contract, reference);
    }
}

/**
 * The call that approves the definition of a matter, by the digest of what the node shows unless another is given: the
 * ledger lists matters from their first definition in force on, and not before.
 * @param {import("./node.js").Node} node
 * @param {string} matter
 * @param {Uint8Array} [digest]
 * @returns {Promise<{ calls: object[], material: import("./review.js").Material }>}
 */
export async function definitionApproval(node, matter, digest) {
    if (!MATTER.test(matter)) throw new SigningError("wrongField", "the matter is no name");
    const question = MatterQuestion.write({ matter });
    const found = present(await node.ask("onethings", "proposal", question, DefinitionProposal));
    if (found.definition.value.matter !== matter) throw new SigningError("contentDiffers", "another matter's");
    const value = { matter, definition: digest ?? (await digestOf(found.definition.octets)) };
    const rows = [...rowsOf(found.definition.value, ["version"]), ...rowsOf(found, ["notBefore", "approvals"])];
    return { calls: [call("onethings", "approve", value)], material: { ...found.definition, rows } };
}

/**
 * @param {import("./node.js").Node} node
 * @param {string} contract
 * @param {string} reference the digest of the table
 * @returns {Promise<{ calls: object[], material: import("./review.js").Material }>}
 */
async function tableApproval(node, contract, reference) {
    const [query, method, kind] = present(TABLES[contract]);
    const { proposal } = present(await node.ask(contract, query, NOTHING, tableAnswer(kind)));
    const { table, approvals } = present(proposal);
    const rows = [...rowsOf(table.value, ["version"]), ...rowsOf({ approvals })];
    const value = { table: fromHexadecimal(reference) };
    return { calls: [call(contract, method, value)], material: { ...table, rows } };
}

/**
 * The call that takes a proposal of one's own department back.
 * @param {import("./node.js").Node} node
 * @param {string} contract
 * @param {string} reference
 * @returns {Promise<{ calls: object[], material: import("./review.js").Material }>}
 */
export async function withdrawalOf(node, contract, reference) {
    const { calls, material } = await approvalOf(node, contract, reference);
    return { calls: calls.map((one) => ({ ...one, method: "withdraw" })), material };
}
