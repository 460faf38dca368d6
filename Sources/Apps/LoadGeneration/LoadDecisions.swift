package import Formats
package import Identity
import Licences
package import Nodes

/// The decisions of a measurement: uses of licences by another department than the one that has issued them, each
/// decided by the ledger (`usage.decide`).
///
/// The department that asks is entitled to the licences' kinds and relies on a statutory basis for each. Licences are
/// of many kinds, and each has a holder of its own, for the ledger bounds the decisions on a kind in a day and on a
/// holder in a minute.
package struct LoadDecisions: LoadWorkload {
    /// The licences that a measurement uses.
    package struct Stock: Sendable {
        /// More would take longer to issue than to measure.
        package static let counts = 1...1_000_000

        package let count: Int
        /// Whether each licence has a holder of its own on the ledger, or none has.
        package let hasHolders: Bool

        /// - Precondition: the count is within ``counts``.
        package init(count: Int, hasHolders: Bool) {
            precondition(Self.counts.contains(count), "one licence at least")
            self.count = count
            self.hasHolders = hasHolders
        }
    }

    private static let purpose = "LOAD"
    private static let application = "load"
    private static let field = LicenceColumn.certificateName
    /// Apart for every two clients that begin at once, whatever the number of licences.
    private static let strideOfClients = 7_919

    private let licences: [LicenceIdentifier]
    /// One for each kind.
    private let bases: [BasisIdentifier]
    private let recipientKey: [UInt8]

    /// Issues the licences, entitles the department that asks and declares the bases.
    /// - Parameters:
    ///   - stock: how many licences, and whether with holders.
    ///   - owner: of a department that issues licences.
    ///   - requester: of another department.
    ///   - run: tells this measurement's licences from those of others; below 36^8.
    ///   - period: in which uses are covered, in ledger time.
    /// - Throws: ``LoadError``, `TransactionRejected`, or the node's error.
    package init(
        issuing stock: Stock, by owner: Submitter, for requester: MemberIdentity, run: UInt64,
        period: ClosedRange<Timestamp>
    ) async throws {
        let department = owner.identity.member.department
        guard department != requester.member.department else {
            throw LoadError(
                .ownLicences, "\(department) uses its own licences freely: ask with the identity of another department")
        }
        let genesis = owner.client.genesis
        let kinds = try (0..<min(stock.count, LoadRecords.kindCount)).map { kind in
            try LoadRecords(
                genesis: genesis, department: department, byteCount: nil, run: run, kind: kind,
                hasHolders: stock.hasHolders)
        }
        let limit = genesis.limits.maximumTransactionBytes / 2
        let issues = try (0..<stock.count).map {
            try kinds[$0 % kinds.count].call(client: 0, sequence: $0 / kinds.count)
        }
        for calls in Self.batches(of: issues, limit) { try await owner.submit(calls) }
        var bases: [BasisIdentifier] = []
        let rights = try kinds.enumerated().map { kind, records in
            let type = try records.identifier(client: 0, sequence: 0).typeCode
            return try Self.rights(to: type, of: requester.member.department, period: period, nonce: kind)
        }
        for calls in Self.batches(of: rights.map(\.entitlement), limit) { try await owner.submit(calls) }
        for calls in Self.batches(of: rights.map(\.basis), limit) {
            bases += try Self.identifiers(in: try await owner.submit(calls))
        }
        guard bases.count == kinds.count else {
            throw LoadError(.unprepared, "\(bases.count) of \(kinds.count) statutory bases were declared")
        }
        self.bases = bases
        self.licences = try (0..<stock.count).map {
            try kinds[$0 % kinds.count].identifier(client: 0, sequence: $0 / kinds.count)
        }
        recipientKey = requester.certificate.publicKey.subjectPublicKeyInfo
    }

    /// The request of one use, decided by a statutory basis.
    package func call(client: Int, sequence: Int) throws -> Call {
        let number = (client * Self.strideOfClients + sequence) % licences.count
        let request = UseRequest(
            licence: licences[number], application: try ApplicationName(Self.application),
            authority: .statutoryBasis(bases[number % bases.count]),
            context: UseContext(purpose: try PurposeCode(Self.purpose)), action: .query, fields: [Self.field],
            channel: .interface, recipientKey: recipientKey,
            nonce: CallNonce(Int64(sequence % (Int(CallNonce.range.upperBound) + 1))))
        return Call(
            contract: UsageContract.contractName, method: UsageContract.Method.decide,
            arguments: DecideUse(request).derBytes)
    }

    /// A denial is on the ledger as a decision is, and costs it less.
    package func refusal(in returnValue: [UInt8]) -> String? {
        guard let decision = try? Decision(derBytes: returnValue, limit: Outcome.maximumByteCount) else {
            return "no decision"
        }
        return decision.isAllowed ? nil : "denied: \(decision.reasons.map { "\($0)" }.joined(separator: " "))"
    }

    private static func rights(
        to type: LicenceTypeCode, of department: DepartmentName, period: ClosedRange<Timestamp>, nonce: Int
    ) throws -> (entitlement: Call, basis: Call) {
        let entitlement = Entitle(
            department: department, application: try ApplicationName(application), type: type, actions: [.query],
            fields: [field], notBefore: period.lowerBound, notAfter: period.upperBound)
        let basis = DeclareBasis(
            reference: "load", department: department,
            scope: try UseScope(
                selection: .type(type), actions: [.query], purposes: [try PurposeCode(purpose)], fields: [field],
                notBefore: period.lowerBound, notAfter: period.upperBound),
            nonce: CallNonce(Int64(nonce)))
        func call(_ method: String, _ arguments: [UInt8]) -> Call {
            Call(contract: AuthorisationContract.contractName, method: method, arguments: arguments)
        }
        return (
            call(AuthorisationContract.Method.entitle, entitlement.derBytes),
            call(AuthorisationContract.Method.declareBasis, basis.derBytes)
        )
    }

    private static func identifiers(in outcome: Outcome) throws -> [BasisIdentifier] {
        guard case .applied(_, let values) = outcome.status else { return [] }
        return try values.map {
            try RecordWritten<BasisIdentifier>(derBytes: $0, limit: Outcome.maximumByteCount).identifier
        }
    }

    /// The calls in their order, as many together as stay below `limit` bytes of arguments.
    private static func batches(of calls: [Call], _ limit: Int) -> [[Call]] {
        var batches: [[Call]] = []
        var byteCount = limit
        for call in calls {
            // Name and method take a few bytes more.
            let size = call.arguments.count + 64
            if byteCount + size > limit || batches.last?.count == TransactionBody.maximumCallCount {
                batches.append([])
                byteCount = 0
            }
            batches[batches.count - 1].append(call)
            byteCount += size
        }
        return batches
    }
}
