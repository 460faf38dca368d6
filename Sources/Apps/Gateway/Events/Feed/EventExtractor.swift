import Formats
import Identity
import Ledger
import Licences
import OneThings

/// Makes events of executed blocks: a value, without I/O, that comes to the same for the same block at every node but
/// for the notices of its own department.
///
/// A block has its event, then each of its transactions with what contracts have announced in it, then the records that
/// it has written, in the order of their keys. An event's place never depends on which events there are besides, so
/// that a version of this software that tells of more does not move what others have noted.
struct EventExtractor: Sendable {
    let suite: any CryptoSuite
    /// Whose notices of cases are told of.
    let department: DepartmentName

    /// - Throws: ``EventError`` with code `corrupted`.
    func events(of block: FollowedBlock) throws(EventError) -> [FeedEvent] {
        var events = [event(of: block)]
        for (place, entry) in block.entries.enumerated() {
            try append(entry, at: place, of: block.header, to: &events)
        }
        try appendRecords(of: block, to: &events)
        return events
    }

    private func event(of block: FollowedBlock) -> FeedEvent {
        let header = block.header
        return FeedEvent(
            cursor: EventCursor(height: header.height, position: 0, index: 0), type: .block, time: header.timestamp,
            departments: [], licences: [], oneThing: nil,
            data: [
                "digest": .text("\(block.digest)"), "parent": .text("\(header.parent)"),
                "proposer": .text(block.proposer.department.rawValue),
                "transactions": .number(Int64(block.entries.count)), "view": .number(Int64(header.view.rawValue)),
                "epoch": .number(Int64(header.epoch.rawValue)),
            ])
    }

    private func append(
        _ entry: FollowedBlock.Entry, at place: Int, of header: BlockHeader, to events: inout [FeedEvent]
    ) throws(EventError) {
        let transaction = try Self.read(entry.transaction, as: Transaction.self, limit: Transaction.maximumByteCount)
        let outcome = try Self.read(entry.outcome, as: Outcome.self, limit: Outcome.maximumByteCount)
        let departments = entry.submitter.map { [$0.department] } ?? []
        let position = UInt32(place + 1)
        var data: [String: EventValue] = [
            "transaction": .text("\(outcome.transaction)"), "index": .number(Int64(place)),
            "submitter": .text("\(transaction.body.submitter)"),
            "calls": .list(
                Self.counted(transaction.body.calls).map {
                    .object(["method": .text($0.name), "count": .number(Int64($0.count))])
                }),
        ]
        if let submitter = entry.submitter { data["role"] = .text(submitter.role.rawValue) }
        var announced: [LedgerEvent] = []
        switch outcome.status {
        case .applied(let made, _):
            data["status"] = .text("applied")
            announced = made
        case .rejected(let rejection):
            data["status"] = .text("rejected")
            // Its message may repeat what the caller has written, and stays with the caller.
            data["code"] = .text(rejection.code)
            data["call"] = .number(Int64(rejection.call))
        }
        func event(_ index: Int, _ content: EventContent) -> FeedEvent {
            FeedEvent(
                cursor: EventCursor(height: header.height, position: position, index: UInt32(index)),
                type: content.type, time: header.timestamp, departments: departments, licences: content.licences,
                oneThing: content.oneThing, data: content.data)
        }
        events.append(event(0, EventContent(.transaction, data)))
        var calls = CallDetails(transaction.body.calls)
        for (number, ledgerEvent) in announced.enumerated() {
            var content = try Self.content(of: ledgerEvent, &calls)
            content.data["transaction"] = .text("\(outcome.transaction)")
            events.append(event(number + 1, content))
        }
    }

    /// The methods that are called, in the order of their first calls, with how often each is: a batch of a thousand
    /// licences says so in a line.
    private static func counted(_ calls: [Call]) -> [(name: String, count: Int)] {
        var names: [(name: String, count: Int)] = []
        var places: [String: Int] = [:]
        for call in calls {
            let name = "\(call.contract).\(call.method)"
            if let place = places[name] {
                names[place].count += 1
            } else {
                places[name] = names.count
                names.append((name, 1))
            }
        }
        return names
    }

    /// - Throws: ``EventError`` with code `corrupted`.
    static func read<Value: DERSequence>(
        _ bytes: [UInt8], as _: Value.Type, limit: Int = ExecutionLimits.valueBytes
    ) throws(EventError) -> Value {
        do throws(FormatError) {
            return try Value(derBytes: bytes, limit: limit)
        } catch {
            throw EventError(
                .corrupted, "a \(Value.self) on the ledger cannot be read: check the ledger, or restore a backup",
                cause: error)
        }
    }
}

/// What an event says, wherever it stands.
struct EventContent {
    let type: EventType
    var departments: [DepartmentName] = []
    var licences: [LicenceKey] = []
    var oneThing: OneThingCode?
    var data: [String: EventValue]

    init(
        _ type: EventType, _ data: [String: EventValue], licences: [LicenceIdentifier] = [],
        departments: [DepartmentName] = [], oneThing: OneThingCode? = nil
    ) {
        (self.type, self.data, self.oneThing) = (type, data, oneThing)
        self.licences = licences.map { LicenceKey($0) }
        for department in departments where !self.departments.contains(department) {
            self.departments.append(department)
        }
    }
}
