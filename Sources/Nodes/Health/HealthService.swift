import Consensus
import Formats
import Identity
import Ledger
import Replication

/// Collects the facts about this node.
struct HealthService: Sendable {
    let monitor: HealthMonitor
    let identities: MemberIdentities
    let ledger: ChannelLedger
    let revocations: RevocationWatch
    let directory: DataDirectory
    let clock: any WallClock

    func health() async -> NodeHealth {
        let (standing, record, time) = await monitor.look()
        let head = ledger.head
        let member = identities.member
        let validators = head.schedule.current.validators
        return NodeHealth(
            member: member,
            version: NodeStatus.currentVersion,
            time: clock.now,
            height: head.height,
            headTime: head.timestamp,
            waitingBlocks: standing.waitingBlocks,
            isBehind: standing.isBehind,
            epoch: standing.epoch,
            validatorCount: standing.validators.count,
            quorum: standing.diagnosis?.quorum ?? validators.quorum,
            pendingTransactions: standing.pendingCount,
            secondsSinceCommit: record.secondsSinceCommit(at: time),
            consensus: standing.diagnosis.map {
                Self.consensus($0, of: standing.validators, viewSeconds: record.secondsInView(at: time))
            },
            peers: record.peers(of: standing, without: member, at: time),
            refusals: record.refusals(at: time),
            certificates: Self.certificates(of: identities, revocations: await revocations.current()),
            storage: StorageState(of: directory.path),
            evidence: Array(
                ProtectedFile.names(in: directory.evidencePath).sorted().prefix(NodeHealth.maximumEvidenceCount)),
            missingContracts: ledger.missingContracts
        )
    }

    private static func consensus(
        _ diagnosis: Diagnosis, of validators: [MemberName], viewSeconds: Double
    ) -> NodeHealth.Consensus {
        func names(_ indices: [ValidatorIndex]) -> [MemberName] { indices.map { validators[$0.rawValue] } }
        return NodeHealth.Consensus(
            view: diagnosis.view,
            leader: validators[diagnosis.leader.rawValue],
            isLeaderAbsent: diagnosis.isLeaderAbsent,
            isActive: diagnosis.isActive,
            lastFinalizedView: diagnosis.lastFinalizedView,
            proposal: diagnosis.proposal,
            quorum: diagnosis.quorum,
            votes: diagnosis.votes.map { votes in
                .init(kind: votes.kind, present: names(votes.present), missing: names(votes.missing))
            },
            consecutiveNullifications: diagnosis.consecutiveNullifications,
            armedTimers: diagnosis.armedTimers,
            recoveryAnswers: diagnosis.recoveryAnswers,
            silentThrough: diagnosis.silentThrough,
            viewSeconds: viewSeconds
        )
    }

    /// The node's certificates: one, or two where the ledger's suite does not serve the transport.
    static func certificates(of identities: MemberIdentities, revocations: Revocations) -> [NodeHealth.Certificate] {
        func certificate(_ purpose: String, _ identity: MemberIdentity) -> NodeHealth.Certificate {
            var isRevoked = false
            do throws(IdentityError) {
                try revocations.check(identity.certificate)
            } catch {
                isRevoked = true
            }
            return NodeHealth.Certificate(
                purpose: purpose, notBefore: identity.certificate.notBefore, notAfter: identity.certificate.notAfter,
                isRevoked: isRevoked)
        }
        let ledger = certificate("ledger", identities.ledger)
        guard identities.ledger.certificate.der != identities.transport.certificate.der else { return [ledger] }
        return [ledger, certificate("transport", identities.transport)]
    }
}
