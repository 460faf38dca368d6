/**
 * Kinds of values in DER, each with how it is read and how it is written: calls are put together from them, and read
 * out again of the very octets that are about to be signed (docs/zhenglian.asn1).
 * @module types
 */

import { concatenate } from "../modules/bytes.js";
import { CONSTRUCTED_CONTEXT, Reader, Tag } from "../modules/der.js";
import { encode, encodeNumber, encodeOctets, encodeSequence, encodeText } from "../modules/der.js";
import { FormatError } from "../modules/errors.js";

/**
 * @typedef {{ read: (reader: Reader) => unknown, write: (value: any) => Uint8Array }} Kind
 */

/**
 * An INTEGER, as a bigint; in the range of the reader's own where nothing is said.
 * @param {bigint} [smallest]
 * @param {bigint} [largest]
 * @returns {Kind}
 */
export function number(smallest, largest) {
    return { read: (reader) => reader.number(smallest, largest), write: (value) => encodeNumber(value) };
}

/**
 * The version that a structure begins with.
 * @param {number} known
 * @param {string} name of the structure
 * @returns {Kind}
 */
export function version(known, name) {
    const read = (reader) => {
        reader.version(known, name);
        return known;
    };
    return { read, write: () => encodeNumber(BigInt(known)) };
}

/**
 * A UTF8String.
 * @param {number} largest octets, at most
 * @returns {Kind}
 */
export function text(largest) {
    return { read: (reader) => reader.text(largest), write: encodeText };
}

/** A name of a-z, 0-9 and "-". @type {Kind} */
export const label = { read: (reader) => reader.label(), write: encodeText };

/** 32 octets. @type {Kind} */
export const digest = { read: (reader) => reader.digest(), write: encodeOctets };

/**
 * An OCTET STRING.
 * @param {number} largest
 * @param {number} [smallest]
 * @returns {Kind}
 */
export function octets(largest, smallest = 0) {
    return { read: (reader) => reader.octetString(largest, smallest), write: encodeOctets };
}

/** A BOOLEAN: in DER, FF or 00. @type {Kind} */
export const boolean = {
    read: (reader) => {
        const content = reader.content(Tag.boolean);
        const isOne = content.length === 1 && (content[0] === 0xff || content[0] === 0);
        if (!isOne) throw new FormatError("malformed", "a BOOLEAN not in DER");
        return content[0] === 0xff;
    },
    write: (value) => encode(Tag.boolean, Uint8Array.of(value ? 0xff : 0)),
};

/**
 * An ENUMERATED, as one of its words.
 * @param {string[]} words in the order of their numbers
 * @param {number} [first] the number of the first
 * @param {number} [tag]
 * @returns {Kind}
 */
export function enumerated(words, first = 0, tag = Tag.enumerated) {
    const read = (reader) => words[reader.integer(first, first + words.length - 1, tag) - first];
    const write = (word) => {
        const index = words.indexOf(word);
        if (index < 0) throw new FormatError("outOfRange", `'${word}' is none of ${words.join(", ")}`);
        return encode(tag, Uint8Array.of(first + index));
    };
    return { read, write };
}

/**
 * A SEQUENCE OF.
 * @param {Kind} kind of the elements
 * @param {number} largest elements, at most
 * @param {number} [smallest]
 * @returns {Kind}
 */
export function list(kind, largest, smallest = 0) {
    const read = (reader) => reader.list(largest, (fields) => kind.read(fields), smallest);
    return { read, write: (values) => encodeSequence(...values.map((value) => kind.write(value))) };
}

/**
 * A SEQUENCE with names, which are those of docs/zhenglian.asn1.
 * @param {Record<string, Kind>} fields in their order
 * @returns {Kind}
 */
export function sequence(fields) {
    const read = (reader) => reader.sequence((inner) => readFields(fields, inner));
    return { read, write: (value) => encodeSequence(...writtenFields(fields, value)) };
}

/**
 * @param {Record<string, Kind>} fields
 * @param {Reader} reader
 * @returns {Record<string, unknown>}
 */
function readFields(fields, reader) {
    const value = {};
    for (const [name, kind] of Object.entries(fields)) value[name] = kind.read(reader);
    return value;
}

/**
 * @param {Record<string, Kind>} fields
 * @param {Record<string, unknown>} value
 * @returns {Uint8Array[]}
 */
function writtenFields(fields, value) {
    return Object.entries(fields).map(([name, kind]) => kind.write(value[name] ?? null));
}

/**
 * What may be missing, under an EXPLICIT tag; null where it is.
 * @param {number} tag
 * @param {Kind} kind
 * @returns {Kind}
 */
export function optional(tag, kind) {
    const read = (reader) => (reader.isExplicit(tag) ? reader.explicit(tag, (fields) => kind.read(fields)) : null);
    const write = (value) =>
        value === null ? new Uint8Array() : encode(CONSTRUCTED_CONTEXT | tag, kind.write(value));
    return { read, write };
}

/**
 * The last element, which may be missing and has no tag of its own; null where it is.
 * @param {Kind} kind
 * @returns {Kind}
 */
export function trailing(kind) {
    const read = (reader) => (reader.hasMore ? kind.read(reader) : null);
    return { read, write: (value) => (value === null ? new Uint8Array() : kind.write(value)) };
}

/**
 * A CHOICE of SEQUENCEs under IMPLICIT tags from 0 on, as `{ is, …fields }`.
 * @param {[string, Record<string, Kind>][]} alternatives in the order of their tags
 * @returns {Kind}
 */
export function choice(alternatives) {
    const read = (reader) => {
        const tag = alternatives.findIndex((_, index) => reader.isExplicit(index));
        if (tag < 0) throw new FormatError("unknownVersion", "a tag of none of the alternatives");
        const [is, fields] = alternatives[tag];
        return reader.explicit(tag, (inner) => ({ is, ...readFields(fields, inner) }));
    };
    const write = (value) => {
        const tag = alternatives.findIndex(([is]) => is === value.is);
        if (tag < 0) throw new FormatError("outOfRange", `'${value.is}' is none of the alternatives`);
        return encode(CONSTRUCTED_CONTEXT | tag, concatenate(...writtenFields(alternatives[tag][1], value)));
    };
    return { read, write };
}

/**
 * A value together with its octets, for whoever hashes them: `{ octets, value }`.
 * @param {Kind} kind
 * @returns {Kind}
 */
export function kept(kind) {
    const read = (reader) => {
        const whole = reader.any();
        return { octets: whole, value: readWhole(kind, whole) };
    };
    return { read, write: ({ octets: whole }) => whole };
}

/**
 * Reads a value that is all there is.
 * @param {Kind} kind
 * @param {Uint8Array} whole
 * @returns {any}
 * @throws {FormatError}
 */
export function readWhole(kind, whole) {
    const reader = new Reader(whole);
    const value = kind.read(reader);
    reader.end();
    return value;
}
