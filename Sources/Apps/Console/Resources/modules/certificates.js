/**
 * X.509 as far as members and authorities need it (docs/formats.md, "Certificates of members"; RFC 5280).
 *
 * A path has two certificates, the department's authority and the member: nothing is searched, and no authority
 * speaks for another department.
 * @module certificates
 */

import { hexadecimal, isEqual, utf8 } from "./bytes.js";
import { Reader, Tag, encode, encodeSequence, encodeText } from "./der.js";
import { CertificateError, FormatError } from "./errors.js";
import { PublicKey, SIGNATURE_ALGORITHM } from "./p256.js";

/** A longer certificate is refused before it is parsed. */
export const LONGEST_CERTIFICATE = 4096;
const ROLES = new Set(["validator", "observer", "client", "administrator", "auditor"]);
const MEMBER_URI = /^spiffe:\/\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const URI_NAME = 0x86;
const SHORT_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const LONG_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
/** Most extensions and usages that are looked at: the profile has four. */
const MOST_PARTS = 32;

/** Object identifiers, by the hexadecimal digits of their content. */
const Identifier = Object.freeze({
    country: [0x55, 4, 6],
    organisation: [0x55, 4, 10],
    unit: [0x55, 4, 11],
    commonName: [0x55, 4, 3],
    keyUsage: "551d0f",
    alternativeName: "551d11",
    basicConstraints: "551d13",
    extendedKeyUsage: "551d25",
    serverAuthentication: "2b06010505070301",
    clientAuthentication: "2b06010505070302",
});

/** Bits of the key usage (RFC 5280, section 4.2.1.3). */
const Usage = Object.freeze({ digitalSignature: 0, certificateSigning: 5, listSigning: 6 });

/**
 * @param {boolean} condition
 * @param {string} code
 * @param {string} message
 */
function require(condition, code, message) {
    if (!condition) throw new CertificateError(code, message);
}

/**
 * @param {[number[], number, string][]} parts object identifier, tag of the text, text
 * @returns {Uint8Array} DER `Name` with one attribute in each part
 */
function distinguishedName(parts) {
    return encodeSequence(
        ...parts.map(([identifier, tag, text]) => {
            const attribute = encodeSequence(
                encode(Tag.objectIdentifier, Uint8Array.from(identifier)),
                tag === Tag.utf8String ? encodeText(text) : encode(tag, utf8(text)),
            );
            return encode(Tag.set, attribute);
        }),
    );
}

/**
 * @param {string} department
 * @returns {Uint8Array} the one subject of a department's authority
 */
function authorityName(department) {
    return distinguishedName([
        [Identifier.country, Tag.printableString, "CN"],
        [Identifier.organisation, Tag.utf8String, department],
        [Identifier.commonName, Tag.utf8String, `${department} authority`],
    ]);
}

/**
 * @param {{ department: string, role: string, name: string }} member
 * @returns {Uint8Array} the one subject of a member
 */
function memberName({ department, role, name }) {
    return distinguishedName([
        [Identifier.country, Tag.printableString, "CN"],
        [Identifier.organisation, Tag.utf8String, department],
        [Identifier.unit, Tag.utf8String, role],
        [Identifier.commonName, Tag.utf8String, name],
    ]);
}

/**
 * `Time` of RFC 5280, section 4.1.2.5, as milliseconds since 1970.
 * @param {Reader} fields
 * @returns {bigint}
 */
function readTime(fields) {
    const isShort = fields.nextTag === Tag.utcTime;
    const content = fields.content(isShort ? Tag.utcTime : Tag.generalizedTime);
    const text = String.fromCharCode(...content.subarray(0, 16));
    const match = (isShort ? SHORT_TIME : LONG_TIME).exec(text);
    if (match === null || content.length > 16) throw new FormatError("malformed", "a time that is none of X.509");
    const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
    const fullYear = isShort ? year + (year < 50 ? 2000 : 1900) : year;
    const date = new Date(0);
    date.setUTCFullYear(fullYear, month - 1, day);
    date.setUTCHours(hour, minute, second);
    const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    const isReal = isDay && hour < 24 && minute < 60 && second < 60;
    if (!isReal) throw new FormatError("malformed", `the time ${text} does not exist`);
    return BigInt(date.getTime());
}

/**
 * DER: true is FF, and what is false by default is not written.
 * @param {Uint8Array} content of a BOOLEAN
 */
function requireTrue(content) {
    if (content.length !== 1 || content[0] !== 0xff) throw new FormatError("malformed", "a BOOLEAN not in DER");
}

/**
 * @param {Reader} fields of `Extensions`
 * @returns {Map<string, { isCritical: boolean, value: Uint8Array }>} by object identifier
 */
function readExtensions(fields) {
    const found = new Map();
    fields.list(MOST_PARTS, (list) =>
        list.sequence((extension) => {
            const identifier = hexadecimal(extension.content(Tag.objectIdentifier));
            let isCritical = false;
            if (extension.nextTag === Tag.boolean) {
                requireTrue(extension.content(Tag.boolean));
                isCritical = true;
            }
            const value = extension.octetString(LONGEST_CERTIFICATE);
            if (found.has(identifier)) throw new FormatError("malformed", "an extension stands twice");
            found.set(identifier, { isCritical, value });
        }),
    );
    return found;
}

