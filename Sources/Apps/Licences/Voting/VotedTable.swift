public import Formats
public import Identity
public import SwiftASN1

/// A table on the ledger that the departments of a consortium change by a vote, one version after the other.
public protocol VotedTable: DERSequence, Hashable {
    /// Counts one up with every change; the built-in table is version 1.
    var version: UInt64 { get }
}

/// The next version of a table that has been proposed, and the departments whose administrators have approved it.
public struct TableProposal<Table: VotedTable>: DERSequence, Hashable {
    public let table: Table
    /// In the order of their approval, the one that proposed it first.
    public internal(set) var approvals: [DepartmentName]

    package init(table: Table, approvals: [DepartmentName]) {
        (self.table, self.approvals) = (table, approvals)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        table = try Table(derEncoded: &fields)
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(table)
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
    }
}

/// Arguments of `catalogue.approveCodes` and `usage.approveRules`: the proposed table, by the digest of its DER, so
/// that nobody approves another unawares.
public struct ApproveTable: DERSequence, Hashable {
    public let table: Digest

    public init(_ table: Digest) { self.table = table }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { table = try fields.digest() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(table) }
}

/// The answer of `catalogue.codes` and `usage.rules`: the table in force, and what is proposed in its place.
public struct TableAnswer<Table: VotedTable>: DERSequence, Hashable {
    public let table: Table
    public let proposal: TableProposal<Table>?

    public init(table: Table, proposal: TableProposal<Table>?) {
        (self.table, self.proposal) = (table, proposal)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        table = try Table(derEncoded: &fields)
        proposal = try DER.optionalExplicitlyTagged(&fields, tagNumber: 0, tagClass: .contextSpecific) {
            try TableProposal(derEncoded: $0)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(table)
        if let proposal {
            try fields.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) {
                try $0.serialize(proposal)
            }
        }
    }
}
