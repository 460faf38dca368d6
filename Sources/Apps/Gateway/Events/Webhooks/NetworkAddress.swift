/// An address of the internet protocol, version 4 or 6.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes, the highest first.
    public let bytes: [UInt8]

    /// - Returns: `nil` for any other number of bytes.
    public init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard [4, 16].contains(self.bytes.count) else { return nil }
    }

    /// Without any short form, as every reader of addresses understands it.
    public var description: String {
        if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map {
            String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }
}

/// Which addresses webhooks may reach.
///
/// A subscription's URL comes from a caller, and the node that fetches it stands inside the department's network:
/// whatever answers on the node's own machine or beside it, services of a cloud about the machine among them, must not
/// be within a caller's reach. Private networks are: departments' systems are there.
public struct WebhookAddressRule: Hashable, Sendable {
    /// Whether receivers may be on the node's own machine, for tests and for systems that run beside the node. Only
    /// these may be reached without TLS.
    public var allowsLoopback: Bool

    public init(allowsLoopback: Bool = false) { self.allowsLoopback = allowsLoopback }

    /// Whether an address may be reached.
    public func allows(_ address: NetworkAddress) -> Bool {
        let address = Self.embedded(in: address) ?? address
        if Self.isLoopback(address) { return allowsLoopback }
        return !Self.forbidden(address.bytes.count).contains { $0.contains(address) }
    }

    /// Whether an address is that of the node's own machine.
    public static func isLoopback(_ address: NetworkAddress) -> Bool {
        let address = embedded(in: address) ?? address
        return address.bytes.count == 4
            ? address.bytes[0] == 127 : address.bytes.dropLast().allSatisfy { $0 == 0 } && address.bytes[15] == 1
    }

    /// The address of version 4 that one of version 6 stands for: mapped, compatible, translated (NAT64) or 6to4.
    private static func embedded(in address: NetworkAddress) -> NetworkAddress? {
        let bytes = address.bytes
        guard bytes.count == 16 else { return nil }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xff }
        // `::` and `::1` are addresses of their own.
        let isCompatible = bytes.prefix(12).allSatisfy { $0 == 0 } && !bytes[12...14].allSatisfy { $0 == 0 }
        let isTranslated = bytes.starts(with: [0, 0x64, 0xff, 0x9b]) && bytes[4..<12].allSatisfy { $0 == 0 }
        if isMapped || isCompatible || isTranslated { return NetworkAddress(bytes.suffix(4)) }
        if bytes.starts(with: [0x20, 0x02]) { return NetworkAddress(bytes[2..<6]) }
        return nil
    }

    private struct Block {
        let prefix: [UInt8]
        let bitCount: Int

        func contains(_ address: NetworkAddress) -> Bool {
            let whole = bitCount / 8
            guard address.bytes.starts(with: prefix.prefix(whole)) else { return false }
            let rest = bitCount % 8
            guard rest > 0 else { return true }
            let mask = UInt8.max << UInt8(8 - rest)
            return address.bytes[whole] & mask == prefix[whole] & mask
        }
    }

    private static func forbidden(_ byteCount: Int) -> [Block] {
        byteCount == 4 ? forbidden4 : forbidden6
    }

    // RFC 6890 and the addresses at which clouds tell a machine about itself.
    private static let forbidden4 = [
        Block(prefix: [0], bitCount: 8),
        Block(prefix: [169, 254], bitCount: 16),
        Block(prefix: [100, 100, 100, 200], bitCount: 32),
        Block(prefix: [168, 63, 129, 16], bitCount: 32),
        Block(prefix: [192, 0, 0], bitCount: 24),
        Block(prefix: [192, 0, 2], bitCount: 24),
        Block(prefix: [198, 51, 100], bitCount: 24),
        Block(prefix: [203, 0, 113], bitCount: 24),
        Block(prefix: [224], bitCount: 4),
        Block(prefix: [240], bitCount: 4),
    ]

    private static let forbidden6 = [
        Block(prefix: [0], bitCount: 8),
        Block(prefix: [0xfe, 0x80], bitCount: 10),
        Block(prefix: [0xfe, 0xc0], bitCount: 10),
        Block(prefix: [0xff], bitCount: 8),
        Block(prefix: [0xfd, 0, 0x0e, 0xc2], bitCount: 32),
        Block(prefix: [0x20, 0x01, 0, 0], bitCount: 32),
        Block(prefix: [0x20, 0x01, 0x0d, 0xb8], bitCount: 32),
        Block(prefix: [0x01, 0, 0, 0, 0, 0, 0, 0], bitCount: 64),
    ]
}
