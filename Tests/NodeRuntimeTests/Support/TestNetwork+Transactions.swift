import ClusterTransport
import Formats
import Identity
import Ledger
import LedgerTestKit
import Nodes

/// Transactions that a test hands in by itself, without a submitter.
extension TestNetwork {
    /// The transaction that registers a member's certificate.
    func registration(
        of identity: MemberIdentity,
        lastValidHeight: Height = Height(rawValue: 1_000)
    ) throws -> Transaction {
        let call = CertificatesContract.registration(of: identity.certificate.der)
        return try transaction([call], by: identity, lastValidHeight: lastValidHeight)
    }

    func transaction(
        _ calls: [Call] = [NotesContract.call("put", "a", [1])],
        by identity: MemberIdentity,
        lastValidHeight: Height
    ) throws -> Transaction {
        try TransactionBody(
            channel: genesis.channel,
            submitter: identity.certificate.publicKey.identifier,
            idempotencyKey: IdempotencyKey(content: calls, suite: Self.suite),
            lastValidHeight: lastValidHeight,
            calls: calls
        ).signed(with: identity.key, suite: Self.suite)
    }

    /// Offers transactions to nodes in the name of another department's node, which must not run, and does `body`
    /// before the connections end.
    func offer(
        _ transactions: [Transaction],
        to nodes: [Int],
        as index: Int,
        _ body: () async throws -> Void
    ) async throws {
        let identity = try IdentityDirectory(identityPath(index)).load(suite: Self.suite)
        let places = try nodes.map {
            (try reference($0).member, NodeAddress(host: "127.0.0.1", port: UInt16(ports[$0])))
        }
        let system = try ClusterSystem(
            identity: identity,
            anchors: genesis.anchors,
            realm: genesis.digest,
            addresses: Dictionary(uniqueKeysWithValues: places),
            logger: Self.logger,
            clock: { SystemWallClock().now }
        )
        let batch = TransactionBatch(transactions: transactions.map(\.derBytes))
        for (member, _) in places {
            let peer = try ValidatorPeer.resolve(
                id: ActorAddress(member: member, actor: ValidatorPeer.name), using: system)
            try await peer.offer(batch)
        }
        try await body()
        await system.shutDown()
    }
}
