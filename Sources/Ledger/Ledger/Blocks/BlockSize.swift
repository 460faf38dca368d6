import Formats

/// The length of a block's DER from that of its parts, without making it.
enum BlockSize {
    static func byteCount(header: BlockHeader, transactionBytes: [Int]) -> Int {
        structure(header.derBytes.count + structure(transactionBytes.reduce(0, +)))
    }

    /// Most bytes that transactions may have together, so that a block with any header stays within `maximum`.
    static func transactionCapacity(maximum: Int) -> Int {
        // Two tags with lengths of at most five bytes each.
        maximum - BlockHeader.maximumByteCount - 12
    }

    /// Tag, length (X.690, section 8.1.3) and content.
    private static func structure(_ content: Int) -> Int {
        guard content > 127 else { return 2 + content }
        let lengthOctets = (Int.bitWidth - content.leadingZeroBitCount + 7) / 8
        return 2 + lengthOctets + content
    }
}
