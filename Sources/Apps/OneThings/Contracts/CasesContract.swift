import Formats
import Identity
public import Ledger
import Licences

/// The contract of cases (一件事办件): opens them, takes in what departments do, records what clocks bring, and keeps for
/// each case, and for each department, the list of all that has happened.
///
/// It is a thin shell: what an act means is ``CaseMachine``'s. A clock takes effect when ledger time has passed its
/// end: whatever comes to a case afterwards finds it so, and `settle` records it where nothing else comes.
public struct CasesContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "cases"

    /// The names of methods, as calls spell them.
    public enum Method {
        public static let open = "open"
        public static let act = "act"
        public static let settle = "settle"
        public static let release = "release"
    }

    /// The event that every change of a case emits; it carries the case's ``CaseReference``.
    public static let changed = "changed"

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.open, open),
            ContractMethod(Method.act, act),
            ContractMethod(Method.settle, settle),
            ContractMethod(Method.release, release),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Query.standing, standing),
            ContractQuery(Query.events, events),
            ContractQuery(Query.content, content),
            ContractQuery(Query.stream, stream),
            ContractQuery(Query.duties, duties),
            ContractQuery(Query.running, running),
        ]
    }

    private func open(_ open: OpenCase, in context: inout ContractContext) throws(ContractError) -> CaseReference {
        try checkWriter(context)
        let definition = try context.definitionInForce(of: open.matter, at: context.height)
        guard context.caller.department == definition.leadDepartment else {
            throw ContractError(
                .notPermitted, "cases of \(open.matter) are opened by \(definition.leadDepartment), which leads them")
        }
        try checkSubject(open.subject, of: definition, in: &context)
        let code = try nextCode(in: &context)
        let calendar = try context.calendar(for: definition)
        let time = context.blockTime
        let lead = context.caller.department
        let machine = try translated { () throws(OneThingError) in
            try CaseMachine(
                opening: definition, code: code, subject: open.subject, options: open.options, content: open.content,
                by: lead, at: time, calendar: calendar)
        }
        if let content = open.content {
            try context.put(CaseKeys.content(code, 0), StoredContent(content, of: lead))
        }
        try enter(open.subject.key, definition, code, in: &context)
        try save(machine, after: [], in: &context)
        return CaseReference(code)
    }

    private func act(_ act: ActOnCase, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkWriter(context)
        var machine = try machine(act.code, in: &context)
        let before = machine.assignments
        let place = machine.state.contentCount
        let (department, time) = (context.caller.department, context.blockTime)
        // Clocks first: what the licence has to be depends on where the case stands by then.
        machine.settle(until: time)
        let settled = machine
        machine = try translated { () throws(OneThingError) in
            var next = settled
            try next.apply(act.act, by: department, at: time)
            return next
        }
        try checkLicence(act.act, of: settled, in: &context)
        if let content = act.act.content {
            try context.put(CaseKeys.content(act.code, place), StoredContent(content, of: department))
        }
        if let licence = act.act.licence {
            try enter(CaseSubject.licence(licence).key, machine.definition, act.code, in: &context)
        }
        try save(machine, after: before, in: &context)
        return NoResult()
    }

    private func settle(_ settle: SettleCases, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkMember(context)
        for code in settle.codes {
            var machine = try machine(code, in: &context)
            let before = machine.assignments
            machine.settle(until: context.blockTime)
            guard !machine.events.isEmpty else { continue }
            try save(machine, after: before, in: &context)
        }
        return NoResult()
    }

    private func release(_ release: ReleaseContent, in context: inout ContractContext) throws(ContractError) -> NoResult
    {
        try checkMember(context)
        var machine = try machine(release.code, in: &context)
        let before = machine.assignments
        machine.settle(until: context.blockTime)
        guard let stored = try context.get(CaseKeys.content(release.code, release.content), as: StoredContent.self)
        else { throw ContractError(.notFound, "\(release.code) has no content \(release.content)") }
        let department = context.caller.department
        guard stored.department == department else {
            throw ContractError(.notPermitted, "the content is kept by \(stored.department), which alone gives it out")
        }
        guard !release.items.isEmpty, Set(release.items).count == release.items.count,
            release.items.allSatisfy({ machine.state.content(of: $0) == release.content })
        else {
            throw ContractError(.wrongContent, "the items do not stand in content \(release.content), or not any more")
        }
        let time = context.blockTime
        machine = try translated { () throws(OneThingError) in
            var next = machine
            let index = try next.mayRead(release.items, step: release.step, attempt: release.attempt)
            next.note(.released, index, at: time, by: department) { event in
                (event.items, event.content, event.digest) = (release.items, release.content, release.delivered)
            }
            return next
        }
        try save(machine, after: before, in: &context)
        return NoResult()
    }

    // MARK: State

    func machine(_ code: OneThingCode, in reader: inout some ContractReader) throws(ContractError) -> CaseMachine {
        guard let known = try reader.get(CaseKeys.record(code), of: Self.contractName, as: OneThingCase.self) else {
            throw ContractError(.notFound, "there is no case \(code)")
        }
        guard let definition = try reader.definition(of: known.matter, version: known.definition) else {
            throw ContractError(.stateUnavailable, "the definition of a case is gone")
        }
        return CaseMachine(known, definition: definition, calendar: try reader.calendar(for: definition))
    }

    /// Writes what has become of a case: its record, its events, and who has to do what now.
    private func save(
        _ machine: CaseMachine, after before: [CaseMachine.Assignment], in context: inout ContractContext
    ) throws(ContractError) {
        let code = machine.state.code
        try context.put(CaseKeys.record(code), machine.state)
        for event in machine.events {
            let recorded = RecordedCaseEvent(
                event, recordedAt: context.blockTime, height: context.height, transaction: context.transaction)
            let number = try context.append(recorded, to: CaseKeys.events(code))
            let notice = CaseNotice(event, number: number, of: code)
            for department in machine.audience(of: event) {
                try context.append(notice, to: CaseKeys.stream(department))
            }
        }
        let after = machine.assignments
        for assignment in before where !after.contains(assignment) {
            try CaseKeys.duties(of: assignment.department).remove(assignment.duty.derBytes, in: &context)
        }
        for assignment in after where !before.contains(assignment) {
            try CaseKeys.duties(of: assignment.department).add(assignment.duty.derBytes, in: &context)
        }
        let running = CaseKeys.running(machine.definition.leadDepartment)
        if machine.state.status.isOpen {
            try running.add(CaseReference(code).derBytes, in: &context)
        } else {
            try running.remove(CaseReference(code).derBytes, in: &context)
            try leave(machine.state, in: &context)
        }
        try context.emit(Self.changed, CaseReference(code))
    }

    /// The next case's code: day, number within the day, and a check character (ISO 7064 MOD 37,36).
    private func nextCode(in context: inout ContractContext) throws(ContractError) -> OneThingCode {
        let day = CalendarDate(beijing: context.blockTime)
        let key = CaseKeys.count(day)
        let number = (try context.get(key, as: SlotNumber.self)?.number ?? 0) + 1
        try context.put(key, SlotNumber(number))
        do throws(LicenceError) {
            return try OneThingCode(day: day, number: number)
        } catch {
            throw ContractError(.limitExceeded, "no more cases can be opened today: \(error.message)")
        }
    }
}
