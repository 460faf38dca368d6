public import Formats
public import Identity

/// The one way in which applications reach a ledger, whether the node runs in this process or on another machine.
public protocol LedgerClient: Sendable {
    /// The consortium whose ledger this is.
    var genesis: Genesis { get }

    /// Hands a transaction in and waits until it is final and executed. The same transaction handed in again, at this
    /// node or another, takes effect once and gives the first outcome.
    /// - Throws: ``NodeError``, or the transport's error where no node could be reached in time.
    func submit(_ transaction: Transaction) async throws -> Outcome

    /// Asks a contract.
    /// - Returns: DER of the query's result type, and the height that the answer is as of.
    /// - Throws: ``NodeError``, or the transport's error.
    func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer

    /// Asks a contract, with typed arguments and a typed answer.
    /// - Throws: ``NodeError``, the transport's error, or `FormatError` where the node's answer is no `Result`.
    func query<Result: DERSequence>(
        contract: String, name: String, arguments: some DERSequence, as _: Result.Type
    ) async throws -> (result: Result, height: Height)

    /// A receipt, once a finalised header vouches for what it proves. It is not checked here.
    /// - Throws: ``NodeError`` with code `notFound`, `notSealedYet`, `pruned` or `tooLong`, or the transport's error.
    func receipt(answering question: ReceiptQuestion) async throws -> Receipt

    /// The step that takes a light client to the newest final header. It is not checked here: that is the light
    /// client's own.
    /// - Parameter known: the height of the header that the client knows; `nil` at the genesis.
    /// - Throws: ``NodeError`` with code `notFound` where the node has nothing newer, `notSealedYet` before the first
    ///   final header, or the transport's error.
    func lightClientStep(from known: Height?) async throws -> LightClientStep

    /// How the node is.
    /// - Throws: the transport's error.
    func status() async throws -> NodeStatus

    /// Whose word the answers are: the node that is asked.
    /// - Throws: the transport's error.
    func respondent() async throws -> MemberName
}

extension LedgerClient {
    public func respondent() async throws -> MemberName { try await status().member }

    public func query<Result: DERSequence>(
        contract: String, name: String, arguments: some DERSequence, as _: Result.Type = Result.self
    ) async throws -> (result: Result, height: Height) {
        let answer = try await query(contract: contract, name: name, arguments: arguments.derBytes)
        return (try answer.structure(), answer.height)
    }
}

/// The answer to a query.
public struct QueryAnswer: Sendable, Codable {
    /// DER of the query's result type.
    public let result: [UInt8]
    /// The answer is as of this height.
    public let height: Height

    public init(result: [UInt8], height: Height) {
        self.result = result
        self.height = height
    }

    /// What the answer is, as the query's result type.
    /// - Throws: `FormatError` where it is no `Result`.
    public func structure<Result: DERSequence>(_: Result.Type = Result.self) throws -> Result {
        try Result(derBytes: result, limit: Transaction.maximumByteCount)
    }
}
