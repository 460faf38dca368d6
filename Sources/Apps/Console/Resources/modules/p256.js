/**
 * The suite `p256` (docs/formats.md, "Hash and signature"): SHA-256, and ECDSA on P-256 with SHA-256, both by the
 * browser's WebCrypto.
 * @module p256
 */

import { concatenate, fromHexadecimal, isEqual } from "./bytes.js";
import { Reader, encodeOctets, encodeSequence, encodeText } from "./der.js";
import { FormatError, UnavailableError } from "./errors.js";

/** What stands in a genesis file for this suite. */
export const SUITE = "p256";
/** A longer signature is none. */
const LONGEST_SIGNATURE = 128;
/** DER `SubjectPublicKeyInfo` up to the point: id-ecPublicKey on the curve 1.2.840.10045.3.1.7 (RFC 5480). */
const KEY_PREFIX = fromHexadecimal("3059301306072a8648ce3d020106082a8648ce3d030107034200");
const POINT_LENGTH = 65;
const UNCOMPRESSED = 0x04;
/** DER `AlgorithmIdentifier` of ecdsa-with-SHA256 (RFC 5758). */
export const SIGNATURE_ALGORITHM = fromHexadecimal("300a06082a8648ce3d040302");
/** The order of the curve's group (SP 800-186, section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** What a signature is for: it is part of what is signed. */
export const Purpose = Object.freeze({
    transaction: "zhenglian transaction 1",
    vote: "zhenglian vote 1",
});

/**
 * @returns {SubtleCrypto}
 * @throws {UnavailableError} where the page was opened in a way that the browser does not trust
 */
function webCrypto() {
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) {
        throw new UnavailableError("cryptography", "WebCrypto is there only over https or in a file: open the page so");
    }
    return subtle;
}

/**
 * @param {...Uint8Array} parts
 * @returns {Promise<Uint8Array>} SHA-256 of the parts after each other
 */
export async function digest(...parts) {
    const octets = parts.length === 1 ? parts[0] : concatenate(...parts);
    return new Uint8Array(await webCrypto().digest("SHA-256", octets));
}

/**
 * The numbers of a DER `ECDSA-Sig-Value`, each 1 to the group's order less 1, as WebCrypto wants them.
 * @param {Uint8Array} signature
 * @returns {Uint8Array | null} r and s with 32 octets each; null where the octets are no signature
 */
export function rawSignature(signature) {
    let numbers;
    try {
        numbers = Reader.structure(signature, LONGEST_SIGNATURE, "a signature", (fields) => [
            positive(fields.integerOctets()),
            positive(fields.integerOctets()),
        ]);
    } catch (error) {
        if (error instanceof FormatError) return null;
        throw error;
    }
    return numbers.includes(null) ? null : concatenate(...numbers);
}

/**
 * @param {Uint8Array} octets of an INTEGER
 * @returns {Uint8Array | null} the number in 32 octets, where it is one of the group's
 */
function positive(octets) {
    const isNegative = octets[0] >= 0x80;
    const magnitude = octets[0] === 0 ? octets.subarray(1) : octets;
    if (isNegative || magnitude.length > 32) return null;
    let value = 0n;
    for (const octet of magnitude) value = (value << 8n) | BigInt(octet);
    return value > 0n && value < ORDER ? concatenate(new Uint8Array(32 - magnitude.length), magnitude) : null;
}

/** A public key that the browser has taken. */
export class PublicKey {
    /**
     * @param {Uint8Array} information DER `SubjectPublicKeyInfo`
     * @param {Uint8Array} identifier its digest
     * @param {CryptoKey} key
     */
    constructor(information, identifier, key) {
        this.information = information;
        this.identifier = identifier;
        this.key = key;
    }

    /**
     * @param {Uint8Array} information DER `SubjectPublicKeyInfo`: one form of it, with the curve's name and 04, X, Y
     * @returns {Promise<PublicKey | null>} null where it is no key of this suite, or its point is not on the curve
     */
    static async read(information) {
        const hasForm =
            information.length === KEY_PREFIX.length + POINT_LENGTH &&
            isEqual(information.subarray(0, KEY_PREFIX.length), KEY_PREFIX) &&
            information[KEY_PREFIX.length] === UNCOMPRESSED;
        if (!hasForm) return null;
        const subtle = webCrypto();
        const curve = { name: "ECDSA", namedCurve: "P-256" };
        try {
            const point = information.subarray(KEY_PREFIX.length);
            const key = await subtle.importKey("raw", point, curve, false, ["verify"]);
            return new PublicKey(information, await digest(information), key);
        } catch (error) {
            if (error instanceof DOMException) return null;
            throw error;
        }
    }

    /**
     * @param {Uint8Array} signature DER `ECDSA-Sig-Value`
     * @param {Uint8Array} message
     * @returns {Promise<boolean>}
     */
    async hasSigned(signature, message) {
        const raw = rawSignature(signature);
        if (raw === null) return false;
        return webCrypto().verify({ name: "ECDSA", hash: "SHA-256" }, this.key, raw, message);
    }

    /**
     * Whether the key has signed a structure for a purpose: DER `SigningInput { purpose, digest }` is what is signed.
     * @param {Uint8Array} signature
     * @param {string} purpose one of `Purpose`
     * @param {Uint8Array} name the digest of the structure's DER
     * @returns {Promise<boolean>}
     */
    async hasSignedFor(signature, purpose, name) {
        return this.hasSigned(signature, encodeSequence(encodeText(purpose), encodeOctets(name)));
    }
}
