/// Where and how a node serves HTTP.
public struct GatewayConfiguration: Sendable {
    /// The certificate that browsers and other systems get to see, and its key.
    public struct Certificate: Sendable {
        /// A file in PEM with the chain, the server's own certificate first.
        public let chainPath: String
        public let keyPath: String
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

    private static let loopbackHosts: Set<String> = ["127.0.0.1", "::1", "localhost"]

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
    }
}
