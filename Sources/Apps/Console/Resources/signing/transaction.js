/**
 * Transactions (交易): put together, read again, signed. What is signed is DER `SigningInput` with the digest of the body
 * (docs/formats.md), as the Swift signer has it.
 * @module transaction
 */

import { isEqual } from "../modules/bytes.js";
import { encodeOctets, encodeSequence, encodeText } from "../modules/der.js";
import { Purpose, digest as digestOf } from "../modules/p256.js";
import { SigningError } from "./errors.js";
import { METHODS } from "./structures.js";
import { digest, list, number, octets, readWhole, sequence, text, version } from "./types.js";

/** No channel allows a larger one. */
const LONGEST_TRANSACTION = 1 << 20;
/** Octets of what tells submissions apart that say the same. */
const KEY_LENGTH = 16;
const MOST_CALLS = 1000;

const Call = sequence({ contract: text(64), method: text(64), arguments: octets(LONGEST_TRANSACTION) });
const Body = sequence({
    version: version(1, "transaction"),
    channel: digest,
    submitter: digest,
    idempotencyKey: octets(KEY_LENGTH, KEY_LENGTH),
    lastValidHeight: number(),
    calls: list(Call, MOST_CALLS, 1),
});

/**
 * @typedef {{ contract: string, method: string, arguments: Uint8Array }} Call
 */

/**
 * A call, with its arguments as DER.
 * @param {string} contract
 * @param {string} method
 * @param {object} value the arguments
 * @returns {Call}
 */
export function call(contract, method, value) {
    return { contract, method, arguments: METHODS.get(`${contract}.${method}`).write(value) };
}

/**
 * The last height at which a transaction holds: a quarter to half of the channel's lifetime ahead, and a multiple of
 * that quarter.
 * @param {bigint} head the chain's height
 * @param {bigint} lifetime of the channel's limits
 * @returns {bigint}
 */
export function lastValidHeight(head, lifetime) {
    const quarter = lifetime / 4n;
    return quarter === 0n ? head + 1n : head + 2n * quarter - (head % quarter);
}

/**
 * Puts a body together.
 * @param {{ channel: Uint8Array, submitter: Uint8Array, lastValidHeight: bigint, calls: Call[] }} fields
 * @param {Uint8Array} [idempotencyKey] 16 octets; fresh ones where nothing is said
 * @returns {Uint8Array} DER `TransactionBody`
 */
export function bodyOf(fields, idempotencyKey = crypto.getRandomValues(new Uint8Array(KEY_LENGTH))) {
    return Body.write({ ...fields, idempotencyKey });
}

/**
 * Reads a body, with the arguments of every call.
 * @param {Uint8Array} body DER `TransactionBody`
 * @returns {object} its fields; each call with `value` besides
 * @throws {SigningError | import("../modules/errors.js").FormatError} the first for a call that is none of ours
 */
export function readBody(body) {
    if (body.length > LONGEST_TRANSACTION) throw new SigningError("tooLarge", `a body of ${body.length} octets`);
    const found = readWhole(Body, body);
    const calls = found.calls.map((one) => {
        const kind = METHODS.get(`${one.contract}.${one.method}`);
        if (kind === undefined) throw new SigningError("unknownCall", `${one.contract}.${one.method} is unknown`);
        return { ...one, value: readWhole(kind, one.arguments) };
    });
    return { ...found, calls };
}

/**
 * Signs a body.
 * @param {Uint8Array} body DER `TransactionBody`
 * @param {import("./identity.js").Identity} identity
 * @returns {Promise<{ transaction: Uint8Array, identifier: Uint8Array }>} DER `Transaction`, and its name for ever
 * @throws {SigningError}
 */
export async function signed(body, identity) {
    const { submitter } = readWhole(Body, body);
    const { key } = identity.member;
    if (!isEqual(submitter, key.identifier)) throw new SigningError("foreignKey", "the body names another submitter");
    const identifier = await digestOf(body);
    const input = encodeSequence(encodeText(Purpose.transaction), encodeOctets(identifier));
    const signature = await identity.sign(input);
    const holds = await key.hasSignedFor(signature, Purpose.transaction, identifier);
    if (!holds) throw new SigningError("foreignKey", "the signature does not hold under the certificate");
    return { transaction: assembled(body, signature), identifier };
}

/**
 * @param {Uint8Array} body DER `TransactionBody`
 * @param {Uint8Array} signature
 * @returns {Uint8Array} DER `Transaction`
 */
export function assembled(body, signature) {
    return encodeSequence(body, encodeOctets(signature));
}
