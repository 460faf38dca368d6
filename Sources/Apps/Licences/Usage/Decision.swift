public import Formats
public import Identity
public import SwiftASN1

/// An access decision (访问决定), as the ledger made it before anything was released.
///
/// With the receipt of its entry (``UsageContract/stateName(of:)``) an allowing decision is the requester's ticket: it
/// names whose key may fetch what, until when, and for whom it is encrypted.
public struct Decision: DERSequence, Hashable {
    public enum Outcome: Int64, Hashable, Sendable, Codable {
        /// 允许
        case allowed = 0
        /// 拒绝
        case denied = 1

        /// The Chinese name that people read.
        public var name: String { self == .allowed ? "允许" : "拒绝" }
    }

    public static let version: Int64 = 1
    /// Longest public key that a release can be encrypted to.
    public static let maximumKeyByteCount = 128

    public let identifier: DecisionIdentifier
    /// The version of the ``DecisionRules`` that it was made by.
    public let ruleVersion: UInt64
    public let outcome: Outcome
    /// Why it denies, ascending; empty where it allows.
    public let reasons: [DenialReason]
    public let licence: LicenceIdentifier
    /// The department that issued the licence and releases it.
    public let owner: DepartmentName
    /// `nil` where the ledger knows no holder.
    public let holder: HolderPseudonym?
    public let requester: DepartmentName
    /// The key that asked; the release is handed to whoever proves to have it.
    public let requesterKey: KeyIdentifier
    /// The department's system that asks.
    public let application: ApplicationName
    /// A keyed digest of the operator's number, which the department can resolve.
    public let operatorDigest: Digest?
    /// The holder's grant to the agent who acts.
    public let agent: GrantIdentifier?
    public let authority: Authority
    public let context: UseContext
    public let action: UseAction
    /// What may be released, in the fixed order; empty where it denies.
    public let fields: [LicenceColumn]
    /// Where the use takes place.
    public let region: RegionCode?
    public let channel: UseChannel
    /// DER `SubjectPublicKeyInfo` that the release is encrypted to.
    public let recipientKey: [UInt8]
    /// Ledger time and height of the decision.
    public let decidedAt: Timestamp
    public let height: Height
    /// After this moment of ledger time the owner releases nothing any more.
    public let expiresAt: Timestamp
    /// 亮证: the presentation that was scanned.
    public let presentation: Digest?

    public var isAllowed: Bool { outcome == .allowed }

    package init(
        _ identifier: DecisionIdentifier,
        of request: UseRequest,
        by caller: (department: DepartmentName, key: KeyIdentifier),
        facts: DecisionFacts,
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        ruleVersion = facts.rules.version
        outcome = facts.reasons.isEmpty ? .allowed : .denied
        reasons = facts.reasons
        licence = request.licence
        owner = facts.owner
        holder = facts.holder
        requester = caller.department
        requesterKey = caller.key
        application = request.application
        operatorDigest = request.operatorDigest
        agent = request.agent
        authority = request.authority
        context = request.context
        action = request.action
        fields = facts.reasons.isEmpty ? facts.fields : []
        region = request.region
        channel = request.channel
        recipientKey = request.recipientKey
        decidedAt = time
        self.height = height
        expiresAt = time.advanced(by: .seconds(facts.rules.ticketSeconds))
        presentation = request.presentation?.identifier
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "decision")
        identifier = DecisionIdentifier(try fields.digest())
        ruleVersion = UInt64(try fields.integer(in: 1...Int64.max))
        let number = try fields.enumerated()
        guard let outcome = Outcome(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no outcome of a decision")
        }
        self.outcome = outcome
        reasons = try fields.orderedSet(limit: DenialReason.allCases.count) { fields in
            let number = try fields.integer(in: 0...Int64(Int32.max))
            guard let reason = DenialReason(rawValue: number) else {
                throw FormatError(.outOfRange, "\(number) is no reason for a denial")
            }
            return reason
        }
        guard reasons.isEmpty == (outcome == .allowed) else {
            throw FormatError(.outOfRange, "a denial has reasons, and nothing else has")
        }
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        requester = try fields.label()
        requesterKey = KeyIdentifier(try fields.digest())
        application = try fields.domainText(limit: 32)
        authority = try fields.authority()
        context = try UseContext(derEncoded: &fields)
        action = try fields.useAction()
        self.fields = try fields.columns()
        channel = try fields.useChannel()
        recipientKey = try fields.octets(limit: Self.maximumKeyByteCount)
        decidedAt = try fields.timestamp()
        height = try fields.number()
        expiresAt = try fields.timestamp()
        holder = try fields.optionalPseudonym(tag: 0)
        operatorDigest = try fields.optionalDigest(tag: 1)
        agent = try fields.optionalDigest(tag: 2).map { GrantIdentifier($0) }
        region = try fields.optionalDomainText(tag: 3)
        presentation = try fields.optionalDigest(tag: 4)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier.digest)
        try fields.serialize(ruleVersion)
        try fields.serialize(enumerated: outcome.rawValue)
        try fields.serialize(list: reasons) { try $0.serialize($1.rawValue) }
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: requester.rawValue)
        try fields.serialize(requesterKey.digest)
        try fields.serialize(text: application.text)
        try fields.serialize(authority)
        try fields.serialize(context)
        try fields.serialize(enumerated: action.rawValue)
        try fields.serialize(columns: self.fields)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(octets: recipientKey)
        try fields.serialize(decidedAt)
        try fields.serialize(height)
        try fields.serialize(expiresAt)
        try fields.serialize(holder, tag: 0)
        try fields.serialize(operatorDigest, tag: 1)
        try fields.serialize(agent?.digest, tag: 2)
        try fields.serialize(region, tag: 3)
        try fields.serialize(presentation, tag: 4)
    }
}
