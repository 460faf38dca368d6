/// Ascending positions as bytes: each its distance from the one before, in groups of seven bits with the lowest first,
/// the highest bit of a byte saying that another follows (the unsigned LEB128 of DWARF 4, section 7.6).
enum PositionList {
    static func bytes(_ positions: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * positions.count)
        var last: UInt64 = 0
        for position in positions {
            precondition(position >= last, "positions are in ascending order")
            var rest = position - last
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
            last = position
        }
        return bytes
    }

    /// - Throws: ``LedgerError`` with code `corrupted`.
    static func positions(_ bytes: [UInt8]) throws(LedgerError) -> [UInt64] {
        var positions: [UInt64] = []
        var (last, distance, shift): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for byte in bytes {
            guard shift < 63 else { throw corrupted }
            distance |= UInt64(byte & 0x7f) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            let (position, overflow) = last.addingReportingOverflow(distance)
            guard !overflow else { throw corrupted }
            positions.append(position)
            (last, distance, shift) = (position, 0, 0)
        }
        guard shift == 0 else { throw corrupted }
        return positions
    }

    private static var corrupted: LedgerError {
        LedgerError(.corrupted, "a row of state_history is not one that this software writes; restore a backup")
    }
}
