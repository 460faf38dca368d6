import Formats
import FormatsTestKit
import Identity
import LedgerTestKit

/// A chain of headers with their states, in which one validator set follows another: what no ledger makes yet.
///
/// Blocks have no transactions: what they change in the state is handed in. Everything that is hashed comes from the
/// reference, everything that is signed from real keys.
struct ProvenChain {
    /// The validators of one epoch with their keys.
    struct Team {
        let statement: EpochValidators
        let members: [MemberIdentity]

        var set: ValidatorSet {
            ValidatorSet(
                epoch: statement.epoch,
                validators: members.map { Validator(member: $0.member, key: $0.key.verificationKey) })
        }
    }

    let consortium: TestConsortium
    private(set) var teams: [Team]
    /// Of heights 1, 2 and so on.
    private(set) var headers: [BlockHeader] = []
    /// After heights 0, 1, 2 and so on.
    private(set) var states: [ReferenceState]
    private(set) var leaves: [JournalLeaf] = []

    var suite: any CryptoSuite { consortium.suite }
    var height: UInt64 { UInt64(headers.count) }

    init(_ consortium: TestConsortium) {
        self.consortium = consortium
        teams = [Team(statement: EpochValidators(genesis: consortium.genesis), members: consortium.validators)]
        states = [ReferenceState(suite: consortium.suite)]
    }

    /// New validators, one for each department, who are going to make final what is from `firstHeight` on.
    func team(_ name: String, of epoch: UInt64, from firstHeight: UInt64) throws -> Team {
        let members = try consortium.validators.indices.map { department in
            try consortium.member(name, department: department, role: .validator)
        }
        return Team(
            statement: EpochValidators(
                epoch: Epoch(rawValue: epoch), firstHeight: Height(rawValue: firstHeight),
                certificates: members.map(\.certificate.der)),
            members: members)
    }

    /// Has the next block name the validators of the next epoch.
    mutating func name(_ team: Team) {
        append([(EpochValidators.name(of: team.statement.epoch), team.statement.derBytes)])
        teams.append(team)
    }

    /// Appends a block that states the results of the one before.
    mutating func append(_ changes: [(name: StateName, value: [UInt8]?)] = []) {
        let header = header(above: headers.last, executing: height)
        var state = states[Int(height)]
        state.apply(changes, at: header.height)
        headers.append(header)
        states.append(state)
        leaves.append(
            JournalLeaf(
                height: header.height, header: header.digest(suite: suite), transactionsRoot: header.transactionsRoot,
                outcomesRoot: Outcome.root([], suite: suite)))
    }

    /// A header after `parent` that states the results of a height.
    func header(
        above parent: BlockHeader?,
        executing executed: UInt64,
        epoch: Epoch? = nil,
        stateRoot: Digest? = nil
    ) -> BlockHeader {
        let height = parent?.height.next ?? Height(rawValue: 1)
        let number = Int64(height.rawValue)
        return BlockHeader(
            channel: consortium.genesis.channel,
            epoch: epoch ?? teams.last { $0.statement.firstHeight <= height }?.statement.epoch ?? .zero,
            height: height,
            view: View(rawValue: height.rawValue),
            parent: parent?.digest(suite: suite) ?? consortium.genesis.channel.digest,
            timestamp: TestConsortium.createdAt.advanced(by: .seconds(number)),
            proposer: ValidatorIndex(rawValue: 0),
            transactionsRoot: Block.transactionsRoot([], suite: suite),
            executed: results(of: executed, stateRoot: stateRoot))
    }

    private func results(of height: UInt64, stateRoot: Digest?) -> ExecutedState {
        ExecutedState(
            height: Height(rawValue: height),
            stateRoot: stateRoot ?? states[Int(height)].root,
            journalRoot: journal(of: height).root)
    }

    /// The journal after a height.
    func journal(of height: UInt64) -> MerkleTree {
        MerkleTree(leaves: leaves.prefix(Int(height)).map(\.derBytes), suite: suite)
    }

    /// The journal of one height as the beginning of that of another.
    func consistency(from first: UInt64, to second: UInt64) -> MerkleConsistency {
        MerkleConsistency(from: first, to: second) { range in
            let bytes = leaves[Int(range.lowerBound)..<Int(range.upperBound)].map(\.derBytes)
            return MerkleTree(leaves: bytes, suite: suite).root
        }
    }

    /// The block of a height in the journal after another.
    func journalProof(of height: UInt64, in executed: UInt64) -> JournalProof {
        JournalProof(leaf: leaves[Int(height) - 1], path: journal(of: executed).path(to: Int(height) - 1))
    }

    func header(at height: UInt64) -> BlockHeader { headers[Int(height) - 1] }

    /// A header's finalization by the validators of its epoch, or by others.
    func finalization(of header: BlockHeader, by team: Team? = nil) throws -> QuorumCertificate {
        try certificate(
            of: .finalize(
                header.digest(suite: suite), in: header.view, epoch: header.epoch, channel: header.channel),
            by: team ?? teams[Int(header.epoch.rawValue)])
    }

    func certificate(of statement: VoteStatement, by team: Team) throws -> QuorumCertificate {
        let votes = try team.members.enumerated().map { index, member in
            try Vote(statement, by: ValidatorIndex(rawValue: index), key: member.key, suite: suite)
        }
        guard let certificate = QuorumCertificate(statement: statement, votes: votes, validators: team.set) else {
            throw TestKitError("all validators are a quorum")
        }
        return certificate
    }

    /// The change to an epoch, proved by the header of a height.
    func change(to epoch: Int, by height: UInt64) throws -> EpochChange {
        let header = header(at: height)
        return EpochChange(
            header: header,
            finalization: try finalization(of: header),
            validators: teams[epoch].statement,
            proof: proof(of: EpochValidators.name(of: Epoch(rawValue: UInt64(epoch))), at: height))
    }

    /// What the state that the header of a height states says of a name.
    func proof(of name: StateName, at height: UInt64) -> StateProof {
        state(under: height).proof(of: name)
    }

    /// The state that the header of a height states.
    func state(under height: UInt64) -> ReferenceState {
        states[Int(header(at: height).executed.height.rawValue)]
    }

    /// A receipt that the header of a height seals.
    func receipt(_ subject: ReceiptSubject, at height: UInt64, epochs: [EpochChange] = []) throws -> Receipt {
        let header = header(at: height)
        return Receipt(
            suite: consortium.genesis.document.suite, consortium: consortium.genesis.digest, subject: subject,
            sealingHeader: header,
            finalization: try finalization(of: header), epochs: epochs)
    }
}
