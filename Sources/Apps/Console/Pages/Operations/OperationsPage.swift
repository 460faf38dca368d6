import Formats
import Identity
import NodeDiagnosis
import Nodes

/// How the node is, what is going to happen to it, and what waits for the departments' votes.
enum OperationsPage {
    struct FindingRow: Sendable {
        let severity: String
        let severityCode: String
        let code: String
        let statement: String
        let advice: String?
    }

    struct PeerRow: Sendable {
        let member: String
        let isReachable: Bool
        let since: String
    }

    struct VoteRow: Sendable {
        let kind: String
        let present: Int
        let quorum: Int
        let missing: String
    }

    struct Consensus: Sendable {
        let view: String
        let leader: String
        let isLeaderAbsent: Bool
        let proposal: String
        let givenUp: Int
        let inView: String
        let votes: [VoteRow]
    }

    struct QueueRow: Sendable {
        let name: String
        let count: String
        let limit: String
        let percent: Int
    }

    struct LockoutRow: Sendable {
        let subject: String
        let until: String
    }

    struct Model: Sendable {
        let member: String
        let version: String
        let height: String
        let headTime: String
        let sinceCommit: String
        let waitingBlocks: String
        let pending: String
        let reachable: Int
        let validatorCount: Int
        let quorum: Int
        let margin: Int
        let isMarginGone: Bool
        let isLost: Bool
        let findings: [FindingRow]
        let consensus: Consensus?
        let peers: [PeerRow]
        let certificates: CertificateForecast
        let freeBytes: String
        let isWritable: Bool
        let growth: String?
        let fullOn: String?
        let queues: [QueueRow]
        let lockouts: [LockoutRow]
        let backups: BackupList
        let ballots: [Ballot]
        let commands: [Command]
    }

    struct Command: Sendable {
        let says: String
        let command: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let services = request.services
        let health = try await services.inspection.health()
        let gateway = await services.inspection.gateway()
        let members = try await EpochMembersReader(services).now()
        let known = await services.inspection.members()
        let examination = Examination(
            node: health, others: known.map { Examination.Other(member: $0.member, health: nil) },
            time: services.clock.now, maximumClockDrift: Int64(services.genesis.limits.maximumClockDrift))
        let isVoter = health.consensus != nil
        let reachable = health.peers.count { $0.isReachable } + (isVoter ? 1 : 0)
        let daysLeft = gateway.dailyGrowthBytes.flatMap { growth in
            health.storage.freeBytes.map { growth > 0 ? $0 / growth : UInt64.max }
        }
        let model = Model(
            member: health.member.description, version: health.version, height: Told.number(health.height.rawValue),
            headTime: Told.time(health.headTime), sinceCommit: span(health.secondsSinceCommit, request),
            waitingBlocks: Told.number(health.waitingBlocks), pending: Told.number(health.pendingTransactions),
            reachable: reachable, validatorCount: health.validatorCount, quorum: health.quorum,
            margin: max(0, reachable - health.quorum), isMarginGone: reachable == health.quorum,
            isLost: reachable < health.quorum, findings: examination.findings.map { row($0, request) },
            consensus: health.consensus.map { consensus($0, request) },
            peers: health.peers.map {
                PeerRow(
                    member: $0.member.description, isReachable: $0.isReachable, since: span($0.seconds, request))
            },
            certificates: CertificateForecast(members.current, own: health.certificates, at: services.clock.now),
            freeBytes: health.storage.freeBytes.map { Told.bytes($0) } ?? "–", isWritable: health.storage.isWritable,
            growth: gateway.dailyGrowthBytes.map { Told.bytes($0) },
            fullOn: daysLeft.flatMap { days in
                days < 3_660 ? Told.day(services.clock.now.advanced(by: .seconds(Int64(days) * 86_400))) : nil
            },
            queues: gateway.queues.map { queue in
                QueueRow(
                    name: request.tell(Vocabulary.word(queue.name)), count: Told.number(queue.count),
                    limit: Told.number(queue.limit),
                    percent: queue.limit > 0 ? min(100, max(0, queue.count) * 100 / queue.limit) : 0)
            },
            lockouts: gateway.lockouts.map { LockoutRow(subject: $0.subject, until: Told.time($0.until)) },
            backups: BackupList(services, at: health.height),
            ballots: try await Ballot.all(services, request.language), commands: commands(request))
        return Page(Words.operations, model, asOf: AsOf(health.height, health.headTime), isLive: true)
    }

