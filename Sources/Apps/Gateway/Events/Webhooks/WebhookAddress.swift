import Foundation

/// Where a webhook delivers: an absolute URL, `https` but for receivers on the node's own machine.
public struct WebhookAddress: Hashable, Sendable, CustomStringConvertible {
    /// Longest URL, in bytes.
    public static let maximumByteCount = 2_048

    /// The URL as it was given, with scheme and host in small letters.
    public let text: String
    /// Name or address of the receiver, without brackets.
    public let host: String
    public let port: Int
    /// Whether the connection is protected by TLS.
    public let isSecure: Bool

    public var description: String { text }

    /// Reads a URL. Whether its host may be reached is found out when it is: ``WebhookAddressRule``.
    /// - Throws: ``WebhookError`` with code `wrongAddress`.
    public init(_ text: String) throws(WebhookError) {
        guard text.utf8.count <= Self.maximumByteCount, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.user == nil, parts.password == nil, parts.fragment == nil,
            let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), !host.isEmpty,
            host.utf8.allSatisfy(Self.isHostByte), (1...65_535).contains(parts.port ?? 443)
        else {
            throw WebhookError(
                .wrongAddress,
                "a webhook's address is an absolute https URL of at most \(Self.maximumByteCount) ASCII characters, "
                    + "without user, password and fragment")
        }
        // Names have no case, and what is looked up has to be what is connected to.
        parts.host = parts.host?.lowercased()
        parts.scheme = scheme
        self.text = parts.string ?? text
        self.host = host.lowercased()
        isSecure = scheme == "https"
        port = parts.port ?? (isSecure ? 443 : 80)
    }

    /// What names and numeric addresses are made of. A zone (`%eth0`) is none of it.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        EventFilter.isTypeByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
    }
}
