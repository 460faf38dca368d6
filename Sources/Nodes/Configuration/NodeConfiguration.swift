public import Foundation
public import Identity
public import Ledger
public import Logging

/// What a node has to know to start: where its files are and where it listens.
///
/// One file, environment over it (`ZHENGLIAN_NODE_LISTEN_PORT` for `listen.port`), values given by the caller (a
/// command's flags) over that. Whatever all nodes of a channel have to share is in the genesis, never here.
///
/// ```json
/// {
///   "genesis": "genesis.der",
///   "identity": "identity",
///   "data": "data",
///   "listen": { "host": "127.0.0.1", "port": 7101 },
///   "revocations": "revocations",
///   "log": { "level": "info" },
///   "peers": ["tax/validator/node=10.0.0.2:7101"]
/// }
/// ```
public struct NodeConfiguration: Sendable {
    /// Where a member listens.
    public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
        public let host: String
        public let port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `HOST:PORT`, with brackets around an IPv6 address; `nil` for anything else.
        public init?(_ text: some StringProtocol) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (1...65_535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
            self.init(host: String(host), port: port)
        }

        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    public var genesisPath: String
    public var identityPath: String
    /// The identity whose key takes the place of the present one when the ledger says so; `nil` for none.
    public var nextIdentityPath: String?
    public var dataPath: String
    public var listen: Endpoint
    /// A directory with revocation lists (`*.crl`), read at start and again when they change; `nil` for none.
    public var revocationsPath: String?
    public var logLevel: Logger.Level
    /// Where peers listen, over what the genesis says.
    public var peers: [MemberName: Endpoint]

    /// What the node prunes of its past; `nil` for nothing.
    public var pruning: PruningPolicy?
    /// Whether a node without a ledger begins with a snapshot from its peers.
    public var joinMode: JoinMode
    /// A directory with a snapshot that a node without a ledger begins with.
    public var snapshotPath: String?
    /// The directory of the vault that the node releases licences from, and in `cases` content of cases; `nil` where it
    /// releases none.
    public var vaultPath: String?
    /// Where and how the node serves HTTP; `nil` where it does not.
    public var gateway: GatewayConfiguration?

    /// Every key that a configuration file may have, with its meaning.
    static let keys: [String: String] = [
        "genesis": "path of the genesis file",
        "identity": "directory with certificate.pem and private.key",
        "next-identity": "directory of the identity whose key the node votes with once the ledger names it",
        "data": "directory of the ledger",
        "listen.host": "address to listen on",
        "listen.port": "port to listen on, 1 to 65535",
        "revocations": "directory with revocation lists (*.crl)",
        "log.level": "trace, debug, info, notice, warning, error or critical",
        "join": "auto, always or never: whether a node without a ledger begins with a snapshot from its peers",
        "snapshot": "directory of a snapshot that a node without a ledger begins with",
        "pruning.heights": "how many heights back everything is kept, 1000 to 1000000000000",
        "pruning.days": "for how many days everything is kept as well, 1 to 36500",
        "pruning.departments": "departments whose transactions are never pruned; the node's own by default",
        "vault": "directory of the vault that the node releases licences and content of cases from",
        "gateway.listen.host": "address to serve HTTP on; without a certificate a loopback address",
        "gateway.listen.port": "port to serve HTTP on, 1 to 65535",
        "gateway.certificate": "file in PEM with the chain of certificates that browsers get to see",
        "gateway.private-key": "file in PEM with the key of that certificate",
        "gateway.identity":
            "directory with certificate.pem and private.key of a client, in whose name the gateway writes",
        "gateway.operations.host": "address to serve health and metrics on; 127.0.0.1 by default",
        "gateway.operations.port": "port to serve health and metrics on, 1 to 65535; none by default",
        "gateway.data": "directory of what the gateway keeps; 'gateway' in the node's data by default",
        "gateway.address": "how people reach the gateway, as https://HOST[:PORT]; stands in links and codes",
        "gateway.login.issuer":
            "identity platform by whose pages people log in to the console, as the ledger has it",
        "gateway.login.client": "what that platform calls the console: the client of an application of the department",
        "gateway.login.secret": "file with the secret of that client; none for a client without one",
        "gateway.login.scopes": "what the platform is asked for, with a space between; 'openid' by default",
        "peers": "where peers listen, each as department/role/name=HOST:PORT",
    ]

    /// Reads a configuration file, with environment and `overrides` over it. Relative paths are relative to the file.
    /// - Parameters:
    ///   - path: the file.
    ///   - environment: where variables such as `ZHENGLIAN_NODE_LISTEN_PORT` are; the process's own by default.
    ///   - overrides: values that stand over both, by key; those of lists have commas between their elements.
    /// - Throws: ``ConfigurationError`` that names the key, its place and what is allowed; ``FileError``.
    public static func load(
        path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        overrides: [String: String] = [:]
    ) async throws -> NodeConfiguration {
        try NodeConfiguration(
            try await ConfigurationSource(path: path, environment: environment, overrides: overrides))
    }

    private init(_ source: ConfigurationSource) throws(ConfigurationError) {
        genesisPath = source.path(try source.text("genesis"))
        identityPath = source.path(try source.text("identity"))
        nextIdentityPath = source.optionalText("next-identity").map(source.path)
        dataPath = source.path(try source.text("data"))
        listen = Endpoint(host: try source.text("listen.host"), port: try source.port("listen.port"))
        revocationsPath = source.optionalText("revocations").map(source.path)
        let level = source.optionalText("log.level") ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw source.error("log.level", "'\(level)' is not one of: \(Self.keys["log.level"] ?? "")")
        }
        self.logLevel = logLevel
        let join = source.optionalText("join") ?? JoinMode.automatic.rawValue
        guard let joinMode = JoinMode(rawValue: join) else {
            throw source.error("join", "'\(join)' is not one of: \(Self.keys["join"] ?? "")")
        }
        self.joinMode = joinMode
        snapshotPath = source.optionalText("snapshot").map(source.path)
        vaultPath = source.optionalText("vault").map(source.path)
        pruning = try Self.pruning(source)
        gateway = try GatewayConfiguration(source, dataPath: dataPath)
        peers = [:]
        for entry in source.list("peers") {
            let parts = entry.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let member = MemberName(parts[0]), let endpoint = Endpoint(parts[1]) else {
                throw source.error("peers", "'\(entry)' is not department/role/name=HOST:PORT")
            }
            guard peers.updateValue(endpoint, forKey: member) == nil else {
                throw source.error("peers", "has two places for \(member)")
            }
        }
    }

    /// The policy, where one of its keys is there.
    private static func pruning(_ source: ConfigurationSource) throws(ConfigurationError) -> PruningPolicy? {
        let heights = try source.optionalNumber("pruning.heights", in: 1_000...1_000_000_000_000)
        let days = try source.optionalNumber("pruning.days", in: 1...36_500)
        var departments: Set<DepartmentName> = []
        for name in source.list("pruning.departments") {
            guard let department = DepartmentName(name) else {
                throw source.error("pruning.departments", "'\(name)' is no department's name")
            }
            departments.insert(department)
        }
        guard heights != nil || days != nil else {
            guard departments.isEmpty else {
                throw source.error("pruning.departments", "means nothing without 'pruning.heights' or 'pruning.days'")
            }
            return nil
        }
        return PruningPolicy(
            heights: UInt64(heights ?? 1_000), duration: days.map { .seconds(86_400 * $0) }, departments: departments)
    }
}
