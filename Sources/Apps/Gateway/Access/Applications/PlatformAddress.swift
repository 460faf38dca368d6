/// An address on an identity platform: its issuer identifier, or where it publishes its keys.
///
/// `https://host[:port][/path]`, without user, query and fragment; `http` only on the machine itself, which is for
/// trials. 1 to 256 bytes of visible ASCII. Compared byte by byte, as RFC 8414 has it for issuers: nothing is
/// normalised, so an address that leads to the same place is another address.
public struct PlatformAddress: Sendable, Hashable, CustomStringConvertible {
    /// Longest address.
    public static let maximumByteCount = 256

    private static let loopbackHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
    /// RFC 3986, section 2, without what begins a user's name, a query or a fragment.
    private static let characters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/[]!$&'()*+,;=%".utf8)
    private static let hostCharacters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._".utf8)

    public let text: String

    /// Reads an address; `nil` where `text` is none.
    public init?(_ text: String) {
        guard (1...Self.maximumByteCount).contains(text.utf8.count), text.utf8.allSatisfy(Self.characters.contains)
        else { return nil }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        guard let host = Self.host(in: rest.prefix { $0 != "/" }) else { return nil }
        guard isSecure || Self.loopbackHosts.contains(host) else { return nil }
        self.text = text
    }

    public var description: String { text }

    /// Whether it is asked by TLS.
    var isSecure: Bool { text.hasPrefix("https://") }

    /// The host of `host[:port]`; `nil` where it is none.
    private static func host(in authority: Substring) -> String? {
        let host: Substring
        let port: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            port = authority[authority.index(after: end)...]
            let inside = host.dropFirst().dropLast()
            guard !inside.isEmpty, inside.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority[host.endIndex...]
            guard !host.isEmpty, host.utf8.allSatisfy(hostCharacters.contains) else { return nil }
        }
        guard port.isEmpty || isPort(port) else { return nil }
        return String(host)
    }

    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt32(digits)
        else { return false }
        return (1...65_535).contains(number)
    }
}
