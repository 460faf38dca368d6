/**
 * An administrator's certificate and key, out of two files that the visitor has chosen. The key is handed to the
 * browser's WebCrypto as one that cannot be taken out again, stands in one variable, and goes with it: nothing of it is
 * stored or sent.
 * @module identity
 */

import { concatenate, fromBase64, fromHexadecimal } from "../modules/bytes.js";
import { authenticate } from "../modules/certificates.js";
import { encodeNumber, encodeOctets, encodeSequence } from "../modules/der.js";
import { octetsOf } from "../modules/files.js";
import { SigningError } from "./errors.js";

/** A longer file is neither a certificate nor a key. */
export const LONGEST_FILE = 64 << 10;
/** For how long a key is held, in milliseconds: a sitting, and not a day at an unlocked desk. */
export const PATIENCE = 15 * 60_000;
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----([\s\S]*?)-----END \1-----/g;
/** DER `AlgorithmIdentifier` of a key on P-256 (RFC 5480). */
const P256_KEY = fromHexadecimal("301306072a8648ce3d020106082a8648ce3d030107");
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const CHALLENGE_LENGTH = 32;
const KEY_WORDS = { "PRIVATE KEY": (octets) => octets, "EC PRIVATE KEY": wrapped };

/**
 * An ECPrivateKey (RFC 5915) as PKCS#8, which is what WebCrypto takes.
 * @param {Uint8Array} octets
 * @returns {Uint8Array}
 */
function wrapped(octets) {
    return encodeSequence(encodeNumber(0n), P256_KEY, encodeOctets(octets));
}

/**
 * The blocks of PEM (RFC 7468) in a text.
 * @param {string} text
 * @returns {{ type: string, octets: Uint8Array }[]}
 * @throws {SigningError} with code `encryptedKey`, or `notPEM`
 */
export function readPEM(text) {
    const found = [];
    for (const [, type, content] of text.matchAll(BLOCK)) {
        // A key may be encrypted by its type (RFC 5958), or by a header of the old form (RFC 1421).
        if (type === "ENCRYPTED PRIVATE KEY" || content.includes("ENCRYPTED")) {
            throw new SigningError("encryptedKey", "the key is encrypted");
        }
        const octets = fromBase64(content.replace(/\s+/g, ""));
        if (octets === null) throw new SigningError("notPEM", `a block '${type}' is no base64`);
        found.push({ type, octets });
    }
    if (found.length === 0) throw new SigningError("notPEM", "there is no block of PEM in the file");
    return found;
}

/**
 * @param {{ type: string, octets: Uint8Array }[]} blocks
 * @returns {Promise<CryptoKey>}
 */
async function importKey(blocks) {
    const keys = blocks.filter(({ type }) => type.endsWith("PRIVATE KEY"));
    if (keys.length !== 1) throw new SigningError("noKey", `${keys.length} private keys were chosen`);
    const [{ type, octets }] = keys;
    const form = KEY_WORDS[type];
    if (form === undefined) throw new SigningError("wrongKey", `a block '${type}' is no key on P-256`);
    try {
        return await crypto.subtle.importKey("pkcs8", form(octets), CURVE, false, ["sign"]);
    } catch (error) {
        if (error instanceof DOMException) throw new SigningError("wrongKey", "the key is none on P-256");
        throw error;
    } finally {
        octets.fill(0);
    }
}

/** Somebody who can sign. */
export class Identity {
    #key;
    #timer;

    /**
     * @param {import("../modules/certificates.js").Member} member
     * @param {Uint8Array} certificate DER
     * @param {CryptoKey} key
     */
    constructor(member, certificate, key) {
        this.member = member;
        this.certificate = certificate;
        this.#key = key;
        this.#timer = null;
    }

