import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import OneThings
import ZhenglianClient

extension Operation {
    /// What departments do in cases.
    static var caseWriting: [Operation] { [openCase, actInCase, fetchCaseItems] }

    private static let longest = 2 * GatewayLimits.paperByteCount

    private static var openCase: Operation {
        Operation(
            "openCase", .post, "/cases", Summary("open a case, as the department that leads its matter", "收件开办（牵头部门）"),
            entitlement: .writeCases, scope: .ownDepartment,
            body: Body(
                schema: .object(
                    [
                        .required("matter", .string(.label, 1...32)),
                        .required(
                            "subject",
                            Schema.object(.optional("licence", .licence), .optional("holder", .pseudonym)).described(
                                "one of both: what the case is about", "二选一：证照或持证主体")),
                        .optional(
                            "options",
                            Schema.array(of: .string(.label, 1...32), 0...64).described(
                                "what the applicant has chosen", "申请人选项")),
                    ] + CaseContentBody.properties), maximumByteCount: longest),
            answer: .json(OpenedCase.schema), status: .created, isIdempotentByKey: true,
            problems: [.invalidValue, .refusedByLedger, .keyReused, .notFound]
        ) { call in
            let subject = try subject(call.body["subject"])
            let content = try await CaseContentBody.store(call.body, call)
            let code = try await call.client.oneThings.cases.open(
                OpenCase(
                    matter: try call.body.label("matter"), subject: subject, options: call.body.labels("options"),
                    content: content))
            // As the ledger has it: a request that was carried out before has brought other salts then.
            let root = try await content == nil ? nil : call.client.oneThings.cases.content(0, of: code).content.root
            var reply = Reply.json(OpenedCase(code: code, root: root))
            reply.location = "/cases/\(code)"
            return reply
        }
    }

    private static func subject(_ value: JSONValue?) throws -> CaseSubject {
        let licence: LicenceIdentifier? = try value?.optional("licence")
        let holder: HolderPseudonym? = try value?.optional("holder")
        switch (licence, holder) {
        case (let licence?, nil): return .licence(licence)
        case (nil, let holder?): return .holder(holder)
        default: throw Problem(.invalidValue, "/subject: has 'licence' or 'holder', one of both")
        }
    }

    private static var actInCase: Operation {
        Operation(
            "actInCase", .post, "/cases/{code}/acts",
            Summary("do something in a case: acknowledge, answer, return, ask and so on", "办理：签收、办结、退回、要求补正等"),
            entitlement: .writeCases, scope: .ownDepartment, parameters: [.path("code", .caseCode)],
            body: Body(schema: CaseActBody.schema, maximumByteCount: longest),
            answer: .json(SubmittedTransaction.schema), status: .created, isIdempotentByKey: true,
            problems: [.notFound, .invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            let progress = try await call.progress()
            let effect = try effect(of: call.body, in: progress.known)
            let attempt = try attempt(call.body, in: progress)
            let act = try CaseActBody.act(
                call.body, attempt: attempt, content: try await CaseContentBody.store(call.body, call),
                licence: effect.licence)
            let outcome = try await call.client.oneThings.cases.act(
                act, in: progress.known.code, after: effect.calls)
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }

    /// The attempt that an act is about: the one that is named, or the one that its step is at.
    private static func attempt(_ body: JSONValue, in progress: CaseProgress) throws(Problem) -> Int64 {
        guard let name = body.optionalLabel("step") else { return 0 }
        guard let step = progress.steps.first(where: { $0.name == name }) else {
            throw Problem(.invalidValue, "\(progress.known.matter) has no step '\(name)'")
        }
        return body["attempt"]?.integer ?? step.state.attempt
    }

    /// What an answer does to a licence, in its own transaction.
    private static func effect(
        of body: JSONValue, in known: OneThingCase
    ) throws -> (calls: [Call], licence: LicenceIdentifier?) {
        switch (body["licence"], body["cancels"]) {
        case (nil, nil): return ([], nil)
        case (let licence?, nil):
            let (particulars, evidence) = try LicenceBody.read(licence)
            let calls = [LicenceCall.issue(IssueLicence(particulars)), .record(evidence)].map(\.call)
            return (calls, particulars.identifier)
        case (nil, let cancellation?):
            guard body["act"]?.string == "answer" else { throw Problem(.invalidValue, "/cancels: goes with answer") }
            guard case .licence(let licence) = known.subject else {
                throw Problem(.invalidValue, "\(known.code) is about no licence")
            }
            return (try CasesClient.cancelling(licence, basis: try cancellation.text("basis")), nil)
        default: throw Problem(.invalidValue, "an answer issues a licence or cancels one, not both")
        }
    }
}

/// A case that was opened.
struct OpenedCase: Encodable, Sendable {
    let code: OneThingCode
    /// The digest of what was handed in; missing for nothing.
    let root: Digest?

    static let schema = Schema.object(.required("code", .caseCode), .optional("root", .digest)).named("OpenedCase")
        .described("a case that was opened", "已开办的办件")
}
