/**
 * What a file is: whoever drops several at once need not say which is which.
 * @module files
 */

import { FormatError, UnavailableError } from "./errors.js";
import { LONGEST_GENESIS, readGenesisDocument } from "./genesis.js";
import { LONGEST_RELEASED, readReleased } from "./licences.js";
import { LONGEST_RECEIPT, readReceipt, readTrusted } from "./structures.js";

/** No structure of ours is longer; a longer file is a licence's. */
const LONGEST = Math.max(LONGEST_GENESIS, LONGEST_RECEIPT, LONGEST_RELEASED);
const SEQUENCE = 0x30;

/** How to read each kind of file that is not a licence's. */
const READERS = [
    ["receipt", readReceipt],
    ["genesis", readGenesisDocument],
    ["trusted", readTrusted],
    ["released", readReleased],
];

/**
 * @param {Blob} file
 * @param {number} limit octets, at most
 * @returns {Promise<Uint8Array>}
 * @throws {FormatError | UnavailableError}
 */
export async function octetsOf(file, limit = LONGEST) {
    if (file.size > limit) throw new FormatError("tooLarge", `a file of ${file.size} octets; at most ${limit}`);
    try {
        return new Uint8Array(await file.arrayBuffer());
    } catch {
        throw new UnavailableError("unreadableFile", "the file cannot be read: choose it again");
    }
}

/**
 * What a file is by its content: a receipt, a genesis file, trusted validators, what was released, or else a
 * licence's file.
 * @param {Blob} file
 * @returns {Promise<{ kind: string, octets: Uint8Array | null, value: object | null }>}
 */
export async function kindOf(file) {
    const licence = { kind: "licence", octets: null, value: null };
    if (file.size === 0 || file.size > LONGEST) return licence;
    const octets = await octetsOf(file);
    if (octets[0] !== SEQUENCE) return licence;
    for (const [kind, read] of READERS) {
        try {
            return { kind, octets, value: read(octets) };
        } catch (error) {
            if (!(error instanceof FormatError)) throw error;
        }
    }
    return licence;
}