    private static func span(_ seconds: Double, _ request: PageRequest) -> String {
        request.tell(Told.duration(milliseconds: Int64(min(seconds, 3e9)) * 1_000))
    }

    private static func row(_ finding: Finding, _ request: PageRequest) -> FindingRow {
        let severity =
            switch finding.severity {
            case .error: Phrase("does not work", "故障")
            case .warning: Phrase("will not for ever", "预警")
            case .notice: Phrase("for information", "提示")
            }
        return FindingRow(
            severity: request.tell(severity), severityCode: finding.severity.rawValue, code: finding.code,
            statement: finding.statement.text(in: request.language),
            advice: finding.advice?.text(in: request.language))
    }

    private static func consensus(_ consensus: NodeHealth.Consensus, _ request: PageRequest) -> Consensus {
        Consensus(
            view: Told.number(consensus.view.rawValue), leader: consensus.leader.description,
            isLeaderAbsent: consensus.isLeaderAbsent, proposal: request.tell(Vocabulary.word(consensus.proposal)),
            givenUp: consensus.consecutiveNullifications, inView: span(consensus.viewSeconds, request),
            votes: consensus.votes.map { votes in
                VoteRow(
                    kind: request.tell(Vocabulary.word(votes.kind)), present: votes.present.count,
                    quorum: consensus.quorum, missing: votes.missing.map(\.description).joined(separator: ", "))
            })
    }

    /// What administrators type: their keys stay with them.
    private static func commands(_ request: PageRequest) -> [Command] {
        [
            (Phrase("Say what is wrong with a node", "诊断节点"), "zhenglian node doctor"),
            (
                Phrase("Propose a new member", "提议新成员"),
                "zhenglian node join --certificate CERTIFICATE --host HOST --port PORT"
            ),
            (
                Phrase("Propose a version of a contract", "提议合约版本"),
                "zhenglian consortium contracts propose CONTRACT --version N --height H"
            ),
            (Phrase("Propose a definition", "提议一件事定义"), "zhenglian onething define propose FILE"),
            (Phrase("Follow the validators offline", "离线跟随验证节点"), "zhenglian consortium follow --file chain.trusted"),
        ].map { Command(says: request.tell($0.0), command: $0.1) }
    }
}

/// When certificates end, and with them the quorum, if nobody renews.
struct CertificateForecast: Sendable {
    struct Row: Sendable {
        let member: String
        let until: String
        let days: String
        let isExpiring: Bool
        let isExpired: Bool
        /// With this one, too few are left.
        let losesQuorum: Bool
        /// Of 1,000, of the longest, for the bar.
        let width: Int
    }

    let rows: [Row]
    let quorumLostOn: String?
    let quorumLostInDays: String?
    let isUrgent: Bool
    let ownUntil: String
    let ownDays: String

    init(_ members: EpochMembersReader.Members, own: [NodeHealth.Certificate], at time: Timestamp) {
        func days(_ end: Timestamp) -> Int64 { (end.milliseconds - time.milliseconds) / 86_400_000 }
        let ordered = members.validators.sorted { $0.notAfter < $1.notAfter }
        // One more than may be missing.
        let last = ordered.count - members.quorum
        let longest = max(1, ordered.map { days($0.notAfter) }.max() ?? 1)
        rows = ordered.enumerated().map { index, node in
            let left = days(node.notAfter)
            return Row(
                member: node.member.description, until: Told.day(node.notAfter), days: Told.number(left),
                isExpiring: (0..<NodesPage.warningDays).contains(left), isExpired: left < 0,
                losesQuorum: index == last, width: Int(max(0, left) * 1_000 / longest))
        }
        let lost = ordered.indices.contains(last) ? ordered[last].notAfter : nil
        quorumLostOn = lost.map { Told.day($0) }
        quorumLostInDays = lost.map { Told.number(days($0)) }
        isUrgent = lost.map { days($0) < NodesPage.warningDays } ?? false
        let ownEnd = own.map(\.notAfter).min()
        ownUntil = ownEnd.map { Told.day($0) } ?? "–"
        ownDays = ownEnd.map { Told.number(days($0)) } ?? "–"
    }
}
