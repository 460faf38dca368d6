/// Where an identity platform takes something in, as its configuration names it: an address, with a query where the
/// platform has one there (RFC 6749, section 3.1).
struct PlatformEndpoint: Sendable, Hashable {
    /// RFC 3986, section 3.4, without what would end an attribute or begin a fragment.
    private static let queryCharacters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&()*+,;=%".utf8)

    let address: PlatformAddress
    /// Without the question mark; `nil` for none.
    let query: String?

    /// Reads an endpoint.
    ///
    /// A platform that is itself asked by TLS cannot name an endpoint that is not: it would have the node call services
    /// of its own machine.
    /// - Parameter issuer: the platform that names it.
    /// - Returns: `nil` where `text` is none.
    init?(_ text: String, of issuer: PlatformAddress) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let address = PlatformAddress(first),
            address.isSecure || !issuer.isSecure
        else { return nil }
        self.address = address
        query = parts.count == 2 && !parts[1].isEmpty ? parts[1] : nil
        guard (query ?? "").utf8.count <= PlatformAddress.maximumByteCount,
            (query ?? "").utf8.allSatisfy(Self.queryCharacters.contains)
        else { return nil }
    }

    /// The endpoint's own address.
    var text: String { query.map { "\(address)?\($0)" } ?? address.text }

    /// The endpoint with further parameters behind its own.
    func with(_ parameters: FormParameters) -> String {
        "\(address)?\(query.map { "\($0)&" } ?? "")\(parameters.text)"
    }
}
