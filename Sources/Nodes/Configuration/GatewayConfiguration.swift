/// Where and how a node serves HTTP.
public struct GatewayConfiguration: Sendable {
    /// The certificate that browsers and other systems get to see, and its key.
    public struct Certificate: Sendable {
        /// A file in PEM with the chain, the server's own certificate first.
        public let chainPath: String
        public let keyPath: String
    }

    /// The identity platform by whose pages people log in to the console.
    public struct LogIn: Sendable, Hashable {
        /// As the department's platform has it on the ledger.
        public let issuer: String
        /// What the platform calls the console.
        public let client: String
        /// The file of the client's secret; `nil` for a client without one.
        public let secretPath: String?
        /// What the platform is asked for: `openid`, and what else it needs.
        public let scopes: [String]
    }

    public var listen: NodeConfiguration.Endpoint
    /// `nil` for HTTP without TLS, which only a loopback address has.
    public var certificate: Certificate?
    /// The directory of the identity of a client of the node's department, in whose name the gateway writes; `nil` for
    /// a gateway that only reads.
    public var identityPath: String?
    /// Where health, readiness and metrics are; `nil` for nowhere.
    public var operations: NodeConfiguration.Endpoint?
    /// The directory of what the gateway keeps: webhooks, accounts.
    public var dataPath: String
    /// How people reach the gateway, without a slash at the end.
    public var address: String
    /// `nil` where people log in by certificates and accounts alone.
    public var logIn: LogIn?

    private static let loopbackHosts: Set<String> = ["127.0.0.1", "::1", "localhost"]
    /// Where nobody is reached, for they stand for all addresses of a machine.
    private static let wildcardHosts: Set<String> = ["0.0.0.0", "::"]

    /// - Returns: `nil` where none of its keys is there.
    init?(_ source: ConfigurationSource, dataPath: String) throws(ConfigurationError) {
        let port = try source.optionalPort("gateway.listen.port")
        guard let port else {
            for key in NodeConfiguration.keys.keys.sorted() where key.hasPrefix("gateway.") {
                guard !source.isThere(key) else {
                    throw source.error(key, "means nothing without 'gateway.listen.port'")
                }
            }
            return nil
        }
        let host = try source.text("gateway.listen.host")
        listen = NodeConfiguration.Endpoint(host: host, port: port)
        switch (source.optionalText("gateway.certificate"), source.optionalText("gateway.private-key")) {
        case (let chain?, let key?):
            certificate = Certificate(chainPath: source.path(chain), keyPath: source.path(key))
        case (nil, nil):
            guard Self.loopbackHosts.contains(host) else {
                throw source.error(
                    "gateway.listen.host",
                    "'\(host)' can be reached from other machines, so TLS is needed: name 'gateway.certificate' and "
                        + "'gateway.private-key', or listen on 127.0.0.1")
            }
        case (nil, _): throw source.error("gateway.certificate", "is missing: 'gateway.private-key' is there")
        case (_, nil): throw source.error("gateway.private-key", "is missing: 'gateway.certificate' is there")
        }
        identityPath = source.optionalText("gateway.identity").map(source.path)
        operations = try source.optionalPort("gateway.operations.port").map {
            NodeConfiguration.Endpoint(host: source.optionalText("gateway.operations.host") ?? "127.0.0.1", port: $0)
        }
        self.dataPath = source.optionalText("gateway.data").map(source.path) ?? "\(dataPath)/gateway"
        let scheme = certificate == nil ? "http" : "https"
        address = source.optionalText("gateway.address") ?? "\(scheme)://\(listen)"
        guard address.hasPrefix("\(scheme)://"), !address.hasSuffix("/"), address.utf8.count <= 255,
            address.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !address.contains("?"), !address.contains("#")
        else {
            throw source.error(
                "gateway.address", "'\(address)' is not \(scheme)://HOST[:PORT] without a slash at the end")
        }
        logIn = try Self.logIn(source, listen: listen)
    }

    private static func logIn(
        _ source: ConfigurationSource, listen: NodeConfiguration.Endpoint
    ) throws(ConfigurationError) -> LogIn? {
        guard let issuer = source.optionalText("gateway.login.issuer") else {
            for key in ["gateway.login.client", "gateway.login.secret", "gateway.login.scopes"] {
                guard !source.isThere(key) else {
                    throw source.error(key, "means nothing without 'gateway.login.issuer'")
                }
            }
            return nil
        }
        guard source.isThere("gateway.address") || !wildcardHosts.contains(listen.host) else {
            throw source.error(
                "gateway.address", "is missing: the identity platform sends people back to it, so it has to be said")
        }
        let client = try source.text("gateway.login.client")
        guard client.utf8.count <= 128, client.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw source.error("gateway.login.client", "is no identifier of a client: 1 to 128 bytes of visible ASCII")
        }
        let scopes = (source.optionalText("gateway.login.scopes") ?? "openid").split(separator: " ").map(String.init)
        // RFC 6749, section 3.3.
        guard scopes.contains("openid"), scopes.count <= 16,
            scopes.allSatisfy({ $0.utf8.count <= 64 && $0.utf8.allSatisfy(isOfScope) })
        else {
            throw source.error(
                "gateway.login.scopes", "are no scopes: 'openid' and at most 15 others, with a space between them")
        }
        return LogIn(
            issuer: issuer, client: client, secretPath: source.optionalText("gateway.login.secret").map(source.path),
            scopes: scopes)
    }

    private static func isOfScope(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
