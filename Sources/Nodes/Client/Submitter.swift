public import Formats
public import Identity
import Ledger
import Synchronization

/// Signs calls as one member, hands them to the ledger and waits for what becomes of them.
///
/// Nothing takes effect twice: where the way to the node fails, the *same* transaction is handed in again; another one
/// is signed only when the first can never take effect any more. A member whose certificate the ledger does not know is
/// registered first, by a transaction of its own.
public final class Submitter: Sendable {
    /// Most transactions signed for one submission: each but the last is known never to take effect.
    private static let maximumSignatureCount = 8

    private struct State {
        /// The chain's height when it was last heard of: from the node's status first, then from every outcome.
        var height: Height?
        var isRegistered = false
    }

    public let client: any LedgerClient
    public let identity: MemberIdentity
    private let retry: Retry
    private let state: Mutex<State>
    /// What goes with whatever is submitted.
    private let claim: Claim?

    /// What makes a submission the only one of its kind.
    private struct Claim {
        let call: Call
        let key: IdempotencyKey
    }

    public convenience init(client: any LedgerClient, identity: MemberIdentity, retry: Retry = Retry()) {
        self.init(client: client, identity: identity, retry: retry, state: State(), claim: nil)
    }

    private init(client: any LedgerClient, identity: MemberIdentity, retry: Retry, state: State, claim: Claim?) {
        self.client = client
        self.identity = identity
        self.retry = retry
        self.state = Mutex(state)
        self.claim = claim
    }

    /// One that adds a call to what it submits, at its end: a contract that lets it take effect once sees to it that
    /// the others do.
    /// - Parameter key: of everything that is submitted, whatever key is asked for.
    public func claiming(_ call: Call, key: IdempotencyKey) -> Submitter {
        Submitter(
            client: client, identity: identity, retry: retry, state: state.withLock(\.self),
            claim: Claim(call: call, key: key))
    }

    private var genesis: Genesis { client.genesis }

    /// Has `calls` take effect together.
    /// - Parameters:
    ///   - calls: 1 to 1,000 calls, within the channel's limit for a transaction.
    ///   - key: what makes the same calls the same submission, in this process or a later one; `nil` for calls that are
    ///     meant anew each time.
    /// - Throws: ``TransactionRejected``, ``TransactionUndecided``, or ``NodeError``.
    @discardableResult
    public func submit(_ calls: [Call], key: IdempotencyKey? = nil) async throws -> Outcome {
        let outcome = try await outcome(of: calls, key: key)
        if case .rejected(let rejection) = outcome.status { throw TransactionRejected(rejection, of: outcome) }
        return outcome
    }

    /// The same for those who go on after a rejection.
    /// - Throws: ``TransactionRejected`` where the member itself cannot be registered, ``TransactionUndecided``, or
    ///   ``NodeError``.
    public func outcome(of calls: [Call], key: IdempotencyKey? = nil) async throws -> Outcome {
        try await register()
        guard let claim else { return try await execute(calls, key: key ?? Self.freshKey()) }
        return try await execute(calls + [claim.call], key: claim.key)
    }

    /// Sees to it that the ledger knows the member's certificate.
    ///
    /// Several may do so at once, in one process or in many: the transaction is the same, and registering a certificate
    /// again changes nothing.
    /// - Throws: as ``submit(_:key:)``.
    public func register() async throws {
        guard !state.withLock(\.isRegistered) else { return }
        if try await needsRegistration() {
            let calls = [CertificatesContract.registration(of: identity.certificate.der)]
            let outcome = try await execute(calls, key: IdempotencyKey(content: calls, suite: genesis.suite))
            if case .rejected(let rejection) = outcome.status { throw TransactionRejected(rejection, of: outcome) }
        }
        state.withLock { $0.isRegistered = true }
    }

    /// Puts a department's revocation list on the ledger; one that is there already changes nothing.
    /// - Throws: as ``submit(_:key:)``.
    @discardableResult
    public func publish(_ list: RevocationList) async throws -> Outcome {
        try await submit([CertificatesContract.publication(of: list.der)])
    }

    /// Whether the ledger has no certificate for the key, or an older one.
    private func needsRegistration() async throws -> Bool {
        do {
            let entry = try await retry.run {
                try await client.query(
                    contract: CertificatesContract.name,
                    name: CertificatesContract.byKeyQuery,
                    arguments: CertificateKeyArguments(key: identity.certificate.publicKey.identifier),
                    as: RegisteredCertificate.self
                ).result
            }
            guard entry.certificate != identity.certificate.der else { return false }
            let registered = try MemberCertificate(der: entry.certificate, suite: genesis.suite)
            let own = identity.certificate
            return (registered.notBefore, registered.notAfter) < (own.notBefore, own.notAfter)
        } catch let error as NodeError where error.code == .notFound {
            return true
        }
    }

    private func execute(_ calls: [Call], key: IdempotencyKey) async throws -> Outcome {
        var key = key
        var signatureCount = 0
        while true {
            let head = try await height()
            let transaction = try sign(calls, key: key, head: head)
            signatureCount += 1
            do {
                let outcome = try await outcome(of: transaction)
                // A rejection from before this submission is no answer to it: the state has moved on since.
                guard case .rejected = outcome.status, outcome.height <= head,
                    signatureCount < Self.maximumSignatureCount
                else { return outcome }
                key = key.renewed(after: outcome.height, suite: genesis.suite)
            } catch let error as NodeError where error.code == .expired {
                // It never took effect and never will: what was known of the height was too old.
                guard signatureCount < Self.maximumSignatureCount else { throw error }
                state.withLock { $0.height = nil }
            }
        }
    }

    private func outcome(of transaction: Transaction) async throws -> Outcome {
        let identifier = transaction.identifier(suite: genesis.suite)
        let outcome: Outcome
        do {
            outcome = try await retry.run { try await client.submit(transaction) }
        } catch {
            guard Retry.isPassing(error) || error is CancellationError else { throw error }
            throw TransactionUndecided(identifier, lastValidHeight: transaction.body.lastValidHeight, cause: error)
        }
        guard outcome.transaction == identifier else {
            throw NodeError(.unavailable, "the node has answered for transaction \(outcome.transaction), another one")
        }
        state.withLock { $0.height = max($0.height ?? .zero, outcome.height) }
        return outcome
    }

    private static func freshKey() -> IdempotencyKey {
        var generator = SystemRandomNumberGenerator()
        return .random(using: &generator)
    }

    private func sign(_ calls: [Call], key: IdempotencyKey, head: Height) throws -> Transaction {
        try TransactionBody(
            channel: genesis.channel,
            submitter: identity.certificate.publicKey.identifier,
            idempotencyKey: key,
            lastValidHeight: Self.lastValidHeight(from: head, lifetime: genesis.limits.transactionLifetime),
            calls: calls
        ).signed(with: identity.key, suite: genesis.suite)
    }

    /// A quarter to half of the channel's lifetime ahead: far enough to wait, near enough for a node that lags behind.
    ///
    /// The height is a multiple of that quarter, so that the same calls under the same key are the same transaction for
    /// as long as it lasts, whoever signs them again.
    static func lastValidHeight(from head: Height, lifetime: UInt64) -> Height {
        let quarter = lifetime / 4
        guard quarter > 0 else { return head.advanced(by: 1) }
        return head.advanced(by: 2 * quarter - head.rawValue % quarter)
    }

    private func height() async throws -> Height {
        if let known = state.withLock(\.height) { return known }
        let status = try await retry.run { try await client.status() }
        state.withLock { $0.height = max($0.height ?? .zero, status.height) }
        return status.height
    }
}
