/**
 * What the modules throw. Each error has a `code`, which tests and pages go by, and a `message` in English for whoever
 * looks for the cause; what people are told stands in `phrases.js` under the code.
 * @module errors
 */

/** Octets that are not the structure that they were taken for. */
export class FormatError extends Error {
    /**
     * @param {"malformed" | "tooLarge" | "unknownVersion" | "outOfRange"} code as `FormatError` of the Swift verifier
     * @param {string} message what is wrong
     * @param {number} [offset] where, in octets from the beginning of the file
     */
    constructor(code, message, offset) {
        super(offset === undefined ? message : `${message}, at octet ${offset}`);
        this.name = "FormatError";
        this.code = code;
        this.offset = offset;
    }
}

/** A certificate that does not entitle anybody, or not to this. */
export class CertificateError extends Error {
    /**
     * @param {string} code as `IdentityError` of the Swift verifier: `wrongProfile`, `unknownAuthority`, `expired` …
     * @param {string} message what is wrong
     */
    constructor(code, message) {
        super(message);
        this.name = "CertificateError";
        this.code = code;
    }
}

/** A genesis file that cannot found a consortium. */
export class GenesisError extends Error {
    /**
     * @param {string} message what is wrong
     */
    constructor(message) {
        super(message);
        this.name = "GenesisError";
        this.code = "wrongGenesis";
    }
}

/** Something that claims to be proved and is not. */
export class VerificationError extends Error {
    /**
     * @param {string} code as `VerificationError` of the Swift verifier: `wrongSignature`, `wrongDigest` …
     * @param {string} message what does not hold, and where
     */
    constructor(code, message) {
        super(message);
        this.name = "VerificationError";
        this.code = code;
    }
}

/** Something that a browser cannot do, here or at all. It says nothing about what was to be checked. */
export class UnavailableError extends Error {
    /**
     * @param {"suite" | "cryptography" | "camera" | "scanner" | "picture" | "unreadableFile"} code
     * @param {string} message what is missing and what to do
     */
    constructor(code, message) {
        super(message);
        this.name = "UnavailableError";
        this.code = code;
    }
}

/**
 * Whether an error is one of the above: anything else is a defect of this software.
 * @param {unknown} error
 * @returns {boolean}
 */
export function isExpected(error) {
    return [FormatError, CertificateError, GenesisError, VerificationError, UnavailableError].some(
        (type) => error instanceof type,
    );
}

/**
 * @param {boolean} condition
 * @param {string} code
 * @param {string} message
 * @throws {VerificationError} unless the condition holds
 */
export function verify(condition, code, message) {
    if (!condition) throw new VerificationError(code, message);
}
