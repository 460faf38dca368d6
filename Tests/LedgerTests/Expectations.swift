import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Runs `body` and returns the error that it throws.
func failure<Failure: Error, Value>(
    _: Failure.Type = Failure.self,
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () async throws -> Value
) async -> Failure? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as Failure {
        return error
    } catch {
        Issue.record("threw \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// A channel's ledger in a directory of its own.
struct LedgerOnDisk {
    let directory: TemporaryDirectory
    private(set) var ledger: ChannelLedger
    let path: String
    private let genesis: Genesis
    private let contracts: Contracts

    init(
        _ consortium: TestConsortium,
        contracts: [any Contract] = [NotesContract()],
        options: StorageOptions = StorageOptions()
    ) throws {
        directory = try TemporaryDirectory()
        path = directory.path("ledger.sqlite")
        genesis = consortium.genesis
        self.contracts = try Contracts(contracts)
        ledger = try ChannelLedger(path: path, genesis: genesis, contracts: self.contracts, options: options)
    }

    /// Closes the ledger and opens it again, as a node that starts anew.
    mutating func reopen() throws {
        try ledger.close()
        ledger = try ChannelLedger(path: path, genesis: genesis, contracts: contracts)
    }
}

/// A consortium, a registered member and a chain whose first block registers it.
struct Scene {
    let consortium: TestConsortium
    let member: MemberIdentity
    var chain: TestChain
    private var key: UInt64 = 0

    init(
        departments: Int = 4,
        limits: ChannelLimits = ChannelLimits(),
        contracts: [any Contract] = [NotesContract()]
    ) throws {
        consortium = try TestConsortium(departments: departments, limits: limits)
        member = try consortium.member("alice")
        chain = try TestChain(consortium, contracts: contracts)
        try append([transaction([], registering: true)])
    }

    /// A transaction of the member, or of another.
    mutating func transaction(
        _ calls: [Call],
        by other: MemberIdentity? = nil,
        registering: Bool = false
    ) throws -> VerifiedTransaction {
        key += 1
        let submitter = other ?? member
        let lifetime = consortium.genesis.limits.transactionLifetime
        let transaction = try consortium.transaction(
            calls,
            by: submitter,
            key: key,
            lastValidHeight: min(
                max(Height(rawValue: 1_000), chain.parent.height.next), chain.parent.height.advanced(by: lifetime)),
            registering: registering
        )
        return try chain.verified(transaction, by: submitter)
    }

    mutating func append(_ transactions: [VerifiedTransaction] = []) throws {
        try chain.append(transactions)
    }

    /// Appends a block with one transaction of these calls, and returns what became of it.
    mutating func outcome(
        of calls: [Call], by other: MemberIdentity? = nil, registering: Bool = false
    ) throws -> Outcome {
        try append([transaction(calls, by: other, registering: registering)])
        return try #require(chain.executed.last?.outcomes.last)
    }
}

extension Outcome {
    /// The rejection's code, `nil` where the transaction took effect.
    var rejectionCode: String? {
        if case .rejected(let rejection) = status { rejection.code } else { nil }
    }
}
