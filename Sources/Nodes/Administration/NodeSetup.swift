import Consensus
import Formats
import Foundation
public import Identity

/// Sets up a node's directory: its configuration, the consortium that its data belongs to, and the record that it has
/// not voted yet.
public struct NodeSetup: Sendable {
    private let genesisPath: String
    private let identityPath: String
    private let directory: String
    private let listen: NodeConfiguration.Endpoint
    private let revocationsPath: String?
    private let vaultPath: String?
    private let gateway: NodeConfiguration.Endpoint?
    private let gatewayIdentityPath: String?
    private let isRejoining: Bool

    /// - Parameters:
    ///   - genesisPath: the genesis file.
    ///   - identityPath: the node's identity directory.
    ///   - directory: where the node's configuration and data go.
    ///   - revocationsPath: a directory with revocation lists; `nil` for `revocations` in the node's directory.
    ///   - vaultPath: the directory of the vault that the node releases licences from; `nil` where it releases none.
    ///   - gateway: where the node serves HTTP, without TLS, so on a loopback address; `nil` for nowhere.
    ///   - gatewayIdentityPath: the identity of the client in whose name what comes by HTTP is written; `nil` for a
    ///     gateway that only reads.
    ///   - isRejoining: the node may have voted before: it has to learn from others what, before it votes again.
    public init(
        genesisPath: String,
        identityPath: String,
        directory: String,
        listen: NodeConfiguration.Endpoint,
        revocationsPath: String?,
        vaultPath: String? = nil,
        gateway: NodeConfiguration.Endpoint? = nil,
        gatewayIdentityPath: String? = nil,
        isRejoining: Bool
    ) {
        self.genesisPath = genesisPath
        self.identityPath = identityPath
        self.directory = directory
        self.listen = listen
        self.revocationsPath = revocationsPath
        self.vaultPath = vaultPath
        self.gateway = gateway
        self.gatewayIdentityPath = gatewayIdentityPath
        self.isRejoining = isRejoining
    }

    public var configurationPath: String { "\(directory)/node.json" }

    /// Checks what it was given and writes the directory.
    /// - Returns: who the node is.
    /// - Throws: ``FileError`` with code `exists` where a node was set up there already, `GenesisError`,
    ///   `IdentityError`, ``NodeStartError`` where the identity is none of the genesis' validators.
    public func write(clock: any WallClock) throws -> MemberName {
        guard !ProtectedFile.exists(configurationPath) else {
            throw FileError(.exists, "a node is set up in \(directory) already; choose another directory")
        }
        let genesis = try GenesisFile.read(genesisPath)
        let identities = try IdentityDirectory(identityPath).loadAll(suite: genesis.suite)
        try NodeAssembly.authenticate(identities, in: genesis, clock: clock)
        let revocations = revocationsPath ?? "\(directory)/revocations"
        try ProtectedFile.createDirectory(directory)
        try ProtectedFile.createDirectory(revocations)
        let data = try DataDirectory("\(directory)/data", genesis: genesis)
        var log = try WriteAheadLog(directory: data.votesPath, channel: genesis.channel, suite: genesis.suite)
        // Where there is a ledger and no vote, the votes are lost, whatever the caller believes.
        if log.takeRecords().isEmpty, !isRejoining, !ProtectedFile.exists(data.ledgerPath) {
            try log.append([.clearance(above: .zero, epoch: .zero)])
            try log.sync()
        }
        try writeConfiguration(revocations: revocations)
        return identities.member
    }

    private func writeConfiguration(revocations: String) throws {
        let configuration = Configuration(
            genesis: Self.absolute(genesisPath),
            identity: Self.absolute(identityPath),
            data: Self.absolute("\(directory)/data"),
            listen: .init(host: listen.host, port: listen.port),
            revocations: Self.absolute(revocations),
            vault: vaultPath.map(Self.absolute),
            gateway: gateway.map {
                .init(
                    listen: .init(host: $0.host, port: $0.port), identity: gatewayIdentityPath.map(Self.absolute))
            }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(configuration)
        try ProtectedFile.create(at: configurationPath, with: Array(json) + [UInt8(ascii: "\n")], access: .shared)
    }

    /// The file's keys, as ``NodeConfiguration`` reads them.
    private struct Configuration: Encodable {
        struct Listen: Encodable {
            let host: String
            let port: Int
        }

        struct Gateway: Encodable {
            let listen: Listen
            let identity: String?
        }

        let genesis: String
        let identity: String
        let data: String
        let listen: Listen
        let revocations: String
        let vault: String?
        let gateway: Gateway?
    }

    /// The node may be started from anywhere.
    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
