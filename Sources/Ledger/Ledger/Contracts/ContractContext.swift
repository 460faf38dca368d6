public import Formats
public import Identity

/// Who signed the transaction: a member whose certificate is registered, in force at the block's time and not revoked.
public struct Caller: Sendable {
    public let certificate: MemberCertificate

    public init(certificate: MemberCertificate) { self.certificate = certificate }

    public var member: MemberName { certificate.member }
    public var department: DepartmentName { certificate.member.department }
    public var key: KeyIdentifier { certificate.publicKey.identifier }
}

/// All that a contract's method sees and touches. There is no clock but the block's, no randomness, nothing unordered.
///
/// Writes take effect when every call of the transaction has returned, and are seen by the calls after them.
public struct ContractContext: ContractReader {
    public let genesis: Genesis
    /// The height of the block that holds the transaction.
    public let height: Height
    /// The block's timestamp: ledger time.
    public let blockTime: Timestamp
    public let caller: Caller
    public let transaction: TransactionIdentifier

    /// The contract whose call runs: what it reads and writes is its own.
    let contract: String
    var state: TransactionState

    public mutating func get(_ key: StateKey) throws(ContractError) -> [UInt8]? {
        try get(key, of: contract)
    }

    public mutating func get(_ key: StateKey, of contract: String) throws(ContractError) -> [UInt8]? {
        try key.check()
        return try state.value(at: StateAddress(contract: contract, key: key))
    }

    /// Whether a certificate is revoked, by what its department has published up to here: for the built-in contracts.
    mutating func isRevoked(_ certificate: MemberCertificate) throws(ContractError) -> Bool {
        try get(CertificateKeys.revoked(certificate), of: CertificatesContract.name) != nil
    }

    /// The validators of an epoch, `nil` where none is announced: for the built-in contracts.
    mutating func validators(of epoch: Epoch) throws(ContractError) -> EpochValidators? {
        guard epoch > .zero else { return EpochValidators(genesis: genesis) }
        return try get(
            MembershipKeys.validators(of: epoch), of: MembershipContract.name, as: EpochValidators.self)
    }

    /// Sets an entry.
    /// - Throws: ``ContractError`` with code `limitExceeded` where key, value or the transaction's writes are too
    ///   large.
    public mutating func put(_ key: StateKey, _ value: [UInt8]) throws(ContractError) {
        try key.check()
        guard value.count <= ExecutionLimits.valueBytes else {
            throw ContractError(.limitExceeded, "a value has at most \(ExecutionLimits.valueBytes) bytes")
        }
        try state.write(value, at: StateAddress(contract: contract, key: key))
    }

    /// Sets an entry to a structure's DER.
    /// - Throws: as ``put(_:_:)-([UInt8])``.
    public mutating func put(_ key: StateKey, _ value: some DERSequence) throws(ContractError) {
        try put(key, value.derBytes)
    }

    /// Removes an entry; removing what is not there is no error.
    /// - Throws: ``ContractError`` with code `limitExceeded`.
    public mutating func remove(_ key: StateKey) throws(ContractError) {
        try key.check()
        try state.write(nil, at: StateAddress(contract: contract, key: key))
    }

    /// Announces something to whoever follows the ledger. Events stand in the outcome in the order of their emission.
    /// - Throws: ``ContractError`` with code `limitExceeded`.
    public mutating func emit(_ name: String, _ payload: some DERSequence) throws(ContractError) {
        try state.emit(LedgerEvent(contract: contract, name: name, payload: payload.derBytes))
    }
}
