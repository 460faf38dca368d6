/**
 * What receipts and released files say of licences (docs/licences.md): evidence, entries of the catalogue, fields with
 * their proofs. Reading only; what follows from them stands in `comparison.js`.
 * @module licences
 */

import { concatenate, isEqual, utf8 } from "./bytes.js";
import { Reader, Tag, decodedText, encodeOctets, encodeSequence, encodeText } from "./der.js";
import { FormatError } from "./errors.js";
import { FIELDS } from "./phrases.js";
import { LONGEST_VALUE, readPath } from "./structures.js";
import { leafDigest, rootOfPath } from "./trees.js";

/** The longest file of what was released: a licence's file of 7 MiB, and what stands around it. */
export const LONGEST_RELEASED = (7 << 20) + (128 << 10);
const LONGEST_IDENTIFIER = 126;
const LONGEST_ARGUMENTS = 1 << 20;
const SALT = 16;
const FIELD_NAMES = [...FIELDS.keys()];
const IDENTIFIER = /^1\.2\.156\.3005\.2\.([0-9A-Z]{18}\d{3})\.([0-9A-Z]{18})\.([0-9A-Z]{1,64})\.(\d{3})\.([0-9A-Z])$/;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The identifier of one version of a licence (证照标识, GB/T 36904). */
export class LicenceIdentifier {
    /**
     * @param {string} text
     * @param {string[]} parts type, issuer, serial, version, check character
     */
    constructor(text, [type, issuer, serial, version]) {
        this.text = text;
        this.issuer = issuer;
        this.version = version;
        /** What all versions of the licence have in common. */
        this.licence = `${type}.${issuer}.${serial}`;
    }

    /**
     * @param {string} text
     * @returns {LicenceIdentifier | null} null where it is none, its check character (ISO 7064 MOD 37,36) included
     */
    static read(text) {
        const parts = text.length <= LONGEST_IDENTIFIER ? IDENTIFIER.exec(text)?.slice(1) : undefined;
        if (parts === undefined || parts[3] === "000") return null;
        let product = 36;
        for (const character of parts.slice(0, 4).join("")) {
            const sum = (product + ALPHABET.indexOf(character)) % 36;
            product = ((sum === 0 ? 36 : sum) * 2) % 37;
        }
        return ALPHABET[(37 - product) % 36] === parts[4] ? new LicenceIdentifier(text, parts) : null;
    }

    /**
     * @param {LicenceIdentifier} other
     * @returns {boolean} whether both are versions of one licence
     */
    isSameLicence(other) {
        return this.licence === other.licence;
    }
}

/**
 * @param {string} text
 * @returns {LicenceIdentifier}
 */
function identifier(text) {
    const found = LicenceIdentifier.read(text);
    if (found === null) throw new FormatError("outOfRange", `'${text}' is no licence identifier`);
    return found;
}

/**
 * @param {Uint8Array | null} octets
 * @returns {Uint8Array | null}
 */
function optionalDigest(octets) {
    if (octets !== null && octets.length !== 32) throw new FormatError("outOfRange", "a digest has 32 octets");
    return octets;
}

/**
 * The evidence that a call of a transaction puts on the ledger.
 * @param {{ contract: string, method: string, argumentOctets: Uint8Array }} call
 * @returns {object | null} identifier, metadataRoot, file and seal; null for any other call
 */
export function evidenceIn({ contract, method, argumentOctets }) {
    if (contract !== "evidence" || method !== "record") return null;
    try {
        return Reader.structure(argumentOctets, LONGEST_ARGUMENTS, "evidence", (fields) => {
            const licence = identifier(fields.text(LONGEST_IDENTIFIER));
            return fields.sequence((content) => ({
                identifier: licence,
                metadataRoot: content.digest(),
                file: optionalDigest(content.optionalImplicit(0)),
                seal: optionalDigest(content.optionalImplicit(1)),
            }));
        });
    } catch (error) {
        if (error instanceof FormatError) return null;
        throw error;
    }
}

/**
 * @param {Reader} fields
 * @param {number} number of the IMPLICIT tag
 * @param {number} limit octets, at most
 * @returns {string | null}
 */
function optionalText(fields, number, limit) {
    const octets = fields.optionalImplicit(number);
    return octets === null ? null : decodedText(octets, limit);
}

/**
 * @param {string} text
 * @returns {string} a day as YYYYMMDD
 */
function day(text) {
    const [year, month, date] = [text.slice(0, 4), text.slice(4, 6), text.slice(6)].map(Number);
    const found = /^\d{8}$/.test(text) ? new Date(Date.UTC(year, month - 1, date)) : null;
    const isReal = found !== null && found.getUTCMonth() === month - 1 && found.getUTCDate() === date;
    if (!isReal) throw new FormatError("outOfRange", `'${text}' is no day`);
    return text;
}

