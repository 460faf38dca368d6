import Consensus
import Formats
import Identity
import Ledger

/// How a Byzantine validator differs from an honest one: it runs the shipped replica, and bends what leaves it.
protocol Misbehaviour {
    /// What goes out instead of `message` to `peer`.
    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage]

    /// What goes out instead of a block that a peer asks for.
    mutating func bend(block: [UInt8]?, as traitor: Traitor) -> [UInt8]?

    /// What goes out instead of final blocks that a peer asks for.
    mutating func bend(range: Parcel.RangeReply, as traitor: Traitor) -> Parcel.RangeReply?
}

extension Misbehaviour {
    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        [message]
    }
    mutating func bend(block: [UInt8]?, as traitor: Traitor) -> [UInt8]? { block }
    mutating func bend(range: Parcel.RangeReply, as traitor: Traitor) -> Parcel.RangeReply? { range }
}

/// What a Byzantine validator can do with its own keys, in the epoch that it is in.
struct Traitor {
    let member: MemberName
    let genesis: Genesis
    let validators: ValidatorSet

    /// Its place in the epoch; `nil` where it has none.
    var index: ValidatorIndex? { validators.index(of: member) }

    /// Splits the others in two: whether a peer is in the second half.
    func isInSecondHalf(_ peer: MemberName) -> Bool {
        validators.index(of: peer).map { $0.rawValue % 2 == 1 } ?? false
    }

    /// A vote of its own.
    func vote(_ statement: VoteStatement) -> Vote? {
        guard let index, let key = validators[index]?.key as? VoteKey else { return nil }
        let digest = statement.digest(suite: genesis.suite)
        return Vote(
            statement: statement, validator: index, signature: key.signature(of: SigningPurpose.vote.input(for: digest))
        )
    }

    /// A proposal of its own, of a block whose header it has changed.
    func proposal(_ original: Proposal, of block: Block) -> Proposal? {
        guard let index, let key = validators[index]?.key as? VoteKey else { return nil }
        let statement = original.statement
        let bent = ProposalStatement(
            channel: statement.channel, epoch: statement.epoch, view: statement.view, parentView: statement.parentView,
            parent: statement.parent, block: block.header.digest(suite: genesis.suite))
        let digest = bent.digest(suite: genesis.suite)
        let signature = key.signature(of: SigningPurpose.proposal.input(for: digest))
        return Proposal(signed: SignedProposal(statement: bent, signature: signature), block: block.derBytes)
    }

    /// The block of a proposal, `nil` where it is not this validator's own or does not parse.
    func ownBlock(_ proposal: Proposal) -> Block? {
        guard validators.leader(of: proposal.statement.view) == index, proposal.statement.epoch == validators.epoch
        else { return nil }
        return try? Block(derBytes: proposal.block, limit: Proposal.maximumBlockByteCount)
    }
}

extension BlockHeader {
    /// The same with some other facts.
    func with(timestamp: Timestamp? = nil, transactionsRoot: Digest? = nil, view: View? = nil) -> BlockHeader {
        BlockHeader(
            channel: channel, epoch: epoch, height: height, view: view ?? self.view, parent: parent,
            timestamp: timestamp ?? self.timestamp, proposer: proposer,
            transactionsRoot: transactionsRoot ?? self.transactionsRoot, executed: executed)
    }
}

/// The behaviours by name.
public enum MisbehaviourKind: String, CaseIterable, Sendable, Codable {
    case equivocatingLeader, equivocatingVoter, withholder, certificateLiar, hugeViews, staleEpochs, forgedSync, twins
    case silent, selectiveSender, forgingLeader

    func make() -> any Misbehaviour {
        switch self {
        case .equivocatingLeader: EquivocatingLeader()
        case .equivocatingVoter: EquivocatingVoter()
        case .withholder: Withholder()
        case .certificateLiar: CertificateLiar()
        case .hugeViews: HugeViews()
        case .staleEpochs: StaleEpochs()
        case .forgedSync: ForgedSync()
        case .twins: Twins()
        case .silent: SilentValidator()
        case .selectiveSender: SelectiveSender()
        case .forgingLeader: ForgingLeader()
        }
    }
}
