import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The second version of the contract `notes`, or a later one: it writes the value backwards, and has a method that the
/// first has not.
struct ReversingNotes: Contract {
    let name = "notes"
    var version = 2
    let introduction = ContractIntroduction.decision

    var methods: [ContractMethod] { [ContractMethod("put", put), ContractMethod("putTwice", putTwice)] }
    var queries: [ContractQuery] { [ContractQuery("get", get)] }

    private func put(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(NotesContract.key(note.key), Note(key: note.key, value: note.value.reversed()))
        return NoResult()
    }

    private func putTwice(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(NotesContract.key(note.key), Note(key: note.key, value: note.value + note.value))
        return NoResult()
    }

    /// Says by which version it was answered.
    private func get(_ note: Note, on snapshot: inout ContractSnapshot) throws(ContractError) -> Note {
        let found = try snapshot.get(NotesContract.key(note.key), as: Note.self)
        return Note(key: "version 2", value: found?.value ?? [])
    }
}

/// A contract that a later release brings to ledgers that run already.
struct LaterContract: Contract {
    let name = "later"
    let version = 1
    let introduction = ContractIntroduction.decision

    var methods: [ContractMethod] { [ContractMethod("put", put)] }
    var queries: [ContractQuery] { [ContractQuery("get", get)] }

    private func put(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(StateKey("later"), note)
        return NoResult()
    }

    private func get(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> Note {
        try snapshot.get(StateKey("later"), as: Note.self) ?? Note(key: "nothing", value: [])
    }
}

/// A consortium whose administrators decide about contracts, on a chain in memory.
struct ContractScene {
    /// What the program of today has, and what the next release has.
    static let old: [any Contract] = [NotesContract()]
    static let new: [any Contract] = [NotesContract(), ReversingNotes(), ReversingNotes(version: 3), LaterContract()]

    var members: MembershipScene

    var consortium: TestConsortium { members.consortium }
    var chain: TestChain { members.scene.chain }
    var height: Height { members.height }
    var suite: any CryptoSuite { consortium.suite }

    init(departments: Int = 4) throws {
        members = try MembershipScene(departments: departments, contracts: Self.new)
        try members.register()
    }

    /// The activation of a version so many blocks after the next one.
    func activation(
        of contract: String = "notes",
        version: Int = 2,
        after notice: UInt64 = ContractLifecycleContract.minimumNotice + 10
    ) -> ContractChange {
        ContractChange(.activation, of: contract, version: version, at: height.next.advanced(by: notice))
    }

    mutating func propose(_ change: ContractChange, by department: Int = 0) throws -> Outcome {
        try members.outcome(
            of: [ContractLifecycleContract.proposal(of: change)], by: members.administrators[department])
    }

    mutating func approve(_ change: ContractChange, by department: Int) throws -> Outcome {
        try members.outcome(
            of: [ContractLifecycleContract.approval(of: change.digest(suite: suite))],
            by: members.administrators[department])
    }

    mutating func withdraw(_ change: ContractChange, by department: Int) throws -> Outcome {
        try members.outcome(
            of: [ContractLifecycleContract.withdrawal(of: change.digest(suite: suite))],
            by: members.administrators[department])
    }

    /// Proposes, and has as many of four departments approve as it takes.
    mutating func decide(_ change: ContractChange) throws {
        #expect(try propose(change).rejectionCode == nil)
        #expect(try approve(change, by: 1).rejectionCode == nil)
        #expect(try approve(change, by: 2).eventNames.last == (change.kind == .activation ? "planned" : "cancelled"))
    }

    /// Makes a call in a block of its own.
    mutating func call(_ call: Call) throws -> Outcome { try members.scene.outcome(of: [call]) }

    /// Appends empty blocks, of which few have a finalization of their own, up to a height.
    mutating func pass(to height: Height) throws {
        while self.height < height {
            let isLast = self.height.next == height
            try members.scene.chain.append(isFinalized: isLast || self.height.rawValue.isMultiple(of: 32))
        }
    }
}

extension Outcome {
    /// How the proposal stands that the transaction's last call is about.
    func contractStanding(sourceLocation: SourceLocation = #_sourceLocation) throws -> ContractProposalStanding {
        guard case .applied(_, let values) = status else {
            Issue.record("rejected: \(status)", sourceLocation: sourceLocation)
            throw TestKitError("rejected")
        }
        return try ContractProposalStanding(derBytes: try #require(values.last), limit: 1 << 16)
    }
}
