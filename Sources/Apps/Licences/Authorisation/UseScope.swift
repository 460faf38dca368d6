public import Formats
public import Identity
public import SwiftASN1

/// Which licences something is about.
public enum LicenceSelection: Hashable, Sendable {
    /// These licences, whatever their version: 1 to ``UseScope/maximumLicenceCount``, ascending, each once.
    case licences([LicenceKey])
    /// All licences of one kind.
    case type(LicenceTypeCode)

    public func contains(_ licence: LicenceIdentifier) -> Bool {
        switch self {
        case .licences(let licences): licences.contains(LicenceKey(licence))
        case .type(let type): type == licence.typeCode
        }
    }
}

/// What a grant, a statutory basis or an answered request covers (授权范围). Whatever is not named is not covered, but for
/// item, case and region, which are any where none is named.
public struct UseScope: DERSequence, Hashable {
    public static let maximumLicenceCount = 16
    public static let maximumPurposeCount = 16

    public let selection: LicenceSelection
    /// At least one, ascending.
    public let actions: [UseAction]
    /// At least one, ascending.
    public let purposes: [PurposeCode]
    /// At least one, in their fixed order; the file is one of them.
    public let fields: [LicenceColumn]
    /// The first and the last moment of ledger time that are covered.
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    /// 事项; any where `nil`.
    public let item: ItemCode?
    /// 办件; any where `nil`.
    public let caseNumber: CaseNumber?
    /// Where the use takes place: the region and all that lies in it; anywhere where `nil`.
    public let region: RegionCode?
    /// How many decisions may rely on it; any number where `nil`.
    public let maximumUses: Int64?

    /// - Throws: ``LicenceError`` with code `outOfRange` for a scope that covers nothing or too much.
    public init(
        selection: LicenceSelection,
        actions: [UseAction],
        purposes: [PurposeCode],
        fields: [LicenceColumn],
        notBefore: Timestamp,
        notAfter: Timestamp,
        item: ItemCode? = nil,
        caseNumber: CaseNumber? = nil,
        region: RegionCode? = nil,
        maximumUses: Int64? = nil
    ) throws(LicenceError) {
        let purposes = Set(purposes).sorted()
        let selection: LicenceSelection =
            if case .licences(let licences) = selection { .licences(Set(licences).sorted()) } else { selection }
        guard !actions.isEmpty, !fields.isEmpty, (1...Self.maximumPurposeCount).contains(purposes.count) else {
            throw LicenceError(.outOfRange, "a scope names actions, fields and 1 to 16 purposes")
        }
        if case .licences(let licences) = selection {
            guard (1...Self.maximumLicenceCount).contains(licences.count) else {
                throw LicenceError(.outOfRange, "a scope names 1 to 16 licences, or a kind of licence")
            }
        }
        guard notBefore <= notAfter else {
            throw LicenceError(.outOfRange, "a scope ends after it begins")
        }
        if let maximumUses, maximumUses < 1 {
            throw LicenceError(.outOfRange, "a scope covers at least one use")
        }
        self.selection = selection
        self.actions = actions.inOrder
        self.purposes = purposes
        self.fields = fields.inOrder
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.item = item
        self.caseNumber = caseNumber
        self.region = region
        self.maximumUses = maximumUses
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        selection = try fields.licenceSelection()
        actions = try fields.useActions()
        purposes = try fields.orderedSet(limit: Self.maximumPurposeCount) { try $0.domainText(limit: 32) }
        self.fields = try fields.columns()
        notBefore = try fields.timestamp()
        notAfter = try fields.timestamp()
        item = try fields.optionalDomainText(tag: 0)
        caseNumber = try fields.optionalDomainText(tag: 1)
        region = try fields.optionalDomainText(tag: 2)
        maximumUses = try fields.optionalInteger(tag: 3, in: 1...Int64(Int32.max))
        guard !purposes.isEmpty, !self.fields.isEmpty, notBefore <= notAfter else {
            throw FormatError(.outOfRange, "a scope names purposes and fields and ends after it begins")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(selection)
        try fields.serialize(actions: actions)
        try fields.serialize(list: purposes) { try $0.serialize(text: $1.text) }
        try fields.serialize(columns: self.fields)
        try fields.serialize(notBefore)
        try fields.serialize(notAfter)
        try fields.serialize(item, tag: 0)
        try fields.serialize(caseNumber, tag: 1)
        try fields.serialize(region, tag: 2)
        try fields.serialize(integer: maximumUses, tag: 3)
    }
}

extension RegionCode {
    /// Whether `other` is this region or lies in it: pairs of zeros at the end stand for all that is below.
    public func contains(_ other: RegionCode) -> Bool {
        var prefix = Substring(text)
        while prefix.hasSuffix("00") { prefix = prefix.dropLast(2) }
        // 100000 is the whole country.
        return text == "100000" || other.text.hasPrefix(prefix)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func licenceSelection() throws -> LicenceSelection {
        guard let node = next(), node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a selection of licences is missing")
        }
        let tag = node.identifier.tagNumber
        switch tag {
        case 0:
            let licences = try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { node in
                try DER.sequence(node, identifier: .sequence) { nodes in
                    try nodes.orderedSet(limit: UseScope.maximumLicenceCount) { try $0.licenceKey() }
                }
            }
            guard !licences.isEmpty else { throw FormatError(.outOfRange, "a selection names at least one licence") }
            return .licences(licences)
        case 1:
            return .type(
                try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { node in
                    try DER.sequence(node, identifier: .sequence) { try $0.domainText(limit: 21) }
                })
        default:
            throw FormatError(.outOfRange, "[\(tag)] is no selection of licences")
        }
    }

    mutating func licenceKey() throws -> LicenceKey {
        let text = try text(limit: LicenceIdentifier.maximumByteCount)
        guard let key = LicenceKey(text: text) else {
            throw FormatError(.outOfRange, "'\(text)' is no licence: type, issuer and serial with dots between them")
        }
        return key
    }
}

extension DER.Serializer {
    mutating func serialize(_ selection: LicenceSelection) throws {
        switch selection {
        case .licences(let licences):
            try serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
                try coder.appendConstructedNode(identifier: .sequence) { coder in
                    try coder.serialize(list: licences) { try $0.serialize(text: $1.text) }
                }
            }
        case .type(let type):
            try serialize(explicitlyTaggedWithTagNumber: 1, tagClass: .contextSpecific) { coder in
                try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(text: type.text) }
            }
        }
    }
}
