public import Formats
import Identity

/// The built-in contract `misconduct`: proofs that a validator has contradicted itself.
///
/// `report` takes evidence from any node or administrator, checks it against the validators of its epoch, and keeps it
/// in the list `cases`, once for each epoch, validator, view and kind. The ledger draws no consequence: that is for the
/// departments, by the contract `membership`.
public struct MisconductContract: Contract {
    public static let name = "misconduct"
    public static let reportMethod = "report"
    public static let listQuery = "list"
    /// Most records of a page.
    public static let recordsPerPage = 100
    /// Most cases of one validator in one epoch: further ones would prove nothing new, and only fill the state.
    public static let maximumCasesPerValidator = 16

    public var name: String { Self.name }
    public var version: Int { 1 }

    public init() {}

    public var methods: [ContractMethod] { [ContractMethod(Self.reportMethod, report)] }

    public var queries: [ContractQuery] { [ContractQuery(Self.listQuery, list)] }

    /// The call that reports evidence.
    public static func report(of evidence: Evidence) -> Call {
        Call(
            contract: name,
            method: reportMethod,
            arguments: MisconductArguments(evidence: evidence.derBytes).derBytes
        )
    }

    /// The list of all cases.
    public static let cases = TrailKey("cases")

    private static func caseKey(_ record: MisconductRecord) -> StateKey {
        StateKey(
            "case", bytes(record.epoch.rawValue), Array(record.offender.description.utf8), bytes(record.view.rawValue),
            [UInt8(record.kind.rawValue)])
    }

    private static func countKey(_ record: MisconductRecord) -> StateKey {
        StateKey("count", bytes(record.epoch.rawValue), Array(record.offender.description.utf8))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }

    private func report(
        _ arguments: MisconductArguments,
        in context: inout ContractContext
    ) throws(ContractError) -> MisconductRecord {
        switch context.caller.member.role {
        case .validator, .observer, .administrator: break
        case .client, .auditor:
            throw ContractError(
                .notPermitted, "nodes and administrators report misconduct, not \(context.caller.member)")
        }
        let evidence: Evidence
        do {
            evidence = try Evidence(derBytes: arguments.evidence)
        } catch {
            throw ContractError(.malformedArguments, "the report's content is no evidence: \(error.code.rawValue)")
        }
        let offender = try Self.offender(of: evidence, in: &context)
        let record = MisconductRecord(
            epoch: evidence.epoch, offender: offender.member, view: evidence.view, kind: evidence.kind,
            evidence: arguments.evidence, reporter: context.caller.member, height: context.height)
        if let known = try context.get(Self.caseKey(record), as: MisconductRecord.self) { return known }
        do {
            try evidence.verify(by: offender.publicKey, suite: context.genesis.suite)
        } catch {
            throw ContractError(.wrongEvidence, "the evidence does not hold: \(error.code.rawValue)")
        }
        let count = try context.get(Self.countKey(record), as: MisconductCount.self)?.count ?? 0
        guard count < Self.maximumCasesPerValidator else {
            throw ContractError(
                .enoughEvidence,
                "\(count) cases of \(offender.member) in epoch \(evidence.epoch) are on the ledger already")
        }
        try context.put(Self.countKey(record), MisconductCount(count: count + 1))
        try context.put(Self.caseKey(record), record)
        try context.append(record, to: Self.cases)
        try context.emit("reported", record)
        return record
    }

    /// The certificate of whoever the evidence is about.
    private static func offender(
        of evidence: Evidence,
        in context: inout ContractContext
    ) throws(ContractError) -> MemberCertificate {
        guard evidence.channel == context.genesis.channel else {
            throw ContractError(.wrongEvidence, "the evidence is of another channel")
        }
        guard let validators = try context.validators(of: evidence.epoch) else {
            throw ContractError(.wrongEvidence, "epoch \(evidence.epoch), which the evidence is of, is not announced")
        }
        let index = evidence.offender(among: validators.certificates.count).rawValue
        guard validators.certificates.indices.contains(index) else {
            throw ContractError(.wrongEvidence, "epoch \(evidence.epoch) has no validator \(index)")
        }
        do {
            return try MemberCertificate(der: validators.certificates[index], suite: context.genesis.suite)
        } catch {
            throw ContractError(.stateUnavailable, "the members of epoch \(evidence.epoch) do not parse")
        }
    }

    private func list(
        _ arguments: MisconductPageArguments,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> MisconductPage {
        let count = try snapshot.head(of: Self.cases).count
        let records = try snapshot.elements(
            of: Self.cases, from: arguments.first, limit: min(arguments.limit, Self.recordsPerPage),
            as: MisconductRecord.self)
        return MisconductPage(count: count, records: records)
    }
}

extension ContractError.Code {
    /// The evidence proves nothing.
    public static let wrongEvidence = Self(rawValue: "wrongEvidence")
    /// As much as is kept of one validator in one epoch is on the ledger already.
    public static let enoughEvidence = Self(rawValue: "enoughEvidence")
}
