public import Formats
public import Identity
public import SwiftASN1

/// A whole trace with the proof that it is whole (用证轨迹及完整性证明), for whoever has the genesis file: no node, no network.
///
/// The ledger chains the elements of a trace, and its state vouches for the chain's head. The records give the
/// elements, these give the head, and one receipt shows that the state had that head: nothing is missing, nothing was
/// put in, and the order is the ledger's. The receipt may begin after any number of elements, so that it stays small
/// however long the trace is.
public struct TraceProof: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// Most records of one trace that is taken in at once.
    public static let maximumRecordCount = 100_000
    /// Longest proof; records take about 600 bytes.
    public static let maximumByteCount = 256 << 20

    public let subject: UseSubject
    /// Every record of the trace, in its order.
    public let records: [TraceRecord]
    /// Of the trail's head, after some or all of the elements.
    public let receipt: Receipt

    public init(subject: UseSubject, records: [TraceRecord], receipt: Receipt) {
        self.subject = subject
        self.records = records
        self.receipt = receipt
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "proved trace")
        subject = try fields.useSubject()
        records = try fields.list(limit: Self.maximumRecordCount) { try TraceRecord(derEncoded: &$0) }
        receipt = try Receipt(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(subject)
        try fields.serialize(list: records) { try $0.serialize($1) }
        try fields.serialize(receipt)
    }

    /// Checks that the records are all of the trace, as of the receipt's height.
    /// - Parameters:
    ///   - genesis: the consortium's.
    ///   - trusted: a validator set that was verified earlier, where there is one.
    /// - Throws: `VerificationError` where the receipt does not hold; ``LicenceError`` with code `wrongTrace` where it
    ///   is not of these records.
    public func verify(against genesis: Genesis, trusting trusted: TrustedValidators? = nil) throws -> ProvedTrace {
        let findings = try receipt.verify(against: genesis, trusting: trusted)
        guard case .list(let list) = findings.subject, list.name == subject.stateName else {
            throw LicenceError(.wrongTrace, "the receipt is not of the trace of \(subject)")
        }
        guard case .list(let proved) = receipt.subject else {
            throw LicenceError(.wrongTrace, "the receipt is not of a trace")
        }
        let (events, head) = try Self.chain(records, suite: genesis.suite) { position, head in
            guard position == proved.preceding.count, head != proved.preceding else { return }
            throw LicenceError(.wrongTrace, "the first \(position) records are not those that the receipt goes on from")
        }
        guard head == list.head else {
            throw LicenceError(
                .wrongTrace,
                "the ledger has \(list.head.count) events of \(subject), "
                    + "and these \(records.count) records are not they",
                found: "\(records.count)", expected: "\(list.head.count)")
        }
        return ProvedTrace(subject: subject, events: events, findings: findings)
    }

    /// Chains records as the ledger chains the elements that point to them.
    /// - Parameter check: is told the head before each record and after the last.
    static func chain(
        _ records: [TraceRecord],
        suite: any CryptoSuite,
        check: (UInt64, TrailHead) throws -> Void = { _, _ in }
    ) throws -> (events: [UsageEvent], head: TrailHead) {
        var head = TrailHead.empty
        var events: [UsageEvent] = []
        events.reserveCapacity(records.count)
        for record in records {
            try check(head.count, head)
            let event = try record.event()
            let pointer = UsagePointer(
                kind: record.kind, identifier: event.identifier, record: suite.digest(of: record.bytes))
            head = head.appending(pointer.derBytes, suite: suite)
            events.append(event)
        }
        try check(head.count, head)
        return (events, head)
    }

    /// The head that records lead to: what a receipt of the rest is asked after.
    public static func head(of records: [TraceRecord], suite: any CryptoSuite) throws -> TrailHead {
        try chain(records, suite: suite).head
    }
}

/// A trace that is known to be whole as of a height.
public struct ProvedTrace: Sendable {
    public let subject: UseSubject
    /// All events, in the ledger's order.
    public let events: [UsageEvent]
    /// What the receipt establishes.
    public let findings: ReceiptFindings
}

/// The traces of one subject: of a holder, one for each pseudonym.
public struct TraceDocument: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let traces: [TraceProof]

    public init(_ traces: [TraceProof]) { self.traces = traces }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "document of traces")
        traces = try fields.list(limit: HolderLink.maximumLength + 1) { try TraceProof(derEncoded: &$0) }
        guard !traces.isEmpty else { throw FormatError(.outOfRange, "a document of traces has at least one") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(list: traces) { try $0.serialize($1) }
    }
}

extension LicenceError.Code {
    /// The records are not the trace that the receipt is of.
    public static let wrongTrace = Self(rawValue: "wrongTrace")
    /// The export or its seal was changed, or was sealed by nobody of the consortium.
    public static let wrongSeal = Self(rawValue: "wrongSeal")
}
