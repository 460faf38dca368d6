public import Formats
public import Identity
import Ledger
public import Licences
import Nodes
public import OneThings

/// Cases of one-things (一件事办件): opens them, acts in them, and asks how they stand.
public struct CasesClient: Sendable {
    let client: ZhenglianClient

    // MARK: What departments do

    /// Opens a case, as the department that leads its matter.
    /// - Parameter key: what makes the same opening the same one, in this process or a later; `nil` for one that is
    ///   meant anew. A counter that opens on a submission of its own system hands in that submission's key.
    /// - Throws: `TransactionRejected`; otherwise as `Submitter.submit(_:key:)`.
    public func open(_ open: OpenCase, key: IdempotencyKey? = nil) async throws -> OneThingCode {
        let reference: CaseReference = try await client.submitter.submit(
            [call(CasesContract.Method.open, open)], key: key
        ).result(0)
        return reference.code
    }

    /// Has an act take effect, together with the calls that it rests on: a licence that the step issues or cancels is
    /// issued or cancelled in the very transaction that answers the step.
    /// - Parameters:
    ///   - act: names the attempt that it is about, so that it is carried out once.
    ///   - code: the case.
    ///   - calls: take effect before the act, and not at all if the act does not: those of ``issuing(_:)`` or
    ///     ``cancelling(_:basis:)``.
    /// - Throws: `TransactionRejected` with the code of what was refused; otherwise as `Submitter.submit(_:key:)`.
    @discardableResult
    public func act(_ act: CaseAct, in code: OneThingCode, after calls: [Call] = []) async throws -> Outcome {
        try await client.submitter.submit(calls + [call(CasesContract.Method.act, ActOnCase(code, act))])
    }

    /// What issues the licence of a step, before the answer that names it.
    public static func issuing(_ licence: PreparedLicence) -> [Call] {
        [LicenceCall.issue(IssueLicence(licence.particulars)), .record(licence.evidence)].map(\.call)
    }

    /// What cancels the licence of a case and closes every authorisation on it, before the answer that relies on that.
    /// - Parameters:
    ///   - licence: the version that the catalogue has.
    ///   - basis: the rule or decision; never a name or a number of a person.
    /// - Throws: `LicenceError` with code `personalData` where the basis looks like it.
    public static func cancelling(_ licence: LicenceIdentifier, basis: String) throws(LicenceError) -> [Call] {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        try PersonalDataGuard().check(Array(basis.utf8))
        let cancellation = ChangeLicenceStatus(
            identifier: licence, operation: .end, status: .cancelled, basis: basis)
        return [
            LicenceCall.changeStatus(cancellation).call,
            Call(
                contract: AuthorisationContract.contractName, method: AuthorisationContract.Method.close,
                arguments: CloseAuthorisations(licence, basis: basis).derBytes),
        ]
    }

    /// Has the ledger record which clocks of some cases have ended.
    /// - Parameter codes: at most `SettleCases.maximumCount`.
    /// - Throws: as `Submitter.submit(_:key:)`.
    @discardableResult
    public func settle(_ codes: [OneThingCode]) async throws -> Outcome {
        try await client.write(CasesContract.contractName, CasesContract.Method.settle, SettleCases(codes))
    }

    // MARK: How cases stand

    /// How a case stands, by the ledger time of the node that answers.
    /// - Throws: `NodeError` with code `notFound`; so do all that ask.
    public func standing(of code: OneThingCode) async throws -> CaseStanding {
        try await ask(CasesContract.Query.standing, CaseReference(code))
    }

    /// How far a case has come, with what its definition says of every step.
    public func progress(of code: OneThingCode) async throws -> CaseProgress {
        let standing = try await standing(of: code)
        return try CaseProgress(standing, definition: try await definition(of: standing.known))
    }