/**
 * Takes a certificate apart.
 * @param {Uint8Array} octets DER
 * @returns {object} body, algorithm, signature, issuer, subject, key, notBefore, notAfter and extensions
 * @throws {CertificateError} with code `malformedCertificate`
 */
function readCertificate(octets) {
    try {
        return Reader.structure(octets, LONGEST_CERTIFICATE, "a certificate", (outer) => {
            const body = outer.sequence((fields, whole) => ({ whole, ...readBody(fields) }));
            const algorithm = outer.any();
            const signature = outer.wholeBitString();
            if (!isEqual(algorithm, body.algorithm)) {
                throw new FormatError("malformed", "the certificate names two signature algorithms");
            }
            return { ...body, signature };
        });
    } catch (error) {
        if (error instanceof FormatError) throw new CertificateError("malformedCertificate", error.message);
        throw error;
    }
}

/**
 * @param {Reader} fields of `TBSCertificate`
 * @returns {object}
 */
function readBody(fields) {
    const version = fields.explicit(0, (tagged) => tagged.integer(0, 2));
    if (version !== 2) throw new FormatError("malformed", "a certificate that is not of version 3");
    fields.integerOctets();
    const algorithm = fields.any();
    const issuer = fields.any();
    const [notBefore, notAfter] = fields.sequence((times) => [readTime(times), readTime(times)]);
    const subject = fields.any();
    const key = fields.any();
    const extensions = fields.isExplicit(3) ? fields.explicit(3, readExtensions) : new Map();
    return { algorithm, issuer, notBefore, notAfter, subject, key, extensions };
}

/**
 * @template Value
 * @param {object} certificate
 * @param {string} identifier
 * @param {(fields: Reader) => Value} read takes the extension's value
 * @returns {Value | null} null where there is no such extension
 */
function extension(certificate, identifier, read) {
    const found = certificate.extensions.get(identifier);
    if (found === undefined) return null;
    try {
        const reader = new Reader(found.value);
        const value = read(reader);
        reader.end();
        return value;
    } catch (error) {
        if (error instanceof FormatError) throw new CertificateError("malformedCertificate", error.message);
        throw error;
    }
}

/**
 * @param {object} certificate
 * @returns {boolean} whether the basic constraints say that it is an authority's
 */
function isAuthority(certificate) {
    const found = extension(certificate, Identifier.basicConstraints, (reader) =>
        reader.sequence((fields) => {
            let isOne = false;
            if (fields.nextTag === Tag.boolean) {
                requireTrue(fields.content(Tag.boolean));
                isOne = true;
            }
            if (fields.hasMore) fields.integer(0, 255);
            return isOne;
        }),
    );
    return found === true;
}

/**
 * @param {object} certificate
 * @param {number} bit one of `Usage`
 * @returns {boolean} whether the key usage is there and has the bit
 */
function hasUsage(certificate, bit) {
    const bits = extension(certificate, Identifier.keyUsage, (reader) => reader.bits(9));
    return bits !== null && bits[bit] === true;
}

/** @param {object} certificate */
function requireAlgorithm(certificate) {
    require(isEqual(certificate.algorithm, SIGNATURE_ALGORITHM), "wrongSuite", "it is not signed in the suite p256");
}

/** The certificate of a department's authority: what all members of it are signed by. */
export class Authority {
    /**
     * @param {string} department
     * @param {object} certificate
     * @param {PublicKey} key
     */
    constructor(department, certificate, key) {
        this.department = department;
        this.subject = certificate.subject;
        this.notBefore = certificate.notBefore;
        this.notAfter = certificate.notAfter;
        this.key = key;
    }

    /**
     * @param {string} department whose authority it has to be
     * @param {Uint8Array} octets DER
     * @returns {Promise<Authority>}
     * @throws {CertificateError}
     */
    static async read(department, octets) {
        const certificate = readCertificate(octets);
        const isAllowed =
            isAuthority(certificate) &&
            hasUsage(certificate, Usage.certificateSigning) &&
            hasUsage(certificate, Usage.listSigning);
        require(isAllowed, "wrongUsage", `the authority of ${department} may not sign certificates and lists`);
        const isOwn = isEqual(certificate.subject, authorityName(department));
        require(isOwn, "wrongDepartment", `the certificate is not that of the authority of ${department}`);
        requireAlgorithm(certificate);
        const key = await PublicKey.read(certificate.key);
        require(key !== null, "malformedKey", `the key of the authority of ${department} is none of P-256`);
        const isSigned = await key.hasSigned(certificate.signature, certificate.whole);
        require(isSigned, "wrongSignature", `the authority of ${department} is not signed by its own key`);
        return new Authority(department, certificate, key);
    }
}

/**
 * Who a certificate speaks for: its one URI, with which the subject has to agree.
 * @param {object} certificate
 * @returns {{ consortium: string, member: { department: string, role: string, name: string } }}
 */
