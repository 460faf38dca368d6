public import Formats
public import Identity

/// A transaction with its DER and its identifier, which are computed once and carried along.
public struct EncodedTransaction: Sendable {
    public let transaction: Transaction
    public let identifier: TransactionIdentifier
    /// The transaction's DER.
    public let bytes: [UInt8]

    public var body: TransactionBody { transaction.body }

    public init(_ transaction: Transaction, suite: any CryptoSuite) {
        self.transaction = transaction
        self.identifier = transaction.identifier(suite: suite)
        self.bytes = transaction.derBytes
    }

    /// Parses a transaction's DER.
    /// - Throws: `FormatError`.
    public init(bytes: [UInt8], limit: Int, suite: any CryptoSuite) throws(FormatError) {
        self.init(try Transaction(derBytes: bytes, limit: limit), suite: suite)
    }
}

/// A transaction whose signature was checked here, with the certificate whose key made it. Only
/// ``TransactionAdmission`` makes one.
public struct VerifiedTransaction: Sendable {
    public let encoded: EncodedTransaction
    /// The certificate that the submitter's key was taken from.
    public let certificate: MemberCertificate

    init(encoded: EncodedTransaction, certificate: MemberCertificate) {
        self.encoded = encoded
        self.certificate = certificate
    }

    public var transaction: Transaction { encoded.transaction }
    public var identifier: TransactionIdentifier { encoded.identifier }
    public var bytes: [UInt8] { encoded.bytes }
    public var member: MemberName { certificate.member }
    public var department: DepartmentName { certificate.member.department }
}