    /// What was handed to whom in a case, and how long that took against the promise.
    public func timeline(of code: OneThingCode) async throws -> CaseTimeline {
        let standing = try await standing(of: code)
        return CaseTimeline(
            try await events(of: code).map(\.event), definition: try await definition(of: standing.known),
            calendar: try await client.oneThings.calendar().table, at: standing.time)
    }

    /// The definition that a case keeps to.
    public func definition(of known: OneThingCase) async throws -> OneThingDefinition {
        let answer = try await client.oneThings.definitions.matter(known.matter, version: known.definition)
        guard let definition = answer?.definition else {
            throw NodeError(
                .notFound, "the node has no version \(known.definition) of \(known.matter), which \(known.code) is of")
        }
        return definition
    }

    /// All that has happened in a case, page by page to its end.
    public func events(of code: OneThingCode) async throws -> [RecordedCaseEvent] {
        try await all { try await events(of: code, from: $0) }
    }

    /// A page of what has happened in a case.
    /// - Parameter first: the number of its first event, from 0.
    public func events(
        of code: OneThingCode, from first: UInt64, limit: Int = CaseList<RecordedCaseEvent>.maximumCount
    ) async throws -> CaseList<RecordedCaseEvent> {
        try await ask(CasesContract.Query.events, CasePage(of: code, from: first, limit: limit))
    }

    /// A list of content, as the ledger has it.
    /// - Parameter place: its place in the case, from 0.
    public func content(_ place: Int64, of code: OneThingCode) async throws -> StoredContent {
        try await ask(CasesContract.Query.content, ContentQuestion(code, place))
    }

    // MARK: What concerns a department

    /// What a department has to do, or may do (收件箱): all of it.
    ///
    /// It is read page by page; what is done meanwhile may take another duty's place, so that a duty is told twice, or
    /// not before the next time.
    /// - Parameter department: the caller's own when it is `nil`.
    public func inbox(of department: DepartmentName? = nil) async throws -> [InboxEntry] {
        try await all { try await inbox(of: department, from: $0) }
    }

    /// A page of what a department has to do.
    public func inbox(
        of department: DepartmentName? = nil, from first: UInt64, limit: Int = CaseList<InboxEntry>.maximumCount
    ) async throws -> CaseList<InboxEntry> {
        try await ask(CasesContract.Query.duties, page(of: department, first, limit))
    }

    /// A page of all that has concerned a department (事件流), which can be read again from any place.
    /// - Parameter cursor: the number of the first entry, from 0.
    public func stream(
        of department: DepartmentName? = nil, from cursor: UInt64, limit: Int = CaseList<CaseNotice>.maximumCount
    ) async throws -> CaseList<CaseNotice> {
        try await ask(CasesContract.Query.stream, page(of: department, cursor, limit))
    }

    /// A page of the cases that a department leads and that are not over.
    public func running(
        of department: DepartmentName? = nil, from first: UInt64, limit: Int = CaseList<RunningCase>.maximumCount
    ) async throws -> CaseList<RunningCase> {
        try await ask(CasesContract.Query.running, page(of: department, first, limit))
    }

    private func page(of department: DepartmentName?, _ first: UInt64, _ limit: Int) -> CasePage {
        CasePage(of: department ?? client.identity.member.department, from: first, limit: limit)
    }

    private func all<Element>(
        _ page: (UInt64) async throws -> CaseList<Element>
    ) async throws -> [Element] {
        var elements: [Element] = []
        while true {
            let next = try await page(UInt64(elements.count))
            elements += next.elements
            guard !next.elements.isEmpty, UInt64(elements.count) < next.count else { return elements }
        }
    }

    private func call(_ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: CasesContract.contractName, method: method, arguments: arguments.derBytes)
    }

    private func ask<Result: DERSequence>(_ name: String, _ arguments: some DERSequence) async throws -> Result {
        try await client.ledger.query(
            contract: CasesContract.contractName, name: name, arguments: arguments, as: Result.self
        ).result
    }
}

extension OneThingsClient {
    /// Cases of one-things (一件事办件).
    public var cases: CasesClient { CasesClient(client: client) }
}
