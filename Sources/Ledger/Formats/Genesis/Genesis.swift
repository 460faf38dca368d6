public import Identity
public import SwiftASN1

/// A department as the genesis fixes it: its name, what people call it, and the authority that speaks for it.
public struct GenesisDepartment: DERSequence, Hashable {
    public let name: DepartmentName
    /// What people call the department, such as 市场监督管理局.
    public let title: String
    /// The codes under which the department issues licences, as their identifiers name the issuer: unified social
    /// credit codes, or region codes where an office has no other. No two departments have one in common.
    public let issuerCodes: [String]
    /// DER of the authority's certificate.
    public let authority: [UInt8]
    /// DER of the authority's certificate for TLS, where TLS does not know the consortium's suite; `nil` elsewhere.
    public let transportAuthority: [UInt8]?

    /// Most issuer codes of one department.
    public static let maximumIssuerCodeCount = 64

    private static let transportAuthorityTag: UInt = 0

    public init(
        name: DepartmentName,
        title: String,
        issuerCodes: [String],
        authority: [UInt8],
        transportAuthority: [UInt8]? = nil
    ) {
        self.name = name
        self.title = title
        self.issuerCodes = issuerCodes
        self.authority = authority
        self.transportAuthority = transportAuthority
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try fields.label()
        title = try fields.text(limit: 256)
        issuerCodes = try fields.list(limit: Self.maximumIssuerCodeCount) { try $0.text(limit: 18) }
        authority = try fields.octets(limit: MemberCertificate.maximumByteCount)
        transportAuthority = try fields.optionalOctets(
            tag: Self.transportAuthorityTag, limit: MemberCertificate.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: name.rawValue)
        try fields.serialize(text: title)
        try fields.serialize(list: issuerCodes) { try $0.serialize(text: $1) }
        try fields.serialize(octets: authority)
        try fields.serialize(optionalOctets: transportAuthority, tag: Self.transportAuthorityTag)
    }
}

extension GenesisDepartment {
    /// The authority's certificates, parsed and checked.
    /// - Throws: `IdentityError`.
    func authorityCertificates() throws(IdentityError) -> AuthorityCertificates {
        var transport: TrustAnchor?
        if let transportAuthority {
            transport = try TrustAnchor(department: name, der: transportAuthority)
        }
        return try AuthorityCertificates(
            ledger: TrustAnchor(department: name, der: authority), transport: transport)
    }
}

/// One of the first validators: its certificate, whose key checks its votes, and where it listens at first.
public struct GenesisValidator: DERSequence, Hashable {
    /// DER of the node's certificate.
    public let certificate: [UInt8]
    public let host: String
    public let port: Int

    public init(certificate: [UInt8], host: String, port: Int) {
        self.certificate = certificate
        self.host = host
        self.port = port
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        host = try fields.text(limit: 253)
        port = Int(try fields.integer(in: 1...65_535))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: certificate)
        try fields.serialize(text: host)
        try fields.serialize(port)
    }
}

/// The file that a consortium begins with (创世文件): it fixes departments, trust anchors, first validators, suite and
/// limits. Its digest names the consortium. Verifying anything takes this file and nothing else.
public struct GenesisDocument: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// A longer file is refused before it is parsed.
    public static let maximumByteCount = 2 << 20
    /// Most departments of a consortium.
    public static let maximumDepartmentCount = 256

    public let consortium: ConsortiumName
    public let channel: Label
    public let createdAt: Timestamp
    public let suite: CryptoSuiteIdentifier
    public let departments: [GenesisDepartment]
    public let validators: [GenesisValidator]
    public let limits: ChannelLimits

    public init(
        consortium: ConsortiumName,
        channel: Label,
        createdAt: Timestamp,
        suite: CryptoSuiteIdentifier,
        departments: [GenesisDepartment],
        validators: [GenesisValidator],
        limits: ChannelLimits
    ) {
        self.consortium = consortium
        self.channel = channel
        self.createdAt = createdAt
        self.suite = suite
        self.departments = departments
        self.validators = validators
        self.limits = limits
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "genesis")
        consortium = try fields.label()
        channel = try fields.label()
        createdAt = try fields.timestamp()
        suite = try fields.suite()
        departments = try fields.list(limit: Self.maximumDepartmentCount) { try GenesisDepartment(derEncoded: &$0) }
        validators = try fields.list(limit: ValidatorSet.maximumCount) { try GenesisValidator(derEncoded: &$0) }
        limits = try ChannelLimits(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: consortium.rawValue)
        try fields.serialize(text: channel.rawValue)
        try fields.serialize(createdAt)
        try fields.serialize(suite)
        try fields.serialize(list: departments) { try $0.serialize($1) }
        try fields.serialize(list: validators) { try $0.serialize($1) }
        try fields.serialize(limits)
    }
}