function namesIn(certificate) {
    const uris = extension(certificate, Identifier.alternativeName, (reader) =>
        reader.list(MOST_PARTS, (names) => {
            if (names.nextTag !== URI_NAME) {
                names.any();
                return null;
            }
            const octets = names.content(URI_NAME);
            return octets.every((octet) => octet < 0x80) ? String.fromCharCode(...octets) : null;
        }),
    );
    const uri = uris !== null && uris.length === 1 ? uris[0] : null;
    require(uri !== null, "wrongProfile", "the certificate has not exactly one URI name");
    const parts = MEMBER_URI.exec(uri);
    const [consortium, department, role, name] = parts === null ? [] : parts.slice(1);
    const areNames = parts !== null && [consortium, department, name].every((part) => LABEL.test(part));
    const isMember = areNames && ROLES.has(role);
    require(isMember, "wrongProfile", "the URI name is not spiffe://<consortium>/<department>/<role>/<name>");
    const member = { department, role, name };
    const hasSubject = isEqual(certificate.subject, memberName(member));
    require(hasSubject, "wrongProfile", "the subject is not that of the URI name");
    return { consortium, member };
}

/**
 * Whom a certificate names, and until when: what it says of itself, which nobody has checked.
 * @param {Uint8Array} octets DER
 * @returns {{ consortium: string, member: object, notBefore: bigint, notAfter: bigint }}
 * @throws {CertificateError}
 */
export function namedIn(octets) {
    const certificate = readCertificate(octets);
    return { ...namesIn(certificate), notBefore: certificate.notBefore, notAfter: certificate.notAfter };
}

/**
 * What the certificate may be used for: signatures, and both sides of TLS.
 * @param {object} certificate
 */
function checkUsage(certificate) {
    const understood = new Set([
        Identifier.basicConstraints,
        Identifier.keyUsage,
        Identifier.extendedKeyUsage,
        Identifier.alternativeName,
    ]);
    for (const [identifier, entry] of certificate.extensions) {
        const isUnderstood = !entry.isCritical || understood.has(identifier);
        require(isUnderstood, "wrongProfile", "a critical extension that is not one of the profile");
    }
    require(!isAuthority(certificate), "wrongUsage", "the certificate is an authority's; a member's is not one");
    const mayShow = hasUsage(certificate, Usage.digitalSignature);
    require(mayShow, "wrongUsage", "the key usage does not allow digital signatures");
    const usages = extension(certificate, Identifier.extendedKeyUsage, (reader) =>
        reader.list(MOST_PARTS, (list) => hexadecimal(list.content(Tag.objectIdentifier))),
    );
    const isForBoth =
        usages !== null &&
        usages.includes(Identifier.serverAuthentication) &&
        usages.includes(Identifier.clientAuthentication);
    require(isForBoth, "wrongUsage", "the extended key usage lacks server or client authentication");
}

/** A member, under a certificate that was authenticated. */
export class Member {
    /**
     * @param {{ department: string, role: string, name: string }} names
     * @param {PublicKey} key
     */
    constructor({ department, role, name }, key) {
        this.department = department;
        this.role = role;
        this.name = name;
        this.key = key;
    }

    /** @returns {string} `department/role/name` */
    toString() {
        return `${this.department}/${this.role}/${this.name}`;
    }
}

/**
 * Checks that a certificate keeps the profile, is signed by its department's authority and was valid at a time.
 * @param {Uint8Array} octets DER
 * @param {string} consortium the consortium's name
 * @param {Map<string, Authority>} authorities by department
 * @param {bigint} time ledger time in milliseconds since 1970; both ends of a validity are included
 * @returns {Promise<Member>}
 * @throws {CertificateError} whose code names the one thing that is wrong
 */
export async function authenticate(octets, consortium, authorities, time) {
    const certificate = readCertificate(octets);
    const { consortium: named, member } = namesIn(certificate);
    const who = `${member.department}/${member.role}/${member.name}`;
    requireAlgorithm(certificate);
    checkUsage(certificate);
    const key = await PublicKey.read(certificate.key);
    require(key !== null, "malformedKey", `the key of ${who} is none of P-256`);
    require(named === consortium, "wrongConsortium", `the certificate of ${who} is for the consortium '${named}'`);

    const issuer = [...authorities.values()].find((authority) => isEqual(authority.subject, certificate.issuer));
    require(issuer !== undefined, "unknownAuthority", `no authority of the consortium has signed for ${who}`);
    const isOfDepartment = issuer.department === member.department;
    require(isOfDepartment, "wrongDepartment", `the authority of ${issuer.department} has signed for ${who}`);
    const isSigned = await issuer.key.hasSigned(certificate.signature, certificate.whole);
    require(isSigned, "unknownAuthority", `the authority of ${issuer.department} did not sign for ${who}`);

    require(certificate.notBefore <= time, "notYetValid", `the certificate of ${who} was not valid yet`);
    require(time <= certificate.notAfter, "expired", `the certificate of ${who} had expired`);
    const isInForce = issuer.notBefore <= time && time <= issuer.notAfter;
    require(isInForce, "expired", `the authority of ${issuer.department} was not valid at that time`);
    return new Member(member, key);
}
