/**
 * Octets as the other modules handle them: always `Uint8Array`, compared and joined here.
 * @module bytes
 */

const HEXADECIMAL = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/**
 * @param {Uint8Array} octets
 * @returns {string} lower-case hexadecimal digits, two for each octet
 */
export function hexadecimal(octets) {
    let text = "";
    for (const octet of octets) text += HEXADECIMAL[octet];
    return text;
}

/**
 * @param {string} text an even number of hexadecimal digits, of either case
 * @returns {Uint8Array | null} the octets; null where the text is anything else
 */
export function fromHexadecimal(text) {
    if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
    const octets = new Uint8Array(text.length / 2);
    for (let index = 0; index < octets.length; index += 1) {
        octets[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
    }
    return octets;
}

/**
 * @param {string} text base64 (RFC 4648, section 4), with padding
 * @returns {Uint8Array | null} the octets; null where the text is no base64
 */
export function fromBase64(text) {
    try {
        return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
        return null;
    }
}

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 * @returns {boolean} whether the two are the same octets
 */
export function isEqual(first, second) {
    return first.length === second.length && compare(first, second) === 0;
}

/**
 * Order of numbers of the same length: the first octet decides first.
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 * @returns {number} below 0, 0 or above 0
 */
export function compare(first, second) {
    const count = Math.min(first.length, second.length);
    for (let index = 0; index < count; index += 1) {
        if (first[index] !== second[index]) return first[index] - second[index];
    }
    return first.length - second.length;
}

/**
 * @param {...(Uint8Array | number[])} parts
 * @returns {Uint8Array} the parts after each other
 */
export function concatenate(...parts) {
    const whole = new Uint8Array(parts.reduce((count, part) => count + part.length, 0));
    let position = 0;
    for (const part of parts) {
        whole.set(part, position);
        position += part.length;
    }
    return whole;
}

/**
 * @param {string} text
 * @returns {Uint8Array} its UTF-8
 */
export function utf8(text) {
    return new TextEncoder().encode(text);
}
