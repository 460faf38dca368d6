/**
 * Merkle trees (RFC 9162, section 2.1), the state and its trails, as docs/formats.md has them.
 * @module trees
 */

import { compare, concatenate, isEqual } from "./bytes.js";
import { encodeNumber, encodeOctets, encodeSequence } from "./der.js";
import { digest } from "./p256.js";

/** Entries of the state's log that share a bitmap. */
const TWIG = 256n;
/** What stands where there is no digest. */
export const NONE = new Uint8Array(32);
const LEAF = [0x00];
const NODE = [0x01];
const TWIG_PREFIX = [0x02];

/**
 * @param {Uint8Array} octets
 * @returns {Promise<Uint8Array>} the digest of a leaf
 */
export function leafDigest(octets) {
    return digest(concatenate(LEAF, octets));
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 * @returns {Promise<Uint8Array>}
 */
function nodeDigest(left, right) {
    return digest(concatenate(NODE, left, right));
}

/**
 * Section 2.1.3.2.
 * @param {{ size: bigint, index: bigint, siblings: Uint8Array[] }} path
 * @param {Uint8Array} leaf the digest of the leaf
 * @returns {Promise<Uint8Array | null>} the root; null where the path has too many or too few siblings
 */
export async function rootOfPath(path, leaf) {
    let first = path.index;
    let second = path.size - 1n;
    let result = leaf;
    for (const sibling of path.siblings) {
        if (second === 0n) return null;
        if (first % 2n === 1n || first === second) {
            result = await nodeDigest(sibling, result);
            while (first % 2n === 0n && first !== 0n) {
                first >>= 1n;
                second >>= 1n;
            }
        } else {
            result = await nodeDigest(result, sibling);
        }
        first >>= 1n;
        second >>= 1n;
    }
    return second === 0n ? result : null;
}

/**
 * Section 2.1.4.2: whether a list begins with the elements of a shorter one.
 * @param {Uint8Array[]} nodes
 * @param {bigint} first how many elements the shorter one has
 * @param {Uint8Array} firstRoot its root
 * @param {bigint} second how many the longer one has
 * @param {Uint8Array} secondRoot its root
 * @returns {Promise<boolean>}
 */
export async function isConsistent(nodes, first, firstRoot, second, secondRoot) {
    if (first >= second) return first === second && nodes.length === 0 && isEqual(firstRoot, secondRoot);
    if (first === 0n) return nodes.length === 0 && isEqual(firstRoot, await digest(new Uint8Array(0)));
    const rest = [...nodes];
    let index = first - 1n;
    let last = second - 1n;
    while (index % 2n === 1n) {
        index >>= 1n;
        last >>= 1n;
    }
    const start = index === 0n ? firstRoot : rest.shift();
    if (start === undefined) return false;
    let firstFound = start;
    let secondFound = start;
    for (const node of rest) {
        if (last === 0n) return false;
        if (index % 2n === 1n || index === last) {
            firstFound = await nodeDigest(node, firstFound);
            secondFound = await nodeDigest(node, secondFound);
            while (index % 2n === 0n && index !== 0n) {
                index >>= 1n;
                last >>= 1n;
            }
        } else {
            secondFound = await nodeDigest(secondFound, node);
        }
        index >>= 1n;
        last >>= 1n;
    }
    return last === 0n && isEqual(firstFound, firstRoot) && isEqual(secondFound, secondRoot);
}

/**
 * The state root that a proof leads to.
 * @param {object} proof
 * @returns {Promise<Uint8Array | null>} null where it leads nowhere
 */
async function stateRoot({ leaf, path }) {
    const twig = path.position / TWIG;
    const left = path.size - TWIG * twig;
    const within = { size: left < TWIG ? left : TWIG, index: path.position % TWIG, siblings: path.entrySiblings };
    const entries = await rootOfPath(within, await leafDigest(leaf.der));
    if (entries === null) return null;
    const above = { size: (path.size + TWIG - 1n) / TWIG, index: twig, siblings: path.twigSiblings };
    const twigs = await rootOfPath(above, await digest(concatenate(TWIG_PREFIX, entries, path.activity)));
    if (twigs === null) return null;
    return digest(encodeSequence(encodeNumber(path.size), encodeOctets(twigs)));
}

/**
 * Whether the proof's entry is the newest of its key under a state root.
 * @param {object} proof
 * @param {Uint8Array} root
 * @returns {Promise<boolean>}
 */
async function holds(proof, root) {
    const index = Number(proof.path.position % TWIG);
    const isActive = (proof.path.activity[index >> 3] & (0x80 >> (index & 7))) !== 0;
    if (!isActive) return false;
    const found = await stateRoot(proof);
    return found !== null && isEqual(found, root);
}

/**
 * Whether a proof shows that the state holds a value.
 * @param {object} proof
 * @param {Uint8Array} name DER `StateName`
 * @param {Uint8Array} value
 * @param {Uint8Array} root
 * @returns {Promise<boolean>}
 */
export async function establishesValue(proof, name, value, root) {
    return (
        isEqual(proof.leaf.key, await digest(name)) &&
        isEqual(proof.leaf.value, await digest(value)) &&
        (await holds(proof, root))
    );
}

/**
 * Whether a proof shows that the state holds nothing under a name.
 * @param {object} proof
 * @param {Uint8Array} name DER `StateName`
 * @param {Uint8Array} root
 * @returns {Promise<"removed" | "neverWritten" | null>} why there is nothing; null where that is not shown
 */
export async function establishesAbsence(proof, name, root) {
    const { leaf } = proof;
    const key = await digest(name);
    const isSame = isEqual(leaf.key, key);
    const isBetween = compare(leaf.key, key) < 0 && (isEqual(leaf.next, NONE) || compare(key, leaf.next) < 0);
    if (!(isSame ? isEqual(leaf.value, NONE) : isBetween)) return null;
    if (!(await holds(proof, root))) return null;
    return isSame ? "removed" : "neverWritten";
}

/**
 * The head of a trail after some elements more.
 * @param {{ count: bigint, chain: Uint8Array }} head
 * @param {Uint8Array[]} elements
 * @returns {Promise<{ count: bigint, chain: Uint8Array }>}
 */
export async function headAfter(head, elements) {
    let { count, chain } = head;
    for (const element of elements) {
        chain = await digest(encodeSequence(encodeOctets(chain), encodeOctets(element)));
        count += 1n;
    }
    return { count, chain };
}

/**
 * @param {{ count: bigint, chain: Uint8Array }} head
 * @returns {Uint8Array} DER `TrailHead`
 */
export function encodeTrailHead({ count, chain }) {
    return encodeSequence(encodeNumber(count), encodeOctets(chain));
}
