/**
 * DER (X.690) as far as docs/zhenglian.asn1 needs it: one encoding of each value, everything bounded, and every refusal
 * says at which octet. Nothing here calls itself, so that no nesting of hostile octets exhausts the stack.
 * @module der
 */

import { concatenate, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";

/** Tags, as their one octet. */
export const Tag = Object.freeze({
    boolean: 0x01,
    integer: 0x02,
    bitString: 0x03,
    octetString: 0x04,
    objectIdentifier: 0x06,
    enumerated: 0x0a,
    utf8String: 0x0c,
    printableString: 0x13,
    utcTime: 0x17,
    generalizedTime: 0x18,
    sequence: 0x30,
    set: 0x31,
});

/** With the number of an element's own tag, where that is constructed. */
export const CONSTRUCTED_CONTEXT = 0xa0;
const PRIMITIVE_CONTEXT = 0x80;
/** The largest height, view, epoch, time or number: 2^63 - 1. */
const LARGEST = (1n << 63n) - 1n;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The elements of one structure, in their order. */
export class Reader {
    #octets;
    #position;
    #end;

    /**
     * @param {Uint8Array} octets
     * @param {number} [start] where the first element begins
     * @param {number} [end] the octet after the last element
     */
    constructor(octets, start = 0, end = octets.length) {
        this.#octets = octets;
        this.#position = start;
        this.#end = end;
    }

    /**
     * Reads one SEQUENCE that is all there is.
     * @template Value
     * @param {Uint8Array} octets
     * @param {number} limit more octets than this are refused before they are looked at
     * @param {string} name what it is said to be
     * @param {(fields: Reader) => Value} read takes the fields, all of them
     * @returns {Value}
     * @throws {FormatError}
     */
    static structure(octets, limit, name, read) {
        if (octets.length > limit) {
            throw new FormatError("tooLarge", `${name} of ${octets.length} octets; at most ${limit} are allowed`);
        }
        const outer = new Reader(octets);
        const value = outer.sequence(read);
        outer.end();
        return value;
    }

    /** @returns {boolean} whether there is another element */
    get hasMore() {
        return this.#position < this.#end;
    }

    /** @returns {number | null} the tag of the next element; null where there is none */
    get nextTag() {
        return this.hasMore ? this.#octets[this.#position] : null;
    }

    /**
     * @param {string} code
     * @param {string} message
     * @param {number} [offset]
     * @returns {never}
     */
    #refuse(code, message, offset = this.#position) {
        throw new FormatError(code, message, offset);
    }

    /** @returns {number} */
    #octet() {
        if (this.#position >= this.#end) this.#refuse("malformed", "the octets end too early");
        this.#position += 1;
        return this.#octets[this.#position - 1];
    }

    /**
     * The place of the next element's content.
     * @param {number} tag
     * @returns {{ start: number, content: number, end: number }}
     */
    #element(tag) {
        const start = this.#position;
        const found = this.#octet();
        if (found !== tag) {
            const names = [found, tag].map((value) => value.toString(16).padStart(2, "0"));
            this.#refuse("malformed", `the tag ${names[0]} stands where ${names[1]} has to`, start);
        }
        let length = this.#octet();
        if (length >= 0x80) {
            const count = length - 0x80;
            if (count < 1 || count > 4) this.#refuse("malformed", "an indefinite or overlong length", start + 1);
            length = 0;
            for (let index = 0; index < count; index += 1) length = length * 256 + this.#octet();
            if (length < 0x80 || length < 256 ** (count - 1)) {
                this.#refuse("malformed", "a length that is not the shortest", start + 1);
            }
        }
        const content = this.#position;
        if (length > this.#end - content) this.#refuse("malformed", "an element is longer than what it is in", start);
        this.#position = content + length;
        return { start, content, end: this.#position };
    }

    /**
     * The octets of the next element's content.
     * @param {number} tag
     * @returns {Uint8Array}
     */
    content(tag) {
        const { content, end } = this.#element(tag);
        return this.#octets.subarray(content, end);
    }

    /**
     * The next element, whole, whatever it is.
     * @returns {Uint8Array}
     */
    any() {
        const tag = this.nextTag;
        if (tag === null) this.#refuse("malformed", "an element is missing");
        if ((tag & 0x1f) === 0x1f) this.#refuse("malformed", "a tag of more than one octet");
        const { start, end } = this.#element(tag);
        return this.#octets.subarray(start, end);
    }

    /**
     * Reads a constructed element and everything in it.
     * @template Value
     * @param {number} tag
     * @param {(fields: Reader, whole: Uint8Array) => Value} read
     * @returns {Value}
     */
    constructed(tag, read) {
        const { start, content, end } = this.#element(tag);
        const fields = new Reader(this.#octets, content, end);
        const value = read(fields, this.#octets.subarray(start, end));
        fields.end();
        return value;
    }

    /**
     * Reads a SEQUENCE and everything in it.
     * @template Value
     * @param {(fields: Reader, whole: Uint8Array) => Value} read
     * @returns {Value}
     */
    sequence(read) {
        return this.constructed(Tag.sequence, read);
    }

    /**
     * Reads what stands under an EXPLICIT tag of its own.
     * @template Value
     * @param {number} number
     * @param {(fields: Reader) => Value} read
     * @returns {Value}
     */
    explicit(number, read) {
        return this.constructed(CONSTRUCTED_CONTEXT | number, read);
    }

    /**
     * @param {number} number
     * @returns {boolean} whether the next element has this EXPLICIT tag
     */
    isExplicit(number) {
        return this.nextTag === (CONSTRUCTED_CONTEXT | number);
    }

    /**
     * The octets under an IMPLICIT tag of their own.
     * @param {number} number
     * @returns {Uint8Array | null} null where the next element is another
     */
    optionalImplicit(number) {
        const tag = PRIMITIVE_CONTEXT | number;
        return this.nextTag === tag ? this.content(tag) : null;
    }

    /** Refuses what follows the last element. */
    end() {
        if (this.hasMore) this.#refuse("malformed", "something follows the last element");
    }

    /**
     * An INTEGER or ENUMERATED that may be large.
     * @param {bigint} [smallest]
     * @param {bigint} [largest]
     * @param {number} [tag]
     * @returns {bigint}
     */
    number(smallest = 0n, largest = LARGEST, tag = Tag.integer) {
        const start = this.#position;
        const octets = this.integerOctets(tag);
        if (octets.length > 8) this.#refuse("malformed", "an INTEGER above 2^63 - 1", start);
        let value = octets[0] >= 0x80 ? -1n : 0n;
        for (const octet of octets) value = (value << 8n) | BigInt(octet);
        if (value < smallest || value > largest) {
            this.#refuse("outOfRange", `${value} is outside of ${smallest}...${largest}`, start);
        }
        return value;
    }

    /**
     * The octets of an INTEGER or ENUMERATED of any size, in two's complement.
     * @param {number} [tag]
     * @returns {Uint8Array} at least one
     */
    integerOctets(tag = Tag.integer) {
        const start = this.#position;
        const octets = this.content(tag);
        if (octets.length === 0) this.#refuse("malformed", "an INTEGER of no octets", start);
        const sign = octets[0] === 0x00 ? 0 : octets[0] === 0xff ? 0x80 : null;
        const isPadded = octets.length > 1 && sign !== null && (octets[1] & 0x80) === sign;
        if (isPadded) this.#refuse("malformed", "an INTEGER that is not the shortest", start);
        return octets;
    }

    /**
     * An INTEGER or ENUMERATED of a small range.
     * @param {number} smallest
     * @param {number} largest below 2^53
     * @param {number} [tag]
     * @returns {number}
     */
    integer(smallest, largest, tag = Tag.integer) {
        return Number(this.number(BigInt(smallest), BigInt(largest), tag));
    }

    /**
     * The version that a structure begins with.
     * @param {number} known
     * @param {string} name
     */
    version(known, name) {
        const start = this.#position;
        const found = this.number(-(1n << 63n));
        if (found !== BigInt(known)) {
            const what = `a ${name} of version ${found}; this software knows version ${known}: use a newer one`;
            this.#refuse("unknownVersion", what, start);
        }
    }

    /**
     * @param {number} largest octets, at most
     * @param {number} [smallest] octets, at least
     * @returns {Uint8Array}
     */
    octetString(largest, smallest = 0) {
        const start = this.#position;
        const octets = this.content(Tag.octetString);
        if (octets.length > largest) {
            this.#refuse("tooLarge", `an OCTET STRING has ${octets.length} octets, at most ${largest} allowed`, start);
        }
        if (octets.length < smallest) this.#refuse("outOfRange", "an OCTET STRING that is too short", start);
        return octets;
    }

    /** @returns {Uint8Array} 32 octets */
    digest() {
        const start = this.#position;
        const octets = this.content(Tag.octetString);
        if (octets.length !== 32) this.#refuse("outOfRange", "a digest is an OCTET STRING of 32 octets", start);
        return octets;
    }

    /**
     * @param {number} largest octets of UTF-8, at most
     * @returns {string}
     */
    text(largest) {
        const start = this.#position;
        return decodedText(this.content(Tag.utf8String), largest, start);
    }

    /** @returns {string} a name of 1 to 32 characters of a-z, 0-9 and "-" */
    label() {
        const start = this.#position;
        const text = this.text(32);
        if (!LABEL.test(text)) this.#refuse("outOfRange", `'${text}' is no name`, start);
        return text;
    }

    /**
     * A BIT STRING of 1 to `largest` bits.
     * @param {number} largest
     * @returns {boolean[]}
     */
    bits(largest) {
        const start = this.#position;
        const content = this.content(Tag.bitString);
        const hasCount = content.length > 0 && content[0] <= 7;
        if (!hasCount) this.#refuse("malformed", "a BIT STRING without its first octet", start);
        const unused = content[0];
        const count = (content.length - 1) * 8 - unused;
        if (count < 1 || count > largest) this.#refuse("outOfRange", `a BIT STRING of ${count} bits`, start);
        if ((content[content.length - 1] & ((1 << unused) - 1)) !== 0) {
            this.#refuse("malformed", "unused bits that are not zero", start);
        }
        return Array.from({ length: count }, (_, index) => (content[1 + (index >> 3)] & (0x80 >> (index & 7))) !== 0);
    }

    /**
     * A BIT STRING of whole octets.
     * @returns {Uint8Array}
     */
    wholeBitString() {
        const start = this.#position;
        const content = this.content(Tag.bitString);
        if (content.length === 0 || content[0] !== 0) this.#refuse("malformed", "a BIT STRING of broken octets", start);
        return content.subarray(1);
    }

    /**
     * A SEQUENCE OF.
     * @template Value
     * @param {number} largest elements, at most
     * @param {(fields: Reader) => Value} read takes one element
     * @param {number} [smallest] elements, at least
     * @returns {Value[]}
     */
    list(largest, read, smallest = 0) {
        const start = this.#position;
        return this.sequence((fields) => {
            const found = [];
            while (fields.hasMore) {
                if (found.length === largest) this.#refuse("tooLarge", `more than ${largest} elements`, start);
                found.push(read(fields));
            }
            if (found.length < smallest) this.#refuse("outOfRange", `fewer than ${smallest} elements`, start);
            return found;
        });
    }
}

/**
 * @param {Uint8Array} octets
 * @param {number} largest octets, at most
 * @param {number} [offset] where they stand
 * @returns {string}
 * @throws {FormatError} where they are no UTF-8, or too many
 */
export function decodedText(octets, largest, offset) {
    if (octets.length <= largest) {
        try {
            // Without the option a byte order mark would vanish, and the text be another than the one that was signed.
            return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
        } catch (error) {
            if (!(error instanceof TypeError)) throw error;
        }
    }
    throw new FormatError("outOfRange", `a UTF8String is not valid UTF-8 of at most ${largest} octets`, offset);
}

/**
 * @param {number} tag
 * @param {Uint8Array} content
 * @returns {Uint8Array} the element
 */
export function encode(tag, content) {
    const length = [];
    if (content.length < 0x80) {
        length.push(content.length);
    } else {
        for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
        length.unshift(0x80 + length.length);
    }
    return concatenate([tag, ...length], content);
}

/**
 * @param {...Uint8Array} fields
 * @returns {Uint8Array} a SEQUENCE of the fields
 */
export function encodeSequence(...fields) {
    return encode(Tag.sequence, concatenate(...fields));
}

/**
 * @param {bigint} value 0 or above
 * @returns {Uint8Array} an INTEGER
 */
export function encodeNumber(value) {
    const octets = [];
    for (let rest = value; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn));
    if (octets.length === 0 || octets[0] >= 0x80) octets.unshift(0);
    return encode(Tag.integer, Uint8Array.from(octets));
}

/**
 * @param {Uint8Array} octets
 * @returns {Uint8Array} an OCTET STRING
 */
export function encodeOctets(octets) {
    return encode(Tag.octetString, octets);
}

/**
 * @param {string} text
 * @returns {Uint8Array} a UTF8String
 */
export function encodeText(text) {
    return encode(Tag.utf8String, utf8(text));
}
