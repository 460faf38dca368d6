/**
 * QR codes (ISO/IEC 18004:2015): byte mode, versions 1 to 40, all four levels of error correction, the best mask by the
 * standard's penalties.
 * @module qr
 */

import { utf8 } from "./bytes.js";

/** Bits that name a level in the format information (section 7.9.1). */
const LEVEL_BITS = { L: 1, M: 0, Q: 3, H: 2 };
const LARGEST_VERSION = 40;
/** Designator of UTF-8 for what is not ASCII (section 7.4.2; AIM ECI 000026). */
const UTF8_DESIGNATOR = 26;

/** Error correction codewords of each block, by version from 1 (table 9). */
const CORRECTION = {
    L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28],
    M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26],
    Q: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28],
    H: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24],
};
/** What the lists above end with for all later versions. */
const LATER_CORRECTION = { L: 30, M: 28, Q: 30, H: 30 };

/** Blocks, by version from 1 (table 9). */
const BLOCKS = {
    L: [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18,
        19, 19, 20, 21, 22, 24, 25,
    ],
    M: [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
        31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    Q: [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40,
        43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    H: [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45,
        48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
};

/** Whether a mask inverts a module, by row and column (table 10). */
const MASKS = [
    (row, column) => (row + column) % 2 === 0,
    (row) => row % 2 === 0,
    (_, column) => column % 3 === 0,
    (row, column) => (row + column) % 3 === 0,
    (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
    (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
    (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
    (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

// ---------------------------------------------------------------------------------------------------------------------
// Reed-Solomon codes over GF(256) with x^8 + x^4 + x^3 + x^2 + 1 (section 7.5.2)

const POWERS = new Uint8Array(510);
const LOGARITHMS = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
    POWERS[exponent] = value;
    POWERS[exponent + 255] = value;
    LOGARITHMS[value] = exponent;
    value = (value << 1) ^ (value >= 128 ? 0x11d : 0);
}

/**
 * @param {number} first
 * @param {number} second
 * @returns {number} the product in GF(256)
 */
function multiply(first, second) {
    return first === 0 || second === 0 ? 0 : POWERS[LOGARITHMS[first] + LOGARITHMS[second]];
}

/**
 * The generator polynomial (x - a^0)(x - a^1)…, without its leading 1 (annex A).
 * @param {number} degree
 * @returns {Uint8Array} coefficients, the highest power first
 */
export function generator(degree) {
    let polynomial = Uint8Array.of(1);
    for (let root = 0; root < degree; root += 1) {
        const next = new Uint8Array(polynomial.length + 1);
        polynomial.forEach((coefficient, index) => {
            next[index] ^= coefficient;
            next[index + 1] ^= multiply(coefficient, POWERS[root]);
        });
        polynomial = next;
    }
    return polynomial.subarray(1);
}

/**
 * @param {Uint8Array} data
 * @param {number} count
 * @returns {Uint8Array} the error correction codewords of a block: the remainder of the division by the generator
 */
export function correction(data, count) {
    const divisor = generator(count);
    const remainder = new Uint8Array(count);
    for (const codeword of data) {
        const factor = codeword ^ remainder[0];
        remainder.copyWithin(0, 1);
        remainder[count - 1] = 0;
        divisor.forEach((coefficient, index) => {
            remainder[index] ^= multiply(coefficient, factor);
        });
    }
    return remainder;
}

/**
 * A BCH code: the data bits and the remainder of their division (annexes C and D).
 * @param {number} data
 * @param {number} polynomial
 * @param {number} degree of the polynomial
 * @returns {number}
 */
function withRemainder(data, polynomial, degree) {
    let rest = data << degree;
    for (let bit = 31 - degree; bit >= 0; bit -= 1) {
        if ((rest >>> (bit + degree)) & 1) rest ^= polynomial << bit;
    }
    return (data << degree) | rest;
}

/**
 * @param {"L" | "M" | "Q" | "H"} level
 * @param {number} mask
 * @returns {number} the 15 bits of the format information (section 7.9)
 */
export function formatInformation(level, mask) {
    return withRemainder((LEVEL_BITS[level] << 3) | mask, 0b10100110111, 10) ^ 0b101010000010010;
}

/**
 * @param {number} version 7 or above
 * @returns {number} the 18 bits of the version information (section 7.10)
 */
export function versionInformation(version) {
    return withRemainder(version, 0b1111100100101, 12);
}

// ---------------------------------------------------------------------------------------------------------------------
// Codewords

/**
 * @param {number} version
 * @returns {number} modules that hold codewords: all but patterns, format and version information
 */
function dataModules(version) {
    const size = 17 + 4 * version;
    const alignments = alignmentPositions(version).length;
    const finders = 3 * 64;
    const format = 31;
    const timing = 2 * (size - 16);
    if (alignments === 0) return size * size - finders - format - timing;
    // Three corners have a finder instead; those in the row and the column of the timing pattern share 5 modules with
    // it.
    const patterns = 25 * (alignments ** 2 - 3) - 2 * 5 * (alignments - 2);
    return size * size - finders - format - timing - patterns - (version >= 7 ? 36 : 0);
}

/**
 * @param {number} version
 * @param {string} level
 * @returns {{ blocks: number, correction: number, total: number, data: number }} numbers of codewords
 */
export function codewords(version, level) {
    const blocks = BLOCKS[level][version - 1];
    const perBlock = CORRECTION[level][version - 1] ?? LATER_CORRECTION[level];
    const total = Math.floor(dataModules(version) / 8);
    return { blocks, correction: perBlock, total, data: total - blocks * perBlock };
}

/**
 * @param {number} version
 * @returns {number[]} rows and columns of the centres of alignment patterns (annex E)
 */
function alignmentPositions(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2;
    const last = 10 + 4 * version;
    // The one version where the distance is not the smallest even one that reaches.
    const step = version === 32 ? 26 : 2 * Math.ceil((last - 6) / (2 * (count - 1)));
    return [6, ...Array.from({ length: count - 1 }, (_, index) => last - step * (count - 2 - index))];
}

/**
 * The data codewords: mode, count, octets, terminator and padding (section 7.4).
 * @param {Uint8Array} octets
 * @param {boolean} isPlain whether they are ASCII
 * @param {number} version
 * @param {number} capacity in codewords
 * @returns {Uint8Array | null} null where they do not fit
 */
function dataCodewords(octets, isPlain, version, capacity) {
    const bits = [];
    const append = (value, count) => {
        for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
    };
    if (!isPlain) {
        append(0b0111, 4);
        append(UTF8_DESIGNATOR, 8);
    }
    append(0b0100, 4);
    append(octets.length, version < 10 ? 8 : 16);
    if (bits.length + 8 * octets.length > 8 * capacity) return null;
    for (const octet of octets) append(octet, 8);
    append(0, Math.min(4, 8 * capacity - bits.length));
    append(0, (8 - (bits.length % 8)) % 8);
    const result = new Uint8Array(capacity);
    for (let index = 0; index < bits.length; index += 1) result[index >> 3] |= bits[index] << (7 - (index & 7));
    for (let index = bits.length / 8, isOdd = false; index < capacity; index += 1, isOdd = !isOdd) {
        result[index] = isOdd ? 0b00010001 : 0b11101100;
    }
    return result;
}

/**
 * The codewords of all blocks in the order in which they are placed (section 7.6).
 * @param {Uint8Array} data
 * @param {{ blocks: number, correction: number, total: number }} numbers
 * @returns {Uint8Array}
 */
function interleaved(data, { blocks, correction: count, total }) {
    const shortLength = Math.floor(data.length / blocks);
    const longBlocks = data.length % blocks;
    const parts = [];
    for (let block = 0, position = 0; block < blocks; block += 1) {
        const length = shortLength + (block >= blocks - longBlocks ? 1 : 0);
        const part = data.subarray(position, position + length);
        parts.push({ part, codes: correction(part, count) });
        position += length;
    }
    const result = [];
    for (let index = 0; index <= shortLength; index += 1) {
        for (const { part } of parts) if (index < part.length) result.push(part[index]);
    }
    for (let index = 0; index < count; index += 1) for (const { codes } of parts) result.push(codes[index]);
    if (result.length !== total) throw new RangeError("the codewords of a QR code are not as many as its version has");
    return Uint8Array.from(result);
}

// ---------------------------------------------------------------------------------------------------------------------
// The matrix

/** Modules of a code: what is dark, and what belongs to patterns and is no data. */
class Matrix {
    /** @param {number} version */
    constructor(version) {
        this.size = 17 + 4 * version;
        this.dark = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
        this.isPattern = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
    }

    /** Sets a module of a pattern; outside of the matrix nothing happens. */
    set(row, column, isDark) {
        if (row < 0 || column < 0 || row >= this.size || column >= this.size) return;
        this.dark[row][column] = isDark;
        this.isPattern[row][column] = true;
    }

    /** Squares within each other about a centre: `rings` says of each distance whether it is dark. */
    square(row, column, rings) {
        const reach = rings.length - 1;
        for (let down = -reach; down <= reach; down += 1) {
            for (let right = -reach; right <= reach; right += 1) {
                this.set(row + down, column + right, rings[Math.max(Math.abs(down), Math.abs(right))]);
            }
        }
    }

    /** Finder, timing and alignment patterns (section 6.3). */
    placePatterns(version) {
        const last = this.size - 1;
        for (let index = 0; index < this.size; index += 1) {
            this.set(6, index, index % 2 === 0);
            this.set(index, 6, index % 2 === 0);
        }
        // The outermost ring is the separator, of which three sides of the matrix cut parts off.
        for (const [row, column] of [[3, 3], [3, last - 3], [last - 3, 3]]) {
            this.square(row, column, [true, true, false, true, false]);
        }
        const positions = alignmentPositions(version);
        const [near, far] = [positions[0], positions[positions.length - 1]];
        for (const row of positions) {
            for (const column of positions) {
                const isUpper = row === near && (column === near || column === far);
                const isFinder = isUpper || (row === far && column === near);
                if (!isFinder) this.square(row, column, [true, false, true]);
            }
        }
    }

    /** Format information, twice, and the dark module (section 7.9). */
    placeFormat(level, mask) {
        const bits = formatInformation(level, mask);
        const last = this.size - 1;
        for (let index = 0; index < 15; index += 1) {
            const isDark = ((bits >> index) & 1) === 1;
            // About the upper left finder: bit 0 in the uppermost row, bit 14 in the leftmost column.
            if (index < 8) this.set(index < 6 ? index : index + 1, 8, isDark);
            else this.set(8, index === 8 ? 7 : 14 - index, isDark);
            // Bits 0 to 7 to the left of the upper right finder's end, 8 to 14 down to the lower left one's.
            if (index < 8) this.set(8, last - index, isDark);
            else this.set(last - 14 + index, 8, isDark);
        }
        this.set(last - 7, 8, true);
    }

    /** Version information, twice (section 7.10). */
    placeVersion(version) {
        if (version < 7) return;
        const bits = versionInformation(version);
        for (let index = 0; index < 18; index += 1) {
            const [near, far] = [Math.floor(index / 3), this.size - 11 + (index % 3)];
            this.set(near, far, ((bits >> index) & 1) === 1);
            this.set(far, near, ((bits >> index) & 1) === 1);
        }
    }

    /** Codewords in columns of two, from the lower right corner, up and down in turn (section 7.7.3). */
    placeCodewords(codes) {
        let bit = 0;
        for (let right = this.size - 1, goesUp = true; right > 0; right -= 2, goesUp = !goesUp) {
            if (right === 6) right -= 1;
            for (let step = 0; step < this.size; step += 1) {
                const row = goesUp ? this.size - 1 - step : step;
                for (const column of [right, right - 1]) {
                    if (this.isPattern[row][column]) continue;
                    // Remainder bits, where there are some, are light.
                    const isDark = bit < 8 * codes.length && ((codes[bit >> 3] >> (7 - (bit & 7))) & 1) === 1;
                    this.dark[row][column] = isDark;
                    bit += 1;
                }
            }
        }
    }

    /** Inverts what a mask names; twice is not at all. */
    invert(mask) {
        for (let row = 0; row < this.size; row += 1) {
            for (let column = 0; column < this.size; column += 1) {
                if (this.isPattern[row][column] || !MASKS[mask](row, column)) continue;
                this.dark[row][column] = !this.dark[row][column];
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Which mask is best (section 7.8.3)

const BEFORE = [false, false, false, false, true, false, true, true, true, false, true];
const AFTER = [...BEFORE].reverse();

/**
 * @param {boolean[]} line a row or a column
 * @returns {number} the penalty for runs of one colour and for what looks like a finder
 */
function linePenalty(line) {
    let penalty = 0;
    for (let start = 0; start < line.length; ) {
        let end = start + 1;
        while (end < line.length && line[end] === line[start]) end += 1;
        if (end - start >= 5) penalty += end - start - 2;
        start = end;
    }
    for (let start = 0; start + BEFORE.length <= line.length; start += 1) {
        for (const pattern of [BEFORE, AFTER]) {
            if (pattern.every((isDark, index) => line[start + index] === isDark)) penalty += 40;
        }
    }
    return penalty;
}

/**
 * @param {boolean[][]} dark
 * @returns {number} the sum of the standard's four penalties
 */
export function penalty(dark) {
    const size = dark.length;
    let sum = 0;
    let darkCount = 0;
    for (let index = 0; index < size; index += 1) {
        sum += linePenalty(dark[index]) + linePenalty(dark.map((row) => row[index]));
        darkCount += dark[index].filter(Boolean).length;
    }
    for (let row = 0; row + 1 < size; row += 1) {
        for (let column = 0; column + 1 < size; column += 1) {
            const value = dark[row][column];
            const others = [dark[row][column + 1], dark[row + 1][column], dark[row + 1][column + 1]];
            if (others.every((other) => other === value)) sum += 3;
        }
    }
    const percentage = (100 * darkCount) / (size * size);
    return sum + 10 * Math.floor(Math.abs(percentage - 50) / 5);
}

/**
 * The code of a text.
 * @param {string} text
 * @param {object} [options]
 * @param {"L" | "M" | "Q" | "H"} [options.level] M restores what up to 15 % damaged codewords have lost
 * @param {number} [options.version] 1 to 40; by default the smallest that the text fits in
 * @param {number} [options.mask] 0 to 7; by default the best
 * @returns {{ version: number, level: string, mask: number, size: number, dark: boolean[][] }}
 * @throws {RangeError} for a text that does not fit
 */
export function encodeQR(text, { level = "M", version, mask } = {}) {
    const octets = utf8(text);
    const isPlain = octets.every((octet) => octet < 0x80);
    for (let candidate = version ?? 1; candidate <= (version ?? LARGEST_VERSION); candidate += 1) {
        const numbers = codewords(candidate, level);
        const data = dataCodewords(octets, isPlain, candidate, numbers.data);
        if (data === null) continue;
        const matrix = new Matrix(candidate);
        matrix.placePatterns(candidate);
        matrix.placeVersion(candidate);
        matrix.placeFormat(level, 0);
        matrix.placeCodewords(interleaved(data, numbers));
        const best = mask ?? bestMask(matrix, level);
        matrix.invert(best);
        matrix.placeFormat(level, best);
        return { version: candidate, level, mask: best, size: matrix.size, dark: matrix.dark };
    }
    throw new RangeError(`a text of ${octets.length} octets does not fit into a QR code of level ${level}`);
}

/**
 * @param {Matrix} matrix with its codewords, and no mask
 * @param {string} level
 * @returns {number} the mask with the smallest penalty, the first of several
 */
function bestMask(matrix, level) {
    let best = 0;
    let smallest = Infinity;
    for (let mask = 0; mask < MASKS.length; mask += 1) {
        matrix.invert(mask);
        matrix.placeFormat(level, mask);
        const found = penalty(matrix.dark);
        if (found < smallest) [best, smallest] = [mask, found];
        matrix.invert(mask);
    }
    return best;
}

/**
 * The dark modules as the data of one SVG path, one unit to a module.
 * @param {boolean[][]} dark
 * @param {number} [quiet] width of the light border, in modules; the standard wants 4
 * @returns {{ path: string, size: number }} the path and the side of the square with its border
 */
export function svgPath(dark, quiet = 4) {
    let path = "";
    dark.forEach((row, top) => {
        for (let start = 0; start < row.length; start += 1) {
            if (!row[start]) continue;
            let end = start + 1;
            while (end < row.length && row[end]) end += 1;
            path += `M${start + quiet} ${top + quiet}h${end - start}v1h-${end - start}z`;
            start = end;
        }
    });
    return { path, size: dark.length + 2 * quiet };
}
