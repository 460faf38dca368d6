import Formats
import GRDB
import Identity

/// The entries of the contract `certificates` as blocks change them: what tells under which certificate a transaction
/// was executed.
struct CertificateRegistry {
    private let resolver: SubmitterResolver
    private var memo = CertificateMemo()
    /// As the blocks so far left them.
    private var entries: [StateKey: [UInt8]] = [:]
    /// What the last block changed, as it was before.
    private var before: [StateKey: [UInt8]?] = [:]

    init(genesis: Genesis) { resolver = SubmitterResolver(genesis: genesis) }

    /// Takes an entry of the state that the ledger begins with.
    mutating func insert(_ change: StateChange) {
        guard change.contract == CertificatesContract.name else { return }
        entries[StateKey(change.key)] = change.value
    }

    /// Takes a block's changes.
    mutating func apply(_ changes: [StateChange]) {
        before.removeAll(keepingCapacity: true)
        for change in changes where change.contract == CertificatesContract.name {
            let key = StateKey(change.key)
            before[key] = .some(entries[key])
            entries[key] = change.value
        }
    }

    /// The certificates under which a transaction of the last block can have been executed, `nil` among them where it
    /// can have had none in force: as the block found them and as it left them, since an earlier transaction of the
    /// same block may have registered or revoked one.
    mutating func candidates(for body: TransactionBody, at time: Timestamp) -> [MemberCertificate?] {
        var memo = memo
        defer { self.memo = memo }
        let now = try? resolver.submitter(of: body, at: time, memo: &memo) { (key) throws(ContractError) in
            entries[key]
        }.certificate
        guard !before.isEmpty else { return [now] }
        let then = try? resolver.submitter(of: body, at: time, memo: &memo) { (key) throws(ContractError) in
            before[key] ?? entries[key]
        }.certificate
        return [now, then]
    }
}
