import Formats

/// Where a transaction stands, as one row number: height and position in the block. Row numbers grow with the chain, so
/// that its rows are always appended.
struct TransactionPlace: Hashable, Sendable {
    let height: Height
    let index: Int

    /// 2^14 positions for each height: a block has at most 10,000 transactions.
    private static let shift = 14

    var rowNumber: Int64 { Int64(height.rawValue) << Self.shift | Int64(index) }

    init(height: Height, index: Int) {
        precondition(index < 1 << Self.shift && height.rawValue < 1 << 49, "no block has so many transactions")
        self.height = height
        self.index = index
    }

    init(rowNumber: Int64) {
        self.init(
            height: Height(rawValue: UInt64(max(0, rowNumber)) >> UInt64(Self.shift)),
            index: Int(rowNumber & (1 << Int64(Self.shift) - 1))
        )
    }

    /// The row numbers that a height has.
    static func rowNumbers(of height: Height) -> ClosedRange<Int64> {
        let first = Int64(height.rawValue) << Int64(shift)
        return first...(first + (1 << Int64(shift) - 1))
    }
}
