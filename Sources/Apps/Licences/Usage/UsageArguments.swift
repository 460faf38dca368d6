public import Formats
public import Identity
public import SwiftASN1

/// What somebody asks to do with a licence, without the holder's proof: what the holder signs.
public struct UseRequest: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let licence: LicenceIdentifier
    public let application: ApplicationName
    public let authority: Authority
    public let context: UseContext
    public let action: UseAction
    /// What is asked for, in the fixed order; for the licence's file, the file is among them.
    public let fields: [LicenceColumn]
    public let channel: UseChannel
    /// DER `SubjectPublicKeyInfo` that the release is to be encrypted to.
    public let recipientKey: [UInt8]
    public let nonce: CallNonce
    public let operatorDigest: Digest?
    /// The holder's grant to the agent who acts for the holder.
    public let agent: GrantIdentifier?
    /// Where the use takes place.
    public let region: RegionCode?
    public let presentation: PresentationReference?

    public init(
        licence: LicenceIdentifier,
        application: ApplicationName,
        authority: Authority,
        context: UseContext,
        action: UseAction,
        fields: [LicenceColumn],
        channel: UseChannel,
        recipientKey: [UInt8],
        nonce: CallNonce = CallNonce(),
        operatorDigest: Digest? = nil,
        agent: GrantIdentifier? = nil,
        region: RegionCode? = nil,
        presentation: PresentationReference? = nil
    ) {
        self.licence = licence
        self.application = application
        self.authority = authority
        self.context = context
        self.action = action
        self.fields = fields.inOrder
        self.channel = channel
        self.recipientKey = recipientKey
        self.nonce = nonce
        self.operatorDigest = operatorDigest
        self.agent = agent
        self.region = region
        self.presentation = presentation
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "request to use a licence")
        licence = try fields.licenceIdentifier()
        application = try fields.domainText(limit: 32)
        authority = try fields.authority()
        context = try UseContext(derEncoded: &fields)
        action = try fields.useAction()
        self.fields = try fields.columns()
        channel = try fields.useChannel()
        recipientKey = try fields.octets(limit: Decision.maximumKeyByteCount)
        nonce = try fields.nonce()
        operatorDigest = try fields.optionalDigest(tag: 0)
        agent = try fields.optionalDigest(tag: 1).map { GrantIdentifier($0) }
        region = try fields.optionalDomainText(tag: 2)
        presentation = try fields.optional(tag: 3)
        guard !self.fields.isEmpty else { throw FormatError(.outOfRange, "a request names the fields that it wants") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: application.text)
        try fields.serialize(authority)
        try fields.serialize(context)
        try fields.serialize(enumerated: action.rawValue)
        try fields.serialize(columns: self.fields)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(octets: recipientKey)
        try fields.serialize(nonce.number)
        try fields.serialize(operatorDigest, tag: 0)
        try fields.serialize(agent?.digest, tag: 1)
        try fields.serialize(region, tag: 2)
        try fields.serialize(optional: presentation, tag: 3)
    }

    /// What the holder signs to agree: this request, by this department, until `notAfter`.
    public func statement(
        by requester: DepartmentName,
        notAfter: Timestamp,
        genesis: Genesis
    ) -> HolderStatement {
        let content = RequesterRequest(requester: requester, request: self)
        return HolderStatement(
            channel: genesis.channel, kind: .use, content: genesis.suite.digest(of: content.derBytes),
            notAfter: notAfter)
    }
}

/// A presentation (亮证) as the holder confirms it: how long it lasts and how often it may be scanned.
public struct PresentationReference: DERSequence, Hashable {
    /// The digest that names the presentation.
    public let identifier: Digest
    public let expiresAt: Timestamp
    public let maximumScans: Int64

    /// - Precondition: scans within ``PresentUse/scans``.
    public init(identifier: Digest, expiresAt: Timestamp, maximumScans: Int64 = 1) {
        precondition(PresentUse.scans.contains(maximumScans), "a presentation is scanned 1 to 16 times")
        self.identifier = identifier
        self.expiresAt = expiresAt
        self.maximumScans = maximumScans
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.digest()
        expiresAt = try fields.timestamp()
        maximumScans = try fields.integer(in: PresentUse.scans)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(identifier)
        try fields.serialize(expiresAt)
        try fields.serialize(maximumScans)
    }
}

/// A request with the department that makes it: no other can use the holder's signature.
package struct RequesterRequest: DERSequence, Hashable {
    package let requester: DepartmentName
    package let request: UseRequest

    package init(requester: DepartmentName, request: UseRequest) {
        self.requester = requester
        self.request = request
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        requester = try fields.label()
        request = try UseRequest(derEncoded: &fields)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: requester.rawValue)
        try fields.serialize(request)
    }
}