    /**
     * Reads certificate and key, and checks that they are one administrator's of a department.
     * @param {string[]} texts of the files that were chosen
     * @param {import("../modules/genesis.js").Genesis} genesis
     * @param {string} department whose administrator it has to be
     * @param {bigint} time in milliseconds since 1970
     * @returns {Promise<Identity>}
     * @throws {SigningError | import("../modules/errors.js").CertificateError}
     */
    static async read(texts, genesis, department, time) {
        const blocks = texts.flatMap((text) => readPEM(text));
        const certificates = blocks.filter(({ type }) => type === "CERTIFICATE");
        if (certificates.length === 0) throw new SigningError("noCertificate", "no certificate was chosen");
        const certificate = certificates[0].octets;
        const { consortium } = genesis.document;
        const member = await authenticate(certificate, consortium, genesis.authorities, time);
        if (member.role !== "administrator") {
            throw new SigningError("notAdministrator", `${member} is no administrator by the certificate`);
        }
        if (member.department !== department) {
            throw new SigningError("foreignDepartment", `${member} is of another department than ${department}`);
        }
        const identity = new Identity(member, certificate, await importKey(blocks));
        // The key belongs to the certificate where what the one signs holds under the other.
        const challenge = crypto.getRandomValues(new Uint8Array(CHALLENGE_LENGTH));
        const raw = await crypto.subtle.sign(SIGNATURE, identity.#key, challenge);
        const isOne = await crypto.subtle.verify(SIGNATURE, member.key.key, raw, challenge);
        if (!isOne) throw new SigningError("foreignKey", `the key is not that of the certificate of ${member}`);
        return identity;
    }

    /** @returns {boolean} whether the key is still held */
    get isHeld() {
        return this.#key !== null;
    }

    /**
     * Forgets the key after a time.
     * @param {number} patience in milliseconds
     * @param {() => void} forgotten called when it is forgotten by this
     */
    holdFor(patience, forgotten) {
        this.#timer = setTimeout(() => {
            this.forget();
            forgotten();
        }, patience);
    }

    /** Forgets the key. */
    forget() {
        clearTimeout(this.#timer);
        this.#key = null;
    }

    /**
     * Signs octets.
     * @param {Uint8Array} octets
     * @returns {Promise<Uint8Array>} DER `ECDSA-Sig-Value`
     * @throws {SigningError} with code `forgotten`
     */
    async sign(octets) {
        if (this.#key === null) throw new SigningError("forgotten", "the key was forgotten");
        const raw = new Uint8Array(await crypto.subtle.sign(SIGNATURE, this.#key, octets));
        const half = raw.length / 2;
        return encodeSequence(encodeNumber(whole(raw.subarray(0, half))), encodeNumber(whole(raw.subarray(half))));
    }
}

/**
 * @param {Uint8Array} octets the highest first
 * @returns {bigint}
 */
function whole(octets) {
    return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/**
 * The texts of files.
 * @param {Iterable<Blob>} files
 * @returns {Promise<string[]>}
 */
export async function textsOf(files) {
    const texts = [];
    for (const file of files) {
        const octets = await octetsOf(file, LONGEST_FILE);
        texts.push(new TextDecoder("latin1").decode(octets));
        octets.fill(0);
    }
    return texts;
}

/** Octets of a department's salt. */
const SALT_LENGTH = 32;

/**
 * What stands on the ledger for a person: HMAC-SHA256 over the department, the issuer and the subject, by the
 * department's salt.
 * @param {string} salt the text of the file: 64 hexadecimal digits
 * @param {{ department: string, issuer: string, subject: string }} person
 * @returns {Promise<Uint8Array>}
 * @throws {SigningError} with code `wrongSalt`
 */
export async function blinded(salt, { department, issuer, subject }) {
    const octets = fromHexadecimal(salt.trim());
    if (octets?.length !== SALT_LENGTH) throw new SigningError("wrongSalt", "the file is no salt");
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", octets, algorithm, false, ["sign"]);
    const parts = ["zhenglian subject 1", department, issuer, subject].map((part) => new TextEncoder().encode(part));
    const lengths = parts.map((part) => new Uint8Array(Uint32Array.of(part.length).buffer).reverse());
    const input = concatenate(...parts.flatMap((part, index) => [lengths[index], part]));
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, input));
}
