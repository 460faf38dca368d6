public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `onethings.propose`.
public struct ProposeDefinition: DERSequence, Hashable {
    public let definition: OneThingDefinition
    /// The height before which it does not come into force, however soon it is approved.
    public let notBefore: Height

    public init(_ definition: OneThingDefinition, notBefore: Height = .zero) {
        (self.definition, self.notBefore) = (definition, notBefore)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        definition = try OneThingDefinition(derEncoded: &fields)
        notBefore = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(definition)
        try fields.serialize(notBefore)
    }
}

/// Arguments of `onethings.approve`: the proposed definition, by the digest of its DER, so that nobody approves another
/// unawares.
public struct ApproveDefinition: DERSequence, Hashable {
    public let matter: Label
    public let definition: Digest

    public init(_ definition: Digest, of matter: Label) { (self.matter, self.definition) = (matter, definition) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        matter = try fields.label()
        definition = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(matter)
        try fields.serialize(definition)
    }
}

/// A definition that is proposed, and the departments whose administrators have approved it.
public struct DefinitionProposal: DERSequence, Hashable {
    public let definition: OneThingDefinition
    public let notBefore: Height
    /// In the order of their approval, the one that proposed it first.
    public package(set) var approvals: [DepartmentName]

    package init(_ proposal: ProposeDefinition, by department: DepartmentName) {
        (definition, notBefore, approvals) = (proposal.definition, proposal.notBefore, [department])
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        definition = try OneThingDefinition(derEncoded: &fields)
        notBefore = try fields.number()
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(definition)
        try fields.serialize(notBefore)
        try fields.serialize(labels: approvals)
    }
}

/// A version of a matter's definition, and since when it is in force.
public struct DefinitionVersion: DERSequence, Hashable {
    public let version: UInt64
    /// Cases that are opened from this height on keep to it.
    public let from: Height
    /// The digest of the definition's DER.
    public let definition: Digest

    package init(version: UInt64, from height: Height, definition: Digest) {
        (self.version, from, self.definition) = (version, height, definition)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        version = UInt64(try fields.integer(in: 1...Int64.max))
        from = try fields.number()
        definition = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(version)
        try fields.serialize(from)
        try fields.serialize(definition)
    }
}

/// The versions of a matter's definition that were adopted, the oldest first.
public struct DefinitionVersions: DERSequence, Hashable {
    public let matter: Label
    public internal(set) var versions: [DefinitionVersion]

    package init(matter: Label, versions: [DefinitionVersion]) { (self.matter, self.versions) = (matter, versions) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        matter = try fields.label()
        versions = try fields.list(limit: OneThingLimits.versionCount) { try DefinitionVersion(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(matter)
        try fields.serialize(list: versions) { try $0.serialize($1) }
    }

    /// The version to which a case keeps that is opened at a height.
    public func inForce(at height: Height) -> DefinitionVersion? { versions.last { $0.from <= height } }
}

/// Arguments of `onethings.matter`.
public struct MatterQuestion: DERSequence, Hashable {
    public let matter: Label
    /// The version that is asked for; `nil` for the one in force.
    public let version: UInt64?

    public init(_ matter: Label, version: UInt64? = nil) { (self.matter, self.version) = (matter, version) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        matter = try fields.label()
        version = try fields.optional(tag: 0) { UInt64(try $0.integer(in: 1...Int64.max)) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(matter)
        try fields.serialize(optional: version, tag: 0) { try $0.serialize($1) }
    }
}

/// The answer of `onethings.matter`.
public struct MatterAnswer: DERSequence, Hashable {
    public let versions: DefinitionVersions
    /// The definition that was asked for; `nil` where none is in force yet.
    public let definition: OneThingDefinition?

    package init(_ versions: DefinitionVersions, definition: OneThingDefinition?) {
        (self.versions, self.definition) = (versions, definition)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        versions = try DefinitionVersions(derEncoded: &fields)
        definition = try fields.optional(tag: 0) { try OneThingDefinition(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(versions)
        try fields.serialize(optional: definition, tag: 0) { try $0.serialize($1) }
    }
}

/// The matters of a ledger, in the order in which they came, each with its versions.
public struct MattersAnswer: DERSequence, Hashable {
    public let matters: [DefinitionVersions]

    package init(_ matters: [DefinitionVersions]) { self.matters = matters }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        matters = try fields.list(limit: OneThingLimits.matterCount) { try DefinitionVersions(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: matters) { try $0.serialize($1) }
    }
}

/// The names of all matters.
package struct MatterNames: DERSequence {
    var names: [Label]

    package init(_ names: [Label]) { self.names = names }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        names = try fields.labels(limit: OneThingLimits.matterCount)
    }

    package func serialize(fields: inout DER.Serializer) throws { try fields.serialize(labels: names) }
}
