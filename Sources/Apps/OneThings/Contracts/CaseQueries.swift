public import Formats
public import Identity
public import Ledger
public import Licences
public import SwiftASN1

/// A clock of a case, as it shows: by when, and how urgent (绿、黄、红).
public struct CaseDeadline: DERSequence, Hashable {
    public let step: Label
    /// When the step shows as amber; `nil` where the definition says nothing of that.
    public let amber: Timestamp?
    /// The first moment that is too late; `nil` where there is no limit, or its end is not known: the clock stands, or
    /// the calendar lacks the year.
    public let end: Timestamp?

    init(step: Label, amber: Timestamp?, end: Timestamp?) { (self.step, self.amber, self.end) = (step, amber, end) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        step = try fields.label()
        amber = try fields.optional(tag: 0) { try $0.timestamp() }
        end = try fields.optional(tag: 1) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(step)
        try fields.serialize(optional: amber, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: end, tag: 1) { try $0.serialize($1) }
    }
}

/// How a case stands (办理进度), by the ledger time of the answer: clocks that have ended by then have taken effect in it,
/// whether or not a block has recorded that yet.
public struct CaseStanding: DERSequence, Hashable {
    public let known: OneThingCase
    /// Of the steps that are in somebody's hand.
    public let deadlines: [CaseDeadline]
    /// When the next clock ends, if nothing happens before.
    public let nextDue: Timestamp?
    /// Ledger time of the answer.
    public let time: Timestamp
    /// Events in the case's trail.
    public let eventCount: UInt64

    package init(_ machine: CaseMachine, at time: Timestamp, eventCount: UInt64) {
        known = machine.state
        self.time = time
        self.eventCount = eventCount
        nextDue = machine.nextDue?.time
        deadlines = machine.state.steps.indices.compactMap { index in
            let status = machine.state.steps[index].status
            guard status.isInHand || status == .objected else { return nil }
            let step = machine.definition.steps[index]
            return CaseDeadline(
                step: step.name, amber: machine.amber(of: index), end: (try? machine.answerEnd(of: index)) ?? nil)
        }
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        known = try OneThingCase(derEncoded: &fields)
        deadlines = try fields.list(limit: OneThingLimits.stepCount) { try CaseDeadline(derEncoded: &$0) }
        time = try fields.timestamp()
        eventCount = UInt64(try fields.integer(in: 0...Int64.max))
        nextDue = try fields.optional(tag: 0) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(known)
        try fields.serialize(list: deadlines) { try $0.serialize($1) }
        try fields.serialize(time)
        try fields.serialize(eventCount)
        try fields.serialize(optional: nextDue, tag: 0) { try $0.serialize($1) }
    }
}

extension CaseMachine {
    /// When a step in hand shows as amber.
    func amber(of index: Int) -> Timestamp? {
        let limits = definition.steps[index].limits
        guard let limit = limits.amber, let clock = state.steps[index].clock(limits) else { return nil }
        return (try? clock.end(of: limit, in: calendar)) ?? nil
    }
}

/// A page of a list: where it begins, and how long it may be.
public struct CasePage: DERSequence, Hashable {
    /// Whose list it is: a department's name; of a case's events, its code.
    public let of: String
    public let from: UInt64
    public let limit: Int64

    public init(of department: DepartmentName, from: UInt64, limit: Int) {
        (of, self.from, self.limit) = (department.rawValue, from, Int64(max(1, limit)))
    }

    public init(of code: OneThingCode, from: UInt64, limit: Int) {
        (of, self.from, self.limit) = (code.text, from, Int64(max(1, limit)))
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        of = try fields.text(limit: 64)
        from = UInt64(try fields.integer(in: 0...Int64.max))
        limit = try fields.integer(in: 1...Int64.max)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: of)
        try fields.serialize(from)
        try fields.serialize(limit)
    }
}

/// What a query answers with: a page of a list, and how long the list is.
public struct CaseList<Element: DERSequence & Hashable>: DERSequence, Hashable {
    /// Longest page.
    public static var maximumCount: Int { 500 }

    /// Elements of the whole list.
    public let count: UInt64
    public let elements: [Element]

