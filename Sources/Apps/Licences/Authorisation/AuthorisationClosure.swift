public import Formats
public import Identity
public import Ledger
public import SwiftASN1

/// That everything which was granted on a licence up to here has ended (授权关闭): written by its issuer when the licence
/// is no longer in force. Grants, bases and answered requests that cover several licences go on for the others.
///
/// Should the licence come into force again, it takes new authorisations to use it.
public struct AuthorisationClosure: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let licence: LicenceIdentifier
    /// The rule or decision by which they end.
    public let basis: String
    public let department: DepartmentName
    public let closedAt: Timestamp
    /// What was written at a later height is not closed.
    public let height: Height
    public let transaction: TransactionIdentifier

    package init(
        _ close: CloseAuthorisations, by department: DepartmentName, at time: Timestamp, height: Height,
        transaction: TransactionIdentifier
    ) {
        (licence, basis, self.department) = (close.licence, close.basis, department)
        (closedAt, self.height, self.transaction) = (time, height, transaction)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "closure of authorisations")
        licence = try fields.licenceIdentifier()
        basis = try fields.text(limit: StatutoryBasis.maximumReferenceByteCount)
        department = try fields.label()
        closedAt = try fields.timestamp()
        height = try fields.number()
        transaction = TransactionIdentifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: basis)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(closedAt)
        try fields.serialize(height)
        try fields.serialize(transaction.digest)
    }
}

/// Arguments of `authorisation.close`.
public struct CloseAuthorisations: DERSequence, Hashable {
    public let licence: LicenceIdentifier
    public let basis: String

    public init(_ licence: LicenceIdentifier, basis: String) { (self.licence, self.basis) = (licence, basis) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        licence = try fields.licenceIdentifier()
        basis = try fields.text(limit: StatutoryBasis.maximumReferenceByteCount)
        guard !basis.isEmpty else { throw FormatError(.outOfRange, "a closure names its basis") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: licence.text)
        try fields.serialize(text: basis)
    }
}

extension AuthorisationContract {
    func close(_ close: CloseAuthorisations, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        try Self.checkText(close.basis, "basis")
        guard let record = try context.catalogueRecord(of: close.licence) else {
            throw ContractError(.notFound, "\(close.licence) is not on the ledger")
        }
        guard context.caller.department == record.department else {
            throw ContractError(
                .notPermitted, "the licence is \(record.department)'s, which alone closes the authorisations on it")
        }
        let status = record.effectiveStatus(at: context.blockTime)
        guard status != .valid, status != .suspended else {
            throw ContractError(
                .wrongScope,
                "\(close.licence) has status \(status.text): authorisations are closed when it is cancelled or revoked")
        }
        try context.put(
            AuthorisationKeys.closure(LicenceKey(close.licence)),
            AuthorisationClosure(
                close, by: context.caller.department, at: context.blockTime, height: context.height,
                transaction: context.transaction))
        return NoResult()
    }
}

extension ContractReader {
    /// The closure of the authorisations on a licence; `nil` where they were never closed.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    public mutating func closure(
        of licence: LicenceIdentifier
    ) throws(ContractError) -> AuthorisationClosure? {
        try get(
            AuthorisationKeys.closure(LicenceKey(licence)), of: AuthorisationContract.contractName,
            as: AuthorisationClosure.self)
    }
}
