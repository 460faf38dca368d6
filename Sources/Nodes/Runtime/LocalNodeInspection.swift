import ClusterTransport
import Formats
import Identity
import Ledger

/// The node's own condition and blocks, for the applications in its process.
struct LocalNodeInspection: NodeInspection {
    /// How long another member may take to say how it is: people are waiting.
    private static let statusTimeout = Duration.seconds(2)

    let member: MemberName
    let ledger: ChannelLedger
    let service: NodeService
    let facts: HealthService
    let system: ClusterSystem

    func keptBlocks() async throws(LedgerError) -> ClosedRange<Height>? {
        let first = try await ledger.firstWholeHeight()
        let last = ledger.head.height
        return first <= last && last > .zero ? first...last : nil
    }

    func block(at height: Height) async throws(LedgerError) -> Block? { try await ledger.block(at: height) }

    func finalization(at height: Height) async throws(LedgerError) -> QuorumCertificate? {
        try await ledger.finalization(at: height)
    }

    func outcome(at height: Height, index: Int) async throws(LedgerError) -> Outcome? {
        try await ledger.outcome(at: height, index: index)
    }

    func validators(of epoch: Epoch) async throws(LedgerError) -> ValidatorSet? {
        try await ledger.validators(of: epoch)
    }

    func health() async -> NodeHealth { await facts.health() }

    func status(of member: MemberName) async throws -> NodeStatus {
        guard member != self.member else { return try await service.status() }
        let gateway = try LedgerGateway.resolve(
            id: ActorAddress(member: member, actor: LedgerGateway.name), using: system)
        return try await withDeadline(Self.statusTimeout) { try await gateway.status() }
    }
}
