public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `misconduct.report`: DER of the `Evidence`.
public struct MisconductArguments: DERSequence, Hashable {
    public let evidence: [UInt8]

    public init(evidence: [UInt8]) { self.evidence = evidence }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        evidence = try fields.octets(limit: Evidence.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(octets: evidence) }
}

/// A proved misconduct: an element of the list `cases`, the result of `report`, the event `reported`.
public struct MisconductRecord: DERSequence, Hashable {
    public let epoch: Epoch
    /// The validator that contradicted itself.
    public let offender: MemberName
    public let view: View
    public let kind: MisconductKind
    /// DER of the `Evidence`: whoever has the validators of the epoch checks it without this ledger.
    public let evidence: [UInt8]
    public let reporter: MemberName
    /// The height at which it was reported.
    public let height: Height

    public init(
        epoch: Epoch,
        offender: MemberName,
        view: View,
        kind: MisconductKind,
        evidence: [UInt8],
        reporter: MemberName,
        height: Height
    ) {
        self.epoch = epoch
        self.offender = offender
        self.view = view
        self.kind = kind
        self.evidence = evidence
        self.reporter = reporter
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        epoch = try fields.number()
        offender = try fields.member()
        view = try fields.number()
        let number = try fields.enumerated()
        guard let kind = MisconductKind(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no kind of misconduct")
        }
        self.kind = kind
        evidence = try fields.octets(limit: Evidence.maximumByteCount)
        reporter = try fields.member()
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(epoch)
        try fields.serialize(offender)
        try fields.serialize(view)
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(octets: evidence)
        try fields.serialize(reporter)
        try fields.serialize(height)
    }
}

/// How many cases are on the ledger of one validator in one epoch: the entry `count`.
package struct MisconductCount: DERSequence, Hashable {
    package let count: Int

    package init(count: Int) { self.count = count }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = Int(try fields.integer(in: 0...Int64(Int32.max)))
    }

    package func serialize(fields: inout DER.Serializer) throws { try fields.serialize(count) }
}

/// Arguments of the query `misconduct.list`.
public struct MisconductPageArguments: DERSequence, Hashable {
    /// Position of the first record, from 0.
    public let first: UInt64
    /// Most records; no page has more than ``MisconductContract/recordsPerPage``.
    public let limit: Int

    /// - Precondition: `first` is below 2^63, `limit` from 0 on.
    public init(first: UInt64, limit: Int) {
        precondition(first <= UInt64(Int64.max) && limit >= 0, "a page begins below 2^63")
        self.first = first
        self.limit = limit
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        first = UInt64(try fields.integer(in: 0...Int64.max))
        limit = Int(try fields.integer(in: 0...Int64(Int32.max)))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(first))
        try fields.serialize(limit)
    }
}

/// A page of cases: the answer to the query `misconduct.list`.
public struct MisconductPage: DERSequence, Hashable {
    /// How many there are in all.
    public let count: UInt64
    /// In the order in which they were reported.
    public let records: [MisconductRecord]

    public init(count: UInt64, records: [MisconductRecord]) {
        self.count = count
        self.records = records
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = UInt64(try fields.integer(in: 0...Int64.max))
        records = try fields.list(limit: MisconductContract.recordsPerPage) { try MisconductRecord(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(count))
        try fields.serialize(list: records) { try $0.serialize($1) }
    }
}
