import ArgumentParser
import Formats
import Foundation
import Identity
import Logging
import Nodes

/// How a client command reaches a node, and as whom.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "HOST:PORT of a node, or department/role/name=HOST:PORT; repeat for more, tried in this order.",
            discussion: "Otherwise ZHENGLIAN_NODE, separated by commas; otherwise the validators of the genesis."
        )
    )
    var node: [String] = []

    @Option(help: "The consortium's genesis file; otherwise ZHENGLIAN_GENESIS.")
    var genesis: String?

    @Option(help: "The directory with your certificates and keys; otherwise ZHENGLIAN_IDENTITY.")
    var identity: String?

    /// The consortium's genesis, from the file that the option or the environment names.
    /// - Throws: ``CommandFailure`` where neither does, `FileError` or `GenesisError`.
    func readGenesis() throws -> Genesis {
        try GenesisFile.read(try value(genesis, variable: "ZHENGLIAN_GENESIS", option: "--genesis"))
    }

    /// Connects, runs `body`, disconnects.
    /// - Throws: ``CommandFailure`` where an option is missing or wrong, and what `body` throws.
    func withClient(
        _ console: Console,
        _ body: (any LedgerClient, MemberIdentity) async throws -> Void
    ) async throws {
        try await withClients(of: { [$0] }) { clients, member in try await body(clients[0], member) }
    }

    /// The same with a client for each node, which asks that node alone.
    func withClientOfEachNode(_ body: ([any LedgerClient], MemberIdentity) async throws -> Void) async throws {
        try await withClients(of: { nodes in nodes.map { [$0] } }, body)
    }

    /// Connects a client to the first node that is named, and one to each other validator of the genesis.
    func withNodeAmongOthers(
        _ body: (any LedgerClient, [(member: MemberName, client: any LedgerClient)]) async throws -> Void
    ) async throws {
        var others: [MemberName] = []
        let genesis = try readGenesis()
        try await withClients(
            of: { nodes in
                let rest = (nodes.dropFirst() + NodeReference.validators(of: genesis)).reduce(into: [nodes[0]]) {
                    references, node in
                    if !references.contains(where: { $0.member == node.member }) { references.append(node) }
                }
                others = rest.dropFirst().map(\.member)
                return rest.map { [$0] }
            }
        ) { clients, _ in
            try await body(clients[0], zip(others, clients.dropFirst()).map { ($0, $1) })
        }
    }

    /// Connects a client to each group of nodes.
    private func withClients(
        of groups: ([NodeReference]) -> [[NodeReference]],
        _ body: ([any LedgerClient], MemberIdentity) async throws -> Void
    ) async throws {
        let genesis = try readGenesis()
        let directory = try value(identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity")
        let identities = try IdentityDirectory(directory).loadAll(suite: genesis.suite)
        // A client's own log is for its developers; what matters is said by the command.
        let logger = Logger(label: "client", factory: { _ in SwiftLogNoOpLogHandler() })
        let clients = try groups(try nodes(of: genesis)).map {
            try RemoteLedgerClient(genesis: genesis, identity: identities.transport, nodes: $0, logger: logger)
        }
        do {
            try await body(clients, identities.ledger)
        } catch {
            for client in clients { await client.close() }
            throw error
        }
        for client in clients { await client.close() }
    }

    /// The nodes that the options or the environment name; all first validators where they name none.
    private func nodes(of genesis: Genesis) throws -> [NodeReference] {
        let names = node.isEmpty ? Self.variable("ZHENGLIAN_NODE")?.split(separator: ",").map(String.init) ?? [] : node
        guard !names.isEmpty else { return NodeReference.validators(of: genesis) }
        return try names.map { name in
            guard let reference = NodeReference(name, genesis: genesis) else {
                throw CommandFailure(
                    .wrongUse,
                    Phrase(
                        "'\(name)' is no node of the genesis file; write HOST:PORT as it stands there "
                            + "(zhenglian consortium show), or department/role/name=HOST:PORT",
                        "“\(name)” 不是创世文件中的节点；请按其中的 主机:端口 书写（zhenglian consortium show），"
                            + "或写 部门/角色/名称=主机:端口"
                    )
                )
            }
            return reference
        }
    }

    func value(_ given: String?, variable: String, option: String) throws -> String {
        guard let value = given ?? Self.variable(variable) else {
            throw CommandFailure(
                .wrongUse, Phrase("give \(option), or set \(variable)", "请给出 \(option)，或设置 \(variable)"))
        }
        return value
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
