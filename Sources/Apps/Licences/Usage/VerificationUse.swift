public import Formats
public import Identity
public import SwiftASN1

/// That a department has compared a licence with the ledger (核验比对), and what came of it.
public struct VerificationUse: DERSequence, Hashable {
    /// What a comparison can come to (核验结果).
    public enum Outcome: Int64, CaseIterable, Hashable, Sendable, Codable {
        /// 一致
        case consistent = 0
        /// 文件不一致
        case fileDiffers = 1
        /// 目录不一致
        case catalogueDiffers = 2
        /// 状态不一致
        case statusDiffers = 3
        /// 未上链
        case notOnLedger = 4
        /// 已下链
        case takenDown = 5

        /// The Chinese name that people read.
        public var name: String {
            switch self {
            case .consistent: "一致"
            case .fileDiffers: "文件不一致"
            case .catalogueDiffers: "目录不一致"
            case .statusDiffers: "状态不一致"
            case .notOnLedger: "未上链"
            case .takenDown: "已下链"
            }
        }
    }

    public static let version: Int64 = 1

    /// The digest that names the record: of its transaction and call.
    public let identifier: Digest
    public let licence: LicenceIdentifier
    public let owner: DepartmentName
    public let holder: HolderPseudonym?
    public let verifier: DepartmentName
    public let verifierKey: KeyIdentifier
    public let application: ApplicationName
    public let context: UseContext
    public let channel: UseChannel
    public let outcome: Outcome
    public let verifiedAt: Timestamp
    public let height: Height

    package init(
        _ identifier: Digest,
        _ use: VerifyUse,
        owner: DepartmentName,
        holder: HolderPseudonym?,
        by verifier: (department: DepartmentName, key: KeyIdentifier),
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        licence = use.licence
        self.owner = owner
        self.holder = holder
        self.verifier = verifier.department
        verifierKey = verifier.key
        application = use.application
        context = use.context
        channel = use.channel
        outcome = use.outcome
        verifiedAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "verification's use")
        identifier = try fields.digest()
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        verifier = try fields.label()
        verifierKey = KeyIdentifier(try fields.digest())
        application = try fields.domainText(limit: 32)
        context = try UseContext(derEncoded: &fields)
        channel = try fields.useChannel()
        outcome = try fields.verificationOutcome()
        verifiedAt = try fields.timestamp()
        height = try fields.number()
        holder = try fields.optionalPseudonym(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: verifier.rawValue)
        try fields.serialize(verifierKey.digest)
        try fields.serialize(text: application.text)
        try fields.serialize(context)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(enumerated: outcome.rawValue)
        try fields.serialize(verifiedAt)
        try fields.serialize(height)
        try fields.serialize(holder, tag: 0)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func verificationOutcome() throws -> VerificationUse.Outcome {
        let number = try enumerated()
        guard let outcome = VerificationUse.Outcome(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no outcome of a verification")
        }
        return outcome
    }
}