/// Arguments of `usage.decide` (申请用证): the ledger decides, and writes the decision whatever it is.
public struct DecideUse: DERSequence, Hashable {
    public let request: UseRequest
    /// The holder's or the agent's own, where they are there in person.
    public let proof: HolderProof?

    public init(_ request: UseRequest, proof: HolderProof? = nil) {
        self.request = request
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        request = try UseRequest(derEncoded: &fields)
        proof = try fields.optionalHolderProof()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(request)
        try fields.serialize(proof)
    }
}

/// Arguments of `usage.release` (释放): the owner says what it is about to hand out.
public struct ReleaseUse: DERSequence, Hashable {
    public let decision: DecisionIdentifier
    public let kind: Release.Kind
    public let fields: [LicenceColumn]
    /// The digest of what is handed out, before it is encrypted.
    public let delivered: Digest

    public init(decision: DecisionIdentifier, kind: Release.Kind, fields: [LicenceColumn], delivered: Digest) {
        self.decision = decision
        self.kind = kind
        self.fields = fields.inOrder
        self.delivered = delivered
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        decision = DecisionIdentifier(try fields.digest())
        kind = try fields.releaseKind()
        self.fields = try fields.columns()
        delivered = try fields.digest()
        guard !self.fields.isEmpty else { throw FormatError(.outOfRange, "a release names what it delivers") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(decision.digest)
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(columns: self.fields)
        try fields.serialize(delivered)
    }
}

/// Arguments of `usage.present` (亮证登记): the owner's node has made a presentation.
public struct PresentUse: DERSequence, Hashable {
    /// How often a presentation may be scanned.
    public static let scans: ClosedRange<Int64> = 1...16
    /// A presentation lasts no longer.
    public static let maximumSeconds: Int64 = 600

    public let presentation: Digest
    public let licence: LicenceIdentifier
    public let purpose: PurposeCode
    public let fields: [LicenceColumn]
    public let expiresAt: Timestamp
    public let maximumScans: Int64
    public let audience: DepartmentName?

    /// - Precondition: scans within ``scans``.
    public init(
        presentation: Digest,
        licence: LicenceIdentifier,
        purpose: PurposeCode,
        fields: [LicenceColumn],
        expiresAt: Timestamp,
        maximumScans: Int64 = 1,
        audience: DepartmentName? = nil
    ) {
        precondition(Self.scans.contains(maximumScans), "a presentation is scanned 1 to 16 times")
        self.presentation = presentation
        self.licence = licence
        self.purpose = purpose
        self.fields = fields.inOrder
        self.expiresAt = expiresAt
        self.maximumScans = maximumScans
        self.audience = audience
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        presentation = try fields.digest()
        licence = try fields.licenceIdentifier()
        purpose = try fields.domainText(limit: 32)
        self.fields = try fields.columns()
        expiresAt = try fields.timestamp()
        maximumScans = try fields.integer(in: Self.scans)
        audience = try fields.optionalLabel(tag: 0)
        guard !self.fields.isEmpty else { throw FormatError(.outOfRange, "a presentation shows at least one field") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(presentation)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: purpose.text)
        try fields.serialize(columns: self.fields)
        try fields.serialize(expiresAt)
        try fields.serialize(maximumScans)
        try fields.serialize(label: audience, tag: 0)
    }
}

/// Arguments of `usage.verify` (核验登记): the caller has compared a licence with the ledger.
public struct VerifyUse: DERSequence, Hashable {
    public let licence: LicenceIdentifier
    public let application: ApplicationName
    public let context: UseContext
    public let channel: UseChannel
    public let outcome: VerificationUse.Outcome
    public let nonce: CallNonce

    public init(
        licence: LicenceIdentifier,
        application: ApplicationName,
        context: UseContext,
        channel: UseChannel,
        outcome: VerificationUse.Outcome,
        nonce: CallNonce = CallNonce()
    ) {
        self.licence = licence
        self.application = application
        self.context = context
        self.channel = channel
        self.outcome = outcome
        self.nonce = nonce
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        licence = try fields.licenceIdentifier()
        application = try fields.domainText(limit: 32)
        context = try UseContext(derEncoded: &fields)
        channel = try fields.useChannel()
        outcome = try fields.verificationOutcome()
        nonce = try fields.nonce()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: licence.text)
        try fields.serialize(text: application.text)
        try fields.serialize(context)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(enumerated: outcome.rawValue)
        try fields.serialize(nonce.number)
    }
}
