/**
 * SHA-256 (FIPS 180-4), piece by piece: for files that are too large to be in memory at once, which the browser's own
 * function wants. Everything that is proved goes through the browser's; tests compare the two.
 * @module sha256
 */

import { UnavailableError } from "./errors.js";

const BLOCK = 64;
/** A file is read in pieces of this many octets: few enough to keep a page answering, many enough to be quick. */
const SLICE = 4 << 20;

/**
 * The first 32 bits of the fractional part of a root of a prime (section 4.2.2 and 5.3.3).
 * @param {number} prime
 * @param {number} degree 2 or 3
 * @returns {number}
 */
function rootFraction(prime, degree) {
    // In whole numbers, so that no rounding of a machine has a say: the root of prime · 2^(32·degree), cut off.
    const target = BigInt(prime) << BigInt(32 * degree);
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
        const middle = (low + high) >> 1n;
        if (middle ** BigInt(degree) <= target) low = middle;
        else high = middle;
    }
    return Number(low & 0xffffffffn) | 0;
}

/** @returns {number[]} the first 64 primes */
function primes() {
    const found = [];
    for (let candidate = 2; found.length < 64; candidate += 1) {
        if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
    }
    return found;
}

const CONSTANTS = Int32Array.from(primes(), (prime) => rootFraction(prime, 3));
const START = Int32Array.from(primes().slice(0, 8), (prime) => rootFraction(prime, 2));

/** A digest in the making. */
export class SHA256 {
    #state = START.slice();
    #schedule = new Int32Array(64);
    #pending = new Uint8Array(BLOCK);
    #pendingCount = 0;
    #count = 0;

    /**
     * @param {Uint8Array} octets what comes next
     * @returns {SHA256} this
     */
    update(octets) {
        this.#count += octets.length;
        let position = 0;
        if (this.#pendingCount > 0) {
            position = Math.min(BLOCK - this.#pendingCount, octets.length);
            this.#pending.set(octets.subarray(0, position), this.#pendingCount);
            this.#pendingCount += position;
            if (this.#pendingCount < BLOCK) return this;
            this.#compress(this.#pending, 0);
            this.#pendingCount = 0;
        }
        for (; position + BLOCK <= octets.length; position += BLOCK) this.#compress(octets, position);
        this.#pending.set(octets.subarray(position), 0);
        this.#pendingCount = octets.length - position;
        return this;
    }

    /** @returns {Uint8Array} the digest of everything that came; nothing may come after it */
    digest() {
        const bits = BigInt(this.#count) * 8n;
        const padding = new Uint8Array((this.#pendingCount < 56 ? 56 : 120) - this.#pendingCount + 8);
        padding[0] = 0x80;
        new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
        this.update(padding);
        const result = new Uint8Array(32);
        const view = new DataView(result.buffer);
        this.#state.forEach((word, index) => view.setInt32(4 * index, word));
        return result;
    }

    /**
     * Section 6.2.2.
     * @param {Uint8Array} octets
     * @param {number} start where the block begins
     */
    #compress(octets, start) {
        const words = this.#schedule;
        for (let index = 0, at = start; index < 16; index += 1, at += 4) {
            words[index] = (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
        }
        for (let index = 16; index < 64; index += 1) {
            const near = words[index - 2];
            const far = words[index - 15];
            const first = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3);
            const second = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10);
            words[index] = (words[index - 16] + first + words[index - 7] + second) | 0;
        }
        const state = this.#state;
        // Element by element: taking the array apart costs more than the rounds do.
        let a = state[0];
        let b = state[1];
        let c = state[2];
        let d = state[3];
        let e = state[4];
        let f = state[5];
        let g = state[6];
        let h = state[7];
        for (let index = 0; index < 64; index += 1) {
            const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
            const temporary1 = (h + sum1 + ((e & f) ^ (~e & g)) + CONSTANTS[index] + words[index]) | 0;
            const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
            const temporary2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
            h = g;
            g = f;
            f = e;
            e = (d + temporary1) | 0;
            d = c;
            c = b;
            b = a;
            a = (temporary1 + temporary2) | 0;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}

/**
 * The digest of a file, which is read piece by piece and kept nowhere.
 * @param {Blob} file
 * @param {(done: number) => void} [progress] told how many octets are done
 * @returns {Promise<Uint8Array>}
 * @throws {UnavailableError} where the file cannot be read, or changes meanwhile
 */
export async function digestOfFile(file, progress = () => {}) {
    const hash = new SHA256();
    for (let position = 0; position < file.size; position += SLICE) {
        const piece = file.slice(position, Math.min(position + SLICE, file.size));
        let octets;
        try {
            octets = new Uint8Array(await piece.arrayBuffer());
        } catch {
            throw new UnavailableError("unreadableFile", "the file cannot be read, or has changed: choose it again");
        }
        if (octets.length !== piece.size) {
            throw new UnavailableError("unreadableFile", "the file has changed while it was read: choose it again");
        }
        hash.update(octets);
        progress(position + octets.length);
    }
    return hash.digest();
}
