public import Formats
public import Identity
public import SwiftASN1

/// Something that happened with a licence, or with a holder's pseudonym (用证行为), as it stands in the traces of the
/// licence, the holder and the department that acted.
public enum UsageEvent: Hashable, Sendable {
    /// 决定
    case decision(Decision)
    /// 释放
    case release(Release)
    /// 亮证
    case presentation(PresentationUse)
    /// 核验
    case verification(VerificationUse)
    /// 假名解析
    case resolution(ResolutionUse)

    public enum Kind: Int64, CaseIterable, Hashable, Sendable, Codable {
        case decision = 0
        case release = 1
        case presentation = 2
        case verification = 3
        case resolution = 4

        /// The Chinese name that people read.
        public var name: String {
            switch self {
            case .decision: "决定"
            case .release: "释放"
            case .presentation: "亮证"
            case .verification: "核验"
            case .resolution: "假名解析"
            }
        }
    }

    public var kind: Kind {
        switch self {
        case .decision: .decision
        case .release: .release
        case .presentation: .presentation
        case .verification: .verification
        case .resolution: .resolution
        }
    }

    /// What names the record: of a release, its decision's.
    public var identifier: Digest {
        switch self {
        case .decision(let decision): decision.identifier.digest
        case .release(let release): release.decision.digest
        case .presentation(let presentation): presentation.presentation
        case .verification(let verification): verification.identifier
        case .resolution(let resolution): resolution.identifier
        }
    }

    /// `nil` for a resolution, which is of no licence.
    public var licence: LicenceIdentifier? {
        switch self {
        case .decision(let decision): decision.licence
        case .release(let release): release.licence
        case .presentation(let presentation): presentation.licence
        case .verification(let verification): verification.licence
        case .resolution: nil
        }
    }

    public var holder: HolderPseudonym? {
        switch self {
        case .decision(let decision): decision.holder
        case .release(let release): release.holder
        case .presentation(let presentation): presentation.holder
        case .verification(let verification): verification.holder
        case .resolution(let resolution): resolution.holder
        }
    }

    /// The department in whose trace the event stands: the one that asked, verified, resolved or, for a
    /// presentation, made it.
    public var department: DepartmentName {
        switch self {
        case .decision(let decision): decision.requester
        case .release(let release): release.requester
        case .presentation(let presentation): presentation.owner
        case .verification(let verification): verification.verifier
        case .resolution(let resolution): resolution.resolver
        }
    }

    /// The department that issued the licence; `nil` for a resolution.
    public var owner: DepartmentName? {
        switch self {
        case .decision(let decision): decision.owner
        case .release(let release): release.owner
        case .presentation(let presentation): presentation.owner
        case .verification(let verification): verification.owner
        case .resolution: nil
        }
    }

    /// Ledger time.
    public var time: Timestamp {
        switch self {
        case .decision(let decision): decision.decidedAt
        case .release(let release): release.releasedAt
        case .presentation(let presentation): presentation.presentedAt
        case .verification(let verification): verification.verifiedAt
        case .resolution(let resolution): resolution.resolvedAt
        }
    }

    public var height: Height {
        switch self {
        case .decision(let decision): decision.height
        case .release(let release): release.height
        case .presentation(let presentation): presentation.height
        case .verification(let verification): verification.height
        case .resolution(let resolution): resolution.height
        }
    }

    /// The DER of the record, as its entry of the state holds it.
    public var recordBytes: [UInt8] {
        switch self {
        case .decision(let decision): decision.derBytes
        case .release(let release): release.derBytes
        case .presentation(let presentation): presentation.derBytes
        case .verification(let verification): verification.derBytes
        case .resolution(let resolution): resolution.derBytes
        }
    }

    /// Reads the record of an entry.
    /// - Throws: `FormatError`.
    public init(kind: Kind, recordBytes bytes: [UInt8]) throws(FormatError) {
        let limit = EntrySubject.maximumValueByteCount
        switch kind {
        case .decision: self = .decision(try Decision(derBytes: bytes, limit: limit))
        case .release: self = .release(try Release(derBytes: bytes, limit: limit))
        case .presentation: self = .presentation(try PresentationUse(derBytes: bytes, limit: limit))
        case .verification: self = .verification(try VerificationUse(derBytes: bytes, limit: limit))
        case .resolution: self = .resolution(try ResolutionUse(derBytes: bytes, limit: limit))
        }
    }

    /// What traces hold of the event.
    public func pointer(suite: any CryptoSuite) -> UsagePointer {
        UsagePointer(kind: kind, identifier: identifier, record: suite.digest(of: recordBytes))
    }
}

/// An element of a trace: which record, and the digest of its DER. Records never change, so that a trace that is proved
/// to be complete proves every record in it.
public struct UsagePointer: DERSequence, Hashable {
    public let kind: UsageEvent.Kind
    public let identifier: Digest
    public let record: Digest

    public init(kind: UsageEvent.Kind, identifier: Digest, record: Digest) {
        self.kind = kind
        self.identifier = identifier
        self.record = record
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        kind = try fields.usageEventKind()
        identifier = try fields.digest()
        record = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(identifier)
        try fields.serialize(record)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func usageEventKind() throws -> UsageEvent.Kind {
        let number = try enumerated()
        guard let kind = UsageEvent.Kind(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no kind of use")
        }
        return kind
    }
}