/// A genesis document that has been checked: what all trust starts from.
public struct Genesis: Sendable {
    public let document: GenesisDocument
    /// The digest of the document's DER: the name of the consortium for ever.
    public let digest: Digest
    public let suite: any CryptoSuite
    /// Who certifies what signs on the ledger.
    public let anchors: TrustAnchors
    /// Who certifies what connects: the same as ``anchors`` where TLS knows the suite.
    public let transportAnchors: TrustAnchors
    /// The validators of epoch 0.
    public let validators: ValidatorSet
    public let channel: ChannelIdentifier

    public var limits: ChannelLimits { document.limits }

    /// The department that issues licences under `code`, if one does.
    public func department(issuingUnder code: String) -> DepartmentName? {
        document.departments.first { $0.issuerCodes.contains(code) }?.name
    }

    /// Checks a document: departments are distinct, each authority is its own and of the document's suite, every
    /// validator's certificate is signed by its department's authority, valid when the consortium was created, of role
    /// validator, and none stands twice.
    /// - Throws: ``GenesisError``.
    public init(document: GenesisDocument) throws(GenesisError) {
        do {
            try document.suite.checkAvailability()
        } catch {
            throw GenesisError("this consortium's suite cannot be used here: \(error)")
        }
        let suite = document.suite.suite
        self.document = document
        self.suite = suite
        self.digest = suite.digest(of: document.derBytes)
        (self.anchors, self.transportAnchors) = try Self.anchors(of: document, suite: suite)
        self.validators = try Self.validators(of: document, anchors: anchors)
        self.channel = ChannelIdentifier(consortium: digest, channel: document.channel, suite: suite)
    }

    /// Parses and checks the DER of a genesis file.
    /// - Throws: ``GenesisError``.
    public init(derBytes: [UInt8]) throws(GenesisError) {
        let document: GenesisDocument
        do {
            document = try GenesisDocument(derBytes: derBytes, limit: GenesisDocument.maximumByteCount)
        } catch {
            throw GenesisError("this is no genesis file: \(error)")
        }
        try self.init(document: document)
    }

    private static func anchors(
        of document: GenesisDocument,
        suite: any CryptoSuite
    ) throws(GenesisError) -> (ledger: TrustAnchors, transport: TrustAnchors) {
        guard !document.departments.isEmpty else { throw GenesisError("a consortium has at least one department") }
        guard Set(document.departments.map(\.name)).count == document.departments.count else {
            throw GenesisError("a department stands twice in the genesis file")
        }
        let codes = document.departments.flatMap(\.issuerCodes)
        guard Set(codes).count == codes.count else {
            throw GenesisError("an issuer code stands twice in the genesis file: each belongs to one department")
        }
        do {
            let authorities = try document.departments.map { department throws(IdentityError) in
                try department.authorityCertificates()
            }
            let ledger = try TrustAnchors(
                consortium: document.consortium, suite: suite, anchors: authorities.map(\.ledger))
            guard !document.suite.servesTransport else { return (ledger, ledger) }
            let transport = try TrustAnchors(
                consortium: document.consortium,
                suite: document.suite.transport.suite,
                anchors: authorities.compactMap(\.transport)
            )
            return (ledger, transport)
        } catch {
            throw GenesisError("a department's authority cannot be used: \(error)")
        }
    }

    private static func validators(
        of document: GenesisDocument,
        anchors: TrustAnchors
    ) throws(GenesisError) -> ValidatorSet {
        guard !document.validators.isEmpty else { throw GenesisError("a consortium has at least one validator") }
        do {
            return try ValidatorSet(
                epoch: .zero,
                certificates: document.validators.map(\.certificate),
                anchors: anchors,
                at: document.createdAt
            )
        } catch {
            throw GenesisError(error.message)
        }
    }
}

/// Why a genesis file cannot found a consortium.
public struct GenesisError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
