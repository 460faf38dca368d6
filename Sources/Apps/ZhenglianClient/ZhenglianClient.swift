public import Formats
public import Identity
public import Nodes

/// What applications do with licences on a ledger, through one node, in the name of one member.
///
/// A value: copying it shares the one submitter, so that every part of an application asks for its member's
/// registration once. Nothing that it submits takes effect twice; see `Submitter`.
public struct ZhenglianClient: Sendable {
    /// Signs and hands in, as the member whose identity the client was made with.
    public let submitter: Submitter
    /// Verifies what nodes show.
    public let verifier: ReceiptVerifier

    /// The ledger that is asked.
    public var ledger: any LedgerClient { submitter.client }
    /// The consortium whose ledger it is.
    public var genesis: Genesis { ledger.genesis }
    /// In whose name the client acts.
    public var identity: MemberIdentity { submitter.identity }

    /// Makes a client.
    /// - Parameters:
    ///   - ledger: reaches a node, in this process or over the network.
    ///   - identity: the member that signs.
    public init(ledger: any LedgerClient, identity: MemberIdentity) {
        self.init(submitter: Submitter(client: ledger, identity: identity))
    }

    /// Makes a client on a submitter that its application has already.
    /// - Parameter verifier: one that has verified receipts of this ledger before; `nil` for a new one.
    public init(submitter: Submitter, verifier: ReceiptVerifier? = nil) {
        self.submitter = submitter
        self.verifier = verifier ?? ReceiptVerifier(genesis: submitter.client.genesis)
    }
}

extension ZhenglianClient {
    /// Has calls take effect together, and says what became of them: for those who go on after a rejection. The same
    /// calls take effect once, however often and from whichever process they are handed in.
    /// - Throws: what `Submitter.outcome(of:key:)` throws.
    public func outcome(of calls: [Call]) async throws -> Outcome {
        try await submitter.outcome(of: calls, key: IdempotencyKey(content: calls, suite: genesis.suite))
    }
}
