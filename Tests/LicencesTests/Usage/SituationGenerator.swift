import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences

/// Makes situations from a seed, most of which are nearly allowed: each condition fails seldom, so that every one of
/// them is often the only one to fail.
struct SituationGenerator {
    private var generator: SeededGenerator
    private let bench: DecisionBench

    init(seed: UInt64, bench: DecisionBench) {
        generator = SeededGenerator(seed: seed)
        self.bench = bench
    }

    private mutating func happens(oneIn count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func some<Value>(_ values: [Value], oneIn count: Int) -> [Value] {
        let rest = values.filter { _ in !happens(oneIn: count) }
        return rest.isEmpty ? [values[0]] : rest
    }

    mutating func next() throws -> Situation {
        let now = bench.now.advanced(by: .seconds(Int64.random(in: 0...40_000_000, using: &generator)))
        let isScan = happens(oneIn: 4)
        let authority = isScan && !happens(oneIn: 15) ? .holder : pick(bench.authorities)
        let usesAgent = happens(oneIn: 3)
        let request = try request(authority, usesAgent: usesAgent, isScan: isScan, now: now)
        let licence = happens(oneIn: 40) ? nil : try licence(now: now)
        return Situation(
            now: now,
            licence: licence,
            request: request,
            isRequesterOwner: happens(oneIn: 8),
            frozen: Set(
                [DenialReason.licenceFrozen, .holderFrozen, .departmentFrozen].filter { _ in happens(oneIn: 40) }),
            closedAt: happens(oneIn: 10) ? 5 : nil,
            entitlement: happens(oneIn: 20) ? nil : entitlement(now: now),
            authorisation: authority == .holder || happens(oneIn: 20)
                ? nil
                : Situation.Authorisation(
                    isForRequester: !happens(oneIn: 20), isOfTheRightParty: !happens(oneIn: 20),
                    isEnded: happens(oneIn: 20), height: pick([4, 5, 6]), scope: try scope(now: now),
                    uses: Int64.random(in: 0...3, using: &generator)),
            agent: usesAgent && !happens(oneIn: 20)
                ? Situation.Agent(
                    isAgentGrant: !happens(oneIn: 15), isHolders: !happens(oneIn: 15), isWithdrawn: happens(oneIn: 15),
                    height: pick([4, 5, 6]), scope: try scope(now: now),
                    uses: Int64.random(in: 0...3, using: &generator))
                : nil,
            proof: happens(oneIn: 2) ? .signed : pick(Situation.Proof.allCases),
            shown: happens(oneIn: 15) ? nil : shown(for: request),
            scans: Int64.random(in: 0...2, using: &generator),
            decisionsToday: happens(oneIn: 15) ? bench.rules.departmentDayLimit : 1,
            decisionsThisMinute: happens(oneIn: 15) ? bench.rules.holderMinuteLimit : 0,
            rules: bench.rules)
    }

    private mutating func request(
        _ authority: Authority, usesAgent: Bool, isScan: Bool, now: Timestamp
    ) throws -> UseRequest {
        let scans = Int64.random(in: 1...2, using: &generator)
        return UseRequest(
            licence: bench.licence, application: bench.application, authority: authority,
            context: UseContext(
                purpose: pick(bench.purposes), item: happens(oneIn: 3) ? nil : pick(bench.items),
                caseNumber: happens(oneIn: 3) ? nil : pick(bench.cases),
                oneThing: happens(oneIn: 4) ? pick(bench.oneThings) : nil),
            action: isScan && !happens(oneIn: 15) ? .present : pick(UseAction.allCases),
            fields: some(LicenceColumn.allCases, oneIn: 3), channel: .counter,
            recipientKey: [], agent: usesAgent ? bench.agentGrant : nil,
            region: happens(oneIn: 5) ? nil : pick(bench.regions),
            presentation: isScan
                ? PresentationReference(
                    identifier: bench.presentation,
                    expiresAt: now.advanced(by: .seconds(Int64.random(in: -3...30, using: &generator))),
                    maximumScans: scans)
                : nil)
    }

    /// What was presented, mostly as the request has it.
    private mutating func shown(for request: UseRequest) -> Situation.Shown? {
        guard let presentation = request.presentation else { return nil }
        return Situation.Shown(
            audience: happens(oneIn: 15) ? .others : pick([.anybody, .requester]),
            isOfTheLicence: !happens(oneIn: 15),
            purpose: happens(oneIn: 15) ? pick(bench.purposes) : request.context.purpose,
            fields: happens(oneIn: 10) ? some(LicenceColumn.allCases, oneIn: 3) : LicenceColumn.allCases,
            expiresAt: presentation.expiresAt.advanced(by: .seconds(happens(oneIn: 15) ? 1 : 0)),
            maximumScans: happens(oneIn: 15) ? pick([1, 2, 3]) : presentation.maximumScans)
    }

    private mutating func licence(now: Timestamp) throws -> CatalogueRecord {
        let today = CalendarDate(beijing: now)
        let days = try ["20200101", "20300101", today.text].map { try CalendarDate($0) }
        let from = happens(oneIn: 10) ? days[1] : pick([days[0], days[2]])
        let until: CalendarDate? = happens(oneIn: 2) ? nil : max(from, happens(oneIn: 8) ? days[0] : pick(days))
        let particulars = CatalogueParticulars(
            identifier: bench.licence, holder: happens(oneIn: 25) ? nil : bench.holder,
            validity: try LicenceValidity(from: from, until: until), issuedOn: days[0],
            region: bench.regions[0], metadataRoot: bench.digest("root"))
        var record = CatalogueRecord(
            particulars, department: bench.owner, operation: .issue, related: nil, at: bench.now, height: .zero,
            transaction: TransactionIdentifier(bench.digest("transaction")))
        if happens(oneIn: 6) { record.status = pick(LicenceStatus.standard) }
        if happens(oneIn: 30), let next = bench.licence.nextVersion { record.identifier = next }
        if happens(oneIn: 40) { record.tombstone = .init(basis: "b", takenDownAt: bench.now) }
        return record
    }

    private mutating func period(_ now: Timestamp) -> (Timestamp, Timestamp) {
        let begin = now.advanced(by: .seconds(happens(oneIn: 15) ? 1 : pick([-100, 0])))
        let end = now.advanced(by: .seconds(happens(oneIn: 15) ? -1 : pick([100, 1, 0])))
        return (min(begin, end), max(begin, end))
    }

    private mutating func scope(now: Timestamp) throws -> UseScope {
        let (notBefore, notAfter) = period(now)
        let other = happens(oneIn: 15)
        return try UseScope(
            selection: happens(oneIn: 2)
                ? .licences([LicenceKey(other ? bench.otherLicence : bench.licence)])
                : .type(other ? bench.otherType : bench.licence.typeCode),
            actions: some(UseAction.allCases, oneIn: 12), purposes: some(bench.purposes, oneIn: 12),
            fields: some(LicenceColumn.allCases, oneIn: 5), notBefore: notBefore, notAfter: notAfter,
            item: happens(oneIn: 6) ? pick(bench.items) : nil,
            caseNumber: happens(oneIn: 6) ? pick(bench.cases) : nil,
            region: happens(oneIn: 5) ? pick(bench.regions) : nil,
            maximumUses: happens(oneIn: 3) ? Int64.random(in: 2...5, using: &generator) : nil)
    }

    private mutating func entitlement(now: Timestamp) -> Entitlement {
        let (notBefore, notAfter) = period(now)
        var entitlement = Entitlement(
            Entitle(
                department: bench.requester, application: bench.application, type: bench.licence.typeCode,
                actions: some(UseAction.allCases, oneIn: 12), fields: some(LicenceColumn.allCases, oneIn: 6),
                notBefore: notBefore, notAfter: notAfter),
            by: bench.owner, at: bench.now, height: .zero)
        if happens(oneIn: 20) { entitlement.withdrawal = bench.withdrawal }
        return entitlement
    }
}