    package init(count: UInt64, elements: [Element]) { (self.count, self.elements) = (count, elements) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = UInt64(try fields.integer(in: 0...Int64.max))
        elements = try fields.list(limit: Self.maximumCount) { try Element(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(count)
        try fields.serialize(list: elements) { try $0.serialize($1) }
    }
}

/// A duty as a department's inbox shows it (收件箱).
public struct InboxEntry: DERSequence, Hashable {
    public let duty: CaseDuty
    public let matter: Label
    public let attempt: Int64
    public let status: StepStatus
    /// When the step was begun.
    public let since: Timestamp
    public let amber: Timestamp?
    /// The first moment that is too late.
    public let end: Timestamp?
    public let isOverdue: Bool

    package init(_ duty: CaseDuty, _ machine: CaseMachine, index: Int) {
        let step = machine.state.steps[index]
        (self.duty, matter, attempt, status) = (duty, machine.state.matter, step.attempt, step.status)
        since = step.begunAt ?? machine.state.openedAt
        amber = machine.amber(of: index)
        end = (try? machine.answerEnd(of: index)) ?? nil
        isOverdue = step.isOverdue
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        duty = try CaseDuty(derEncoded: &fields)
        matter = try fields.label()
        attempt = try fields.integer(in: 0...Int64(OneThingLimits.attemptCount))
        status = try fields.named()
        since = try fields.timestamp()
        isOverdue = try Bool(derEncoded: &fields)
        amber = try fields.optional(tag: 0) { try $0.timestamp() }
        end = try fields.optional(tag: 1) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(duty)
        try fields.serialize(matter)
        try fields.serialize(attempt)
        try fields.serialize(status)
        try fields.serialize(since)
        try fields.serialize(isOverdue)
        try fields.serialize(optional: amber, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: end, tag: 1) { try $0.serialize($1) }
    }
}

/// A case that is not over, and when its next clock ends.
public struct RunningCase: DERSequence, Hashable {
    public let code: OneThingCode
    public let nextDue: Timestamp?

    package init(_ code: OneThingCode, nextDue: Timestamp?) { (self.code, self.nextDue) = (code, nextDue) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        nextDue = try fields.optional(tag: 0) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(optional: nextDue, tag: 0) { try $0.serialize($1) }
    }
}

/// Arguments of `cases.content`.
public struct ContentQuestion: DERSequence, Hashable {
    public let code: OneThingCode
    public let place: Int64

    public init(_ code: OneThingCode, _ place: Int64) { (self.code, self.place) = (code, place) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        place = try fields.integer(in: 0...Int64(OneThingLimits.contentCount))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(place)
    }
}

extension CasesContract {
    /// The names of queries.
    public enum Query {
        public static let standing = "standing"
        public static let events = "events"
        public static let content = "content"
        public static let stream = "stream"
        public static let duties = "duties"
        public static let running = "running"
    }

    /// The list of all that has happened in a case, for whoever asks for its proof.
    public static func events(of code: OneThingCode) -> TrailKey { CaseKeys.events(code) }

    /// The list of all that has concerned a department.
    public static func stream(of department: DepartmentName) -> TrailKey { CaseKeys.stream(department) }

    func standing(
        _ question: CaseReference, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> CaseStanding {
        var machine = try machine(question.code, in: &snapshot)
        machine.settle(until: snapshot.time)
        let count = try snapshot.head(of: CaseKeys.events(question.code)).count
        return CaseStanding(machine, at: snapshot.time, eventCount: count)
    }

    func events(
        _ page: CasePage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> CaseList<RecordedCaseEvent> {
        let code: OneThingCode
        do throws(LicenceError) {
            code = try OneThingCode(page.of)
        } catch {
            throw ContractError(.malformedArguments, error.message)
        }
        return try list(CaseKeys.events(code), page, on: &snapshot)
    }

    func stream(
        _ page: CasePage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> CaseList<CaseNotice> {
        try list(CaseKeys.stream(try department(page)), page, on: &snapshot)
    }

    func content(
        _ question: ContentQuestion, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> StoredContent {
        let key = CaseKeys.content(question.code, question.place)
        guard let content = try snapshot.get(key, as: StoredContent.self) else {
            throw ContractError(.notFound, "\(question.code) has no content \(question.place)")
        }
        return content
    }

    func duties(_ page: CasePage, on snapshot: inout ContractSnapshot) throws(ContractError) -> CaseList<InboxEntry> {
        let list = CaseKeys.duties(of: try department(page))
        var entries: [InboxEntry] = []
        for bytes in try list.page(from: page.from, limit: page.bounded(InboxEntry.self), in: &snapshot) {
            let duty = try element(bytes, as: CaseDuty.self)
            let machine = try machine(duty.code, in: &snapshot)
            guard let index = machine.index(of: duty.step) else { continue }
            entries.append(InboxEntry(duty, machine, index: index))
        }
        return CaseList(count: try list.count(in: &snapshot), elements: entries)
    }

    func running(_ page: CasePage, on snapshot: inout ContractSnapshot) throws(ContractError) -> CaseList<RunningCase> {
        let list = CaseKeys.running(try department(page))
        var cases: [RunningCase] = []
        for bytes in try list.page(from: page.from, limit: page.bounded(RunningCase.self), in: &snapshot) {
            let code = try element(bytes, as: CaseReference.self).code
            cases.append(RunningCase(code, nextDue: try machine(code, in: &snapshot).nextDue?.time))
        }
        return CaseList(count: try list.count(in: &snapshot), elements: cases)
    }

    private func list<Element: DERSequence & Hashable>(
        _ trail: TrailKey, _ page: CasePage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> CaseList<Element> {
        let elements = try snapshot.elements(
            of: trail, from: page.from, limit: page.bounded(Element.self), as: Element.self)
        return CaseList(count: try snapshot.head(of: trail).count, elements: elements)
    }

    private func department(_ page: CasePage) throws(ContractError) -> DepartmentName {
        guard let department = DepartmentName(page.of) else {
            throw ContractError(.malformedArguments, "'\(page.of)' is no department's name")
        }
        return department
    }

    private func element<Element: DERSequence>(_ bytes: [UInt8], as _: Element.Type) throws(ContractError) -> Element {
        do throws(FormatError) {
            return try Element(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            throw ContractError(.stateUnavailable, "an element of a list is no \(Element.self)")
        }
    }
}

extension CasePage {
    fileprivate func bounded<Element: DERSequence & Hashable>(_: Element.Type) -> Int {
        Int(min(limit, Int64(CaseList<Element>.maximumCount)))
    }
}
