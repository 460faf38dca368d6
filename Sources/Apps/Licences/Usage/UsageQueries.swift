public import Formats
public import Identity
import Ledger
public import SwiftASN1

extension UsageContract {
    /// The names of queries.
    public enum Query {
        public static let decision = "decision"
        public static let release = "release"
        public static let events = "events"
        public static let rules = "rules"
    }

    func decision(
        _ question: RecordWritten<DecisionIdentifier>, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> Decision {
        guard let decision = try snapshot.decision(question.identifier) else {
            throw ContractError(.notFound, "there is no decision \(question.identifier)")
        }
        return decision
    }

    func release(
        _ question: RecordWritten<DecisionIdentifier>, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> Release {
        let key = UsageKeys.record(.release, question.identifier.digest)
        guard let release = try snapshot.get(key, as: Release.self) else {
            throw ContractError(.notFound, "nothing was released on decision \(question.identifier)")
        }
        return release
    }

    func rules(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> TableAnswer<DecisionRules> {
        TableAnswer(
            table: try snapshot.decisionRules(),
            proposal: try snapshot.get(UsageKeys.proposal, as: TableProposal.self))
    }

    /// A page of a trace, with the records that its elements point to.
    func events(_ question: TraceQuestion, on snapshot: inout ContractSnapshot) throws(ContractError) -> TracePage {
        let trail = question.subject.trail
        let head = try snapshot.head(of: trail)
        let pointers = try snapshot.elements(
            of: trail, from: question.first, limit: Int(question.limit), as: UsagePointer.self)
        var records: [TraceRecord] = []
        var byteCount = 0
        for pointer in pointers {
            guard let bytes = try snapshot.get(UsageKeys.record(pointer.kind, pointer.identifier)) else {
                throw ContractError(.stateUnavailable, "a trace has lost a record")
            }
            byteCount += bytes.count + 16
            guard byteCount <= TracePage.maximumByteCount || records.isEmpty else { break }
            records.append(TraceRecord(kind: pointer.kind, bytes: bytes))
        }
        return TracePage(height: snapshot.height, time: snapshot.time, head: head, records: records)
    }
}

/// Arguments of the query `usage.events`.
public struct TraceQuestion: DERSequence, Hashable {
    /// Most events of a page.
    public static let maximumCount: Int64 = 500

    public let subject: UseSubject
    /// The position of the first event wanted.
    public let first: UInt64
    public let limit: Int64

    public init(_ subject: UseSubject, first: UInt64 = 0, limit: Int64 = maximumCount) {
        self.subject = subject
        self.first = min(first, UInt64(Int64.max))
        self.limit = min(max(1, limit), Self.maximumCount)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        subject = try fields.useSubject()
        first = UInt64(try fields.integer(in: 0...Int64.max))
        limit = try fields.integer(in: 1...Self.maximumCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(subject)
        try fields.serialize(first)
        try fields.serialize(limit)
    }
}

/// A record of a trace, as the state has it.
public struct TraceRecord: DERSequence, Hashable {
    public let kind: UsageEvent.Kind
    /// DER of the record.
    public let bytes: [UInt8]

    public init(kind: UsageEvent.Kind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    public init(_ event: UsageEvent) { self.init(kind: event.kind, bytes: event.recordBytes) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        kind = try fields.usageEventKind()
        bytes = try fields.octets(limit: EntrySubject.maximumValueByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(octets: bytes)
    }

    /// The event that the record is.
    /// - Throws: `FormatError`.
    public func event() throws(FormatError) -> UsageEvent { try UsageEvent(kind: kind, recordBytes: bytes) }
}

/// A page of a trace, and how long the trace is by now.
public struct TracePage: DERSequence, Hashable {
    /// A page ends before the event that would take it above.
    static let maximumByteCount = 512 << 10

    public let height: Height
    /// Ledger time at that height.
    public let time: Timestamp
    public let head: TrailHead
    public let records: [TraceRecord]

    package init(height: Height, time: Timestamp, head: TrailHead, records: [TraceRecord]) {
        self.height = height
        self.time = time
        self.head = head
        self.records = records
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        height = try fields.number()
        time = try fields.timestamp()
        head = try TrailHead(derEncoded: &fields)
        records = try fields.list(limit: Int(TraceQuestion.maximumCount)) { try TraceRecord(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(height)
        try fields.serialize(time)
        try fields.serialize(head)
        try fields.serialize(list: records) { try $0.serialize($1) }
    }
}
