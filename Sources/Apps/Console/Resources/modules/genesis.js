/**
 * The genesis file (创世文件): what all trust starts from. Its digest names the consortium.
 * @module genesis
 */

import { hexadecimal } from "./bytes.js";
import { Authority, LONGEST_CERTIFICATE, authenticate } from "./certificates.js";
import { Reader, encodeOctets, encodeSequence, encodeText } from "./der.js";
import { CertificateError, FormatError, GenesisError, UnavailableError, VerificationError } from "./errors.js";
import { SUITE, digest } from "./p256.js";

/** A longer file is refused before it is parsed. */
export const LONGEST_GENESIS = 2 << 20;
const MOST_DEPARTMENTS = 256;
const MOST_ISSUER_CODES = 64;
/** Most validators of a set. */
export const MOST_VALIDATORS = 100;
const SUITES = ["p256", "sm"];

/**
 * @param {Reader} fields
 * @returns {string} the name of a suite that there is
 */
export function readSuite(fields) {
    const name = fields.text(16);
    if (!SUITES.includes(name)) throw new FormatError("outOfRange", `this software has no crypto suite '${name}'`);
    return name;
}

/**
 * Parses a genesis file, and checks nothing that needs a signature.
 * @param {Uint8Array} octets
 * @returns {object} the fields of `GenesisDocument` that verification needs
 * @throws {FormatError}
 */
export function readGenesisDocument(octets) {
    return Reader.structure(octets, LONGEST_GENESIS, "a genesis file", (fields) => {
        fields.version(1, "genesis");
        const consortium = fields.label();
        const channel = fields.label();
        const createdAt = fields.number();
        const suite = readSuite(fields);
        const departments = fields.list(MOST_DEPARTMENTS, readDepartment);
        const certificates = fields.list(MOST_VALIDATORS, readValidator);
        const limits = fields.sequence(readLimits);
        return { consortium, channel, createdAt, suite, departments, certificates, limits };
    });
}

/**
 * @param {Reader} fields
 * @returns {object}
 */
function readDepartment(fields) {
    return fields.sequence((department) => ({
        name: department.label(),
        title: department.text(256),
        issuerCodes: department.list(MOST_ISSUER_CODES, (codes) => codes.text(18)),
        authority: department.octetString(LONGEST_CERTIFICATE),
        transportAuthority: department.isExplicit(0)
            ? department.explicit(0, (tagged) => tagged.octetString(LONGEST_CERTIFICATE))
            : null,
    }));
}

/**
 * @param {Reader} fields
 * @returns {Uint8Array} the certificate of one of the first validators
 */
function readValidator(fields) {
    return fields.sequence((validator) => {
        const certificate = validator.octetString(LONGEST_CERTIFICATE);
        validator.text(253);
        validator.integer(1, 65_535);
        return certificate;
    });
}

/**
 * @param {Reader} limits of `ChannelLimits`, which have to be in range
 * @returns {{ transactionLifetime: bigint }} what signing needs of them
 */
function readLimits(limits) {
    const transaction = limits.integer(1_024, 1 << 20);
    limits.integer(transaction + 1_024, 8 << 20);
    limits.integer(1, 10_000);
    const transactionLifetime = limits.number(1n, 1_000_000n);
    const delay = limits.integer(10, 60_000);
    limits.integer(3 * delay, 600_000);
    limits.integer(100, 600_000);
    return { transactionLifetime };
}

/** A genesis file that was checked. */
export class Genesis {
    /**
     * @param {object} document
     * @param {Uint8Array} identifier the digest of the file: the consortium's name for ever
     * @param {Uint8Array} channel the channel's identifier
     * @param {Map<string, Authority>} authorities by department
     */
    constructor(document, identifier, channel, authorities) {
        this.document = document;
        this.identifier = identifier;
        this.channel = channel;
        this.authorities = authorities;
        /** The validators of epoch 0; set once they are authenticated. */
        this.validators = null;
    }

    /** @returns {string} the consortium's identifier in hexadecimal digits */
    get name() {
        return hexadecimal(this.identifier);
    }

    /**
     * @param {string} code
     * @returns {object | undefined} the department that issues licences under a code
     */
    departmentIssuingUnder(code) {
        return this.document.departments.find((department) => department.issuerCodes.includes(code));
    }

    /**
     * Parses and checks a genesis file: departments and issuer codes are distinct, each authority is its own, every
     * validator's certificate is its authority's and was valid when the consortium was created, and none stands twice.
     * @param {Uint8Array} octets
     * @returns {Promise<Genesis>}
     * @throws {FormatError | GenesisError | UnavailableError} the last for a suite that browsers do not have
     */
    static async read(octets) {
        const document = readGenesisDocument(octets);
        if (document.suite !== SUITE) {
            throw new UnavailableError("suite", `browsers do not have the suite '${document.suite}'`);
        }
        const authorities = await readAuthorities(document);
        const identifier = await digest(octets);
        const channel = await digest(encodeSequence(encodeOctets(identifier), encodeText(document.channel)));
        const genesis = new Genesis(document, identifier, channel, authorities);
        if (document.certificates.length === 0) throw new GenesisError("a consortium has at least one validator");
        try {
            genesis.validators = await authenticateValidators(genesis, 0n, document.certificates, document.createdAt);
        } catch (error) {
            if (error instanceof VerificationError) throw new GenesisError(error.message);
            throw error;
        }
        return genesis;
    }
}

/**
 * @param {object} document
 * @returns {Promise<Map<string, Authority>>}
 */
async function readAuthorities(document) {
    const { departments } = document;
    if (departments.length === 0) throw new GenesisError("a consortium has at least one department");
    const authorities = new Map();
    const codes = departments.flatMap((department) => department.issuerCodes);
    if (new Set(codes).size !== codes.length) throw new GenesisError("an issuer code stands twice in the genesis file");
    for (const department of departments) {
        if (authorities.has(department.name)) throw new GenesisError(`${department.name} stands twice`);
        if (department.transportAuthority !== null) {
            throw new GenesisError(`${department.name} has a second authority, which the suite p256 does not need`);
        }
        try {
            authorities.set(department.name, await Authority.read(department.name, department.authority));
        } catch (error) {
            if (error instanceof CertificateError) throw new GenesisError(error.message);
            throw error;
        }
    }
    return authorities;
}

/**
 * Authenticates the certificates of a set: each is a validator's by its role, and no member and no key stands twice.
 * @param {Genesis} genesis
 * @param {bigint} epoch
 * @param {Uint8Array[]} certificates in the order in which votes number them
 * @param {bigint} time when the set was named, in milliseconds since 1970
 * @returns {Promise<import("./certificates.js").Member[]>}
 * @throws {VerificationError} with code `wrongValidator`
 */
export async function authenticateValidators(genesis, epoch, certificates, time) {
    const members = [];
    const names = new Set();
    const keys = new Set();
    for (const certificate of certificates) {
        let member;
        try {
            member = await authenticate(certificate, genesis.document.consortium, genesis.authorities, time);
        } catch (error) {
            if (!(error instanceof CertificateError)) throw error;
            throw new VerificationError("wrongValidator", `a validator's certificate cannot be used: ${error.message}`);
        }
        const key = hexadecimal(member.key.identifier);
        const fault =
            (member.role !== "validator" && "is none by its role") ||
            (names.has(String(member)) && "stands twice") ||
            (keys.has(key) && "has another's key");
        if (fault) throw new VerificationError("wrongValidator", `${member}, validator of epoch ${epoch}, ${fault}`);
        names.add(String(member));
        keys.add(key);
        members.push(member);
    }
    return members;
}
