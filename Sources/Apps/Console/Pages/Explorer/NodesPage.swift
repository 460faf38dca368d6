import Formats
import Identity
import Nodes

/// The members' nodes: who they are, how far behind, and for how long their certificates hold.
enum NodesPage {
    struct NodeRow: Sendable {
        let member: String
        let role: String
        let address: String
        let height: String?
        let lag: String?
        let isBehind: Bool
        let isSilent: Bool
        let version: String?
        let uptime: String?
        let validUntil: String
        let days: String
        let isExpiring: Bool
        let isExpired: Bool
        let isOwn: Bool
    }

    struct Model: Sendable {
        let epoch: String
        let since: String
        let quorum: Int
        let validatorCount: Int
        let tolerated: Int
        let nodes: [NodeRow]
        let announcedEpoch: String?
        let announcedHeight: String?
    }

    /// Heights by which a node may be behind while it is asked, without a word.
    static let toleratedLag: UInt64 = 50
    /// Days before a certificate's end from which on it is told: requests go through hands.
    static let warningDays: Int64 = 30

    static func page(_ request: PageRequest) async throws -> Page {
        let reader = EpochMembersReader(request.services)
        let (current, announced, _) = try await reader.now()
        async let answers = request.services.inspection.members()
        let status = try await request.services.ledger.status()
        let statuses = Dictionary(
            await answers.map { ($0.member, $0.status) } + [(status.member, status)], uniquingKeysWith: { $1 ?? $0 })
        let rows = (current.validators + current.observers).map { node in
            row(node, status: statuses[node.member] ?? nil, own: status, request)
        }
        let model = Model(
            epoch: Told.number(current.epoch.rawValue), since: Told.number(current.firstHeight.rawValue),
            quorum: current.quorum, validatorCount: current.validators.count,
            tolerated: current.validators.count - current.quorum, nodes: rows,
            announcedEpoch: announced.map { Told.number($0.epoch.rawValue) },
            announcedHeight: announced.map { Told.number($0.firstHeight.rawValue) })
        return Page(Words.nodes, model, asOf: AsOf(status.height, status.headTime), isLive: true)
    }

    private static func row(
        _ node: EpochMembersReader.Node, status: NodeStatus?, own: NodeStatus, _ request: PageRequest
    ) -> NodeRow {
        let days = (node.notAfter.milliseconds - request.services.clock.now.milliseconds) / 86_400_000
        let lag = status.map { own.height.rawValue > $0.height.rawValue ? own.height.rawValue - $0.height.rawValue : 0 }
        return NodeRow(
            member: node.member.description, role: request.tell(Vocabulary.word(node.member.role.rawValue)),
            address: node.address, height: status.map { Told.number($0.height.rawValue) },
            lag: lag.map { Told.number($0) }, isBehind: (lag ?? 0) > toleratedLag, isSilent: status == nil,
            version: status?.version,
            uptime: status.map { request.tell(Told.duration(milliseconds: Int64($0.uptimeSeconds * 1_000))) },
            validUntil: Told.day(node.notAfter), days: Told.number(days), isExpiring: (0..<warningDays).contains(days),
            isExpired: days < 0, isOwn: node.member == own.member)
    }
}