/**
 * The catalogue's entry of a licence: `CatalogueRecord`.
 * @param {Uint8Array} octets
 * @returns {object}
 * @throws {FormatError}
 */
export function readCatalogueRecord(octets) {
    return Reader.structure(octets, LONGEST_VALUE, "an entry of the catalogue", (fields) => {
        fields.version(1, "catalogue record");
        const record = { identifier: identifier(fields.text(LONGEST_IDENTIFIER)), department: fields.label() };
        record.validity = fields.sequence((parts) => {
            const from = day(parts.text(8));
            const until = optionalText(parts, 0, 8);
            return { from, until: until === null ? null : day(until) };
        });
        day(fields.text(8));
        fields.text(6);
        record.status = fields.text(2);
        fields.text(2);
        record.revision = fields.number(1n);
        record.issuedAt = fields.number();
        record.changedAt = fields.number();
        record.changedHeight = fields.number();
        fields.digest();
        fields.optionalImplicit(0);
        record.metadataRoot = optionalDigest(fields.optionalImplicit(1));
        optionalText(fields, 2, 128);
        optionalText(fields, 3, LONGEST_IDENTIFIER);
        record.tombstone = fields.isExplicit(4)
            ? fields.explicit(4, (tagged) =>
                  tagged.sequence((parts) => ({ basis: parts.text(256), takenDownAt: parts.number() })),
              )
            : null;
        record.basis = optionalText(fields, 5, 256);
        optionalDigest(fields.optionalImplicit(6));
        return record;
    });
}

/**
 * @param {LicenceIdentifier} licence
 * @returns {Uint8Array} the key of its entry in the contract `catalogue`
 */
export function catalogueKey(licence) {
    return concatenate(utf8("licence"), [0], utf8(licence.licence));
}

/**
 * @param {Uint8Array} file its digest
 * @returns {Uint8Array} the key in the contract `evidence` under which it stands whose file it is
 */
export function fileKey(file) {
    return concatenate(utf8("file"), [0], file);
}

/**
 * What an owner has released of a licence: `ReleasedContent`.
 * @param {Uint8Array} octets
 * @returns {object} the note with it, the fields with their proofs, and the licence's file where it came along
 * @throws {FormatError}
 */
export function readReleased(octets) {
    return Reader.structure(octets, LONGEST_RELEASED, "what was released", (fields) => {
        fields.version(1, "released content");
        const note = fields.sequence(readNote);
        const kind = fields.integer(0, 1, Tag.enumerated);
        const disclosures = fields.list(FIELD_NAMES.length + 1, readDisclosure);
        fields.octetString(SALT, SALT);
        const file = fields.isExplicit(0) ? fields.explicit(0, (tagged) => tagged.octetString(LONGEST_RELEASED)) : null;
        if ((file !== null) !== (kind === 1)) throw new FormatError("outOfRange", "released content is of one kind");
        return { note, disclosures, file };
    });
}

/**
 * @param {Reader} fields
 * @returns {object}
 */
function readNote(fields) {
    fields.digest();
    const licence = identifier(fields.text(LONGEST_IDENTIFIER));
    const note = { licence, owner: fields.label(), requester: fields.label(), application: fields.text(32) };
    note.purpose = fields.sequence((context) => {
        const purpose = context.text(32);
        for (const number of [0, 1, 2]) optionalText(context, number, 128);
        return purpose;
    });
    fields.integer(0, 3, Tag.enumerated);
    note.decidedAt = fields.number();
    return note;
}

/**
 * @param {Reader} fields
 * @returns {object} name, value, salt and path of a field
 */
function readDisclosure(fields) {
    return fields.sequence((parts) => {
        const leaf = parts.sequence((own) => ({
            salt: own.octetString(SALT, SALT),
            name: own.text(64),
            value: own.text(LONGEST_VALUE),
        }));
        if (!FIELDS.has(leaf.name)) throw new FormatError("outOfRange", `'${leaf.name}' is no field of a licence`);
        return { ...leaf, path: readPath(parts) };
    });
}

/**
 * Whether a field stands in its place in the tree of a licence's fields.
 * @param {{ name: string, value: string, salt: Uint8Array, path: object }} disclosure
 * @param {Uint8Array} root
 * @returns {Promise<boolean>}
 */
export async function isProven({ name, value, salt, path }, root) {
    // The position tells the field: a value proven in another's place is not proven.
    const hasPlace = path.size === BigInt(FIELD_NAMES.length) && BigInt(FIELD_NAMES.indexOf(name)) === path.index;
    if (!hasPlace) return false;
    const leaf = encodeSequence(encodeOctets(salt), encodeText(name), encodeText(value));
    const found = await rootOfPath(path, await leafDigest(leaf));
    return found !== null && isEqual(found, root);
}
