import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// What a department does to its licences, and the codes that all use for that.
    static var licenceWriting: [Operation] { [issueLicence, addVersion, takeDownLicence, showLicenceCodes] }

    private static var issueLicence: Operation {
        Operation(
            "issueLicence", .post, "/licences",
            Summary(
                "put a licence of the own department on the ledger, with its evidence: pseudonym and digests alone, "
                    + "made by the caller", "本部门证照签发上链：仅假名与摘要，由调用方生成"),
            entitlement: .writeLicences, scope: .ownDepartment,
            body: Body(
                schema: .object(
                    .required("licence", LicenceBody.schema),
                    .optional(
                        "transferredFrom",
                        Schema.licence.described("the licence that it comes from, for a transfer in", "转入来源证照"))),
                maximumByteCount: 8 << 10),
            answer: .json(SubmittedTransaction.schema), status: .created, isIdempotentByKey: true,
            problems: [.invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            let (particulars, evidence) = try LicenceBody.read(call.body["licence"] ?? .null)
            let origin: LicenceIdentifier? = try call.body.optional("transferredFrom")
            let issue = IssueLicence(
                particulars, operation: origin == nil ? .issue : .transferIn, related: origin)
            return try await call.submit([.issue(issue), .record(evidence)], about: particulars.identifier)
        }
    }

    private static var addVersion: Operation {
        Operation(
            "addLicenceVersion", .post, "/licences/{identifier}/versions",
            Summary(
                "bring a new version of a licence of the own department on the ledger: changed, renewed, replaced",
                "本部门证照变更、延续、换发、补发：新版本上链"),
            entitlement: .writeLicences, scope: .ownDepartment, parameters: [.path("identifier", .licence)],
            body: Body(
                schema: .object(
                    .required("licence", LicenceBody.schema),
                    .required(
                        "operation",
                        Schema.string(.licenceOperation, 2...2).described("why, as the table of codes has it", "操作代码")),
                    .optional("basis", .basis)), maximumByteCount: 8 << 10),
            answer: .json(SubmittedTransaction.schema), status: .created, isIdempotentByKey: true,
            problems: [.notFound, .invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            let (particulars, evidence) = try LicenceBody.read(call.body["licence"] ?? .null)
            let basis = call.body["basis"]?.string
            // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
            if let basis { try PersonalDataGuard().check(Array(basis.utf8)) }
            let change = SupersedeLicence(
                supersedes: try call.required("identifier"), by: particulars,
                operation: try call.body.value("operation"),
                basis: basis)
            return try await call.submit([.supersede(change), .record(evidence)], about: particulars.identifier)
        }
    }

    private static var takeDownLicence: Operation {
        Operation(
            "takeDownLicence", .post, "/licences/{identifier}/take-down",
            Summary(
                "take a licence of the own department down: the catalogue keeps a tombstone", "本部门证照下链：目录保留墓碑"),
            entitlement: .writeLicences, scope: .ownDepartment, parameters: [.path("identifier", .licence)],
            body: Body(schema: .object(.required("basis", .basis)), maximumByteCount: 4 << 10),
            answer: .json(SubmittedTransaction.schema), isIdempotentByKey: true,
            problems: [.notFound, .invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            let outcome = try await call.client.licences.takeDown(
                try call.required("identifier"), basis: try call.body.text("basis"))
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }

    private static var showLicenceCodes: Operation {
        Operation(
            "getLicenceCodes", .get, "/licences/codes",
            Summary("the codes of statuses and operations, in force and proposed", "证照状态与操作代码表：现行与提案"),
            entitlement: .readLicences,
            answer: .json(VotedTableFacts<LicenceCodesFacts>.schema(of: LicenceCodesFacts.schema))
        ) { call in
            .json(VotedTableFacts(try await call.client.licences.codes(), LicenceCodesFacts.init))
        }
    }
}

/// The codes of statuses and operations of licences.
struct LicenceCodesFacts: Encodable, Sendable {
    struct Status: Encodable, Sendable {
        let code: LicenceStatus
        let name: BilingualFacts
        /// What may be done with a licence of this status.
        let actions: [String]
    }

    struct Transition: Encodable, Sendable {
        let from: LicenceStatus
        let to: LicenceStatus
    }

    struct Change: Encodable, Sendable {
        let code: LicenceOperation
        let name: BilingualFacts
        let effect: String
        let needsRelated: Bool
        let transitions: [Transition]
    }

    let version: UInt64
    let statuses: [Status]
    let operations: [Change]

    init(_ table: LicenceCodeTable) {
        version = table.version
        statuses = table.statuses.map { rule in
            Status(
                code: rule.status, name: BilingualFacts(BilingualText(rule.englishName, rule.name)),
                actions: rule.actions.map { "\($0)" })
        }
        operations = table.operations.map { rule in
            Change(
                code: rule.operation, name: BilingualFacts(BilingualText(rule.englishName, rule.name)),
                effect: "\(rule.effect)", needsRelated: rule.needsRelated,
                transitions: rule.transitions.map { Transition(from: $0.from, to: $0.to) })
        }
    }

    private static let status = Schema.string(.licenceStatus, 2...2)

    static let schema = Schema.object(
        .required("version", .integer()),
        .required(
            "statuses",
            .array(
                of: .object(
                    .required("code", status), .required("name", .bilingual),
                    .required("actions", .array(of: .choice(of: UseAction.self)))))),
        .required(
            "operations",
            .array(
                of: .object(
                    .required("code", .string(.licenceOperation, 2...2)), .required("name", .bilingual),
                    .required("effect", .choice(of: LicenceCodeTable.Effect.self)), .required("needsRelated", .boolean),
                    .required(
                        "transitions", .array(of: .object(.required("from", status), .required("to", status)))))))
    ).named("LicenceCodes").described("codes of statuses and operations", "证照代码表")
}

extension OperationCall {
    /// Has calls about a licence take effect together.
    fileprivate func submit(_ calls: [LicenceCall], about licence: LicenceIdentifier) async throws -> Reply {
        let outcome = try await client.submitter.submit(calls.map(\.call))
        var reply = Reply.json(SubmittedTransaction(outcome), height: outcome.height)
        reply.location = "/licences/\(licence)"
        return reply
    }
}
