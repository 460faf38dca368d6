import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import ZhenglianClient

extension Operation {
    /// Licences: catalogue and evidence, verification, status.
    static var licences: [Operation] { [listLicences, showLicence, verifyLicence, changeLicenceStatus] }

    private static var listLicences: Operation {
        Operation(
            "listLicences", .get, "/licences",
            Summary("licences by conditions that all hold", "组合查询证照目录"), entitlement: .readLicences,
            parameters: [
                .query("type", Schema.string(.word, 21...21).described("type code", "证照类型代码")),
                .query("region", .string(.word, 6...6)), .query("department", .string(.label, 1...32)),
                .query("holder", .string(.pseudonym, 67...76)), .query("status", .string(.word, 2...2)),
                .query("validOn", .string(.day, 8...8)), .query("issuedFrom", .string(.day, 8...8)),
                .query("issuedUntil", .string(.day, 8...8)), .query("changedAfter", .integer(0...Int64.max)), .cursor,
                .limit,
            ],
            answer: .json(.page(of: LicenceEntry.schema)), problems: [.invalidValue]
        ) { call in
            var filter = LicenceFilter()
            filter.type = try call.value("type")
            filter.region = try call.value("region")
            filter.department = call.text("department").flatMap { DepartmentName($0) }
            filter.holder = try call.value("holder")
            filter.status = try call.value("status")
            filter.validOn = try call.value("validOn")
            filter.issuedFrom = try call.value("issuedFrom")
            filter.issuedUntil = try call.value("issuedUntil")
            filter.changedAfter = call.number("changedAfter").map { Height(rawValue: UInt64($0)) }
            let page = try await LicenceSearch(dataPath: call.services.dataPath)
                .page(of: filter, from: try call.start(), count: call.limit)
            return .json(
                PageOf(
                    height: page.height, time: page.time.description, elements: page.entries.map(LicenceEntry.init),
                    next: page.next.map { "\($0)" }),
                height: page.height)
        }
    }

    private static var showLicence: Operation {
        Operation(
            "getLicence", .get, "/licences/{identifier}",
            Summary("what catalogue and evidence hold of a licence", "证照的目录与存证"), entitlement: .readLicences,
            parameters: [.path("identifier", .licence)], answer: .json(LicenceFacts.schema),
            problems: [.notFound, .invalidValue]
        ) { call in
            let identifier: LicenceIdentifier = try call.required("identifier")
            let answer = try await call.services.client.licences.licences([identifier])
            guard let facts = LicenceFacts(answer, of: identifier) else {
                throw Problem(.notFound, "the ledger has no licence \(identifier)")
            }
            return .json(facts, height: answer.height)
        }
    }

    private static var verifyLicence: Operation {
        Operation(
            "verifyLicence", .post, "/licences/verify",
            Summary(
                "compare a file's digest with the ledger: each check apart, with what it rests on",
                "以文件摘要核验证照：逐项结果与依据"),
            entitlement: .verify,
            body: Body(
                schema: .object(
                    .required("file", Schema.string(.digest, 64...64).described("digest of the file", "文件摘要")),
                    .optional("licence", .licence)),
                maximumByteCount: 4 << 10),
            answer: .json(VerificationFacts.schema), problems: [.invalidValue]
        ) { call in
            guard let bytes = call.body["file"]?.string.flatMap({ [UInt8](hexadecimal: $0) }),
                let file = Digest(bytes)
            else { throw Problem(.invalidValue, "/file: has to be \(StringFormat.digest.meaning)") }
            let identifier = try call.body["licence"]?.string.map { try LicenceIdentifier($0) }
            let verification = try await call.services.client.licences.verify(.file(file), identifier: identifier)
            return .json(VerificationFacts(verification))
        }
    }

    private static var changeLicenceStatus: Operation {
        Operation(
            "changeLicenceStatus", .post, "/licences/{identifier}/status",
            Summary("suspend, resume, cancel or revoke a licence of the own department", "变更本部门证照的状态"),
            entitlement: .writeLicences, scope: .ownDepartment, parameters: [.path("identifier", .licence)],
            body: Body(
                schema: .object(
                    .required("status", Schema.string(.word, 2...2).described("the status from now on", "变更后的状态代码")),
                    .required("operation", Schema.string(.word, 2...2).described("why, as a code", "操作代码")),
                    .required("basis", Schema.text(1...256).described("the rule or decision", "依据"))),
                maximumByteCount: 4 << 10),
            answer: .json(SubmittedTransaction.schema), isIdempotentByKey: true,
            problems: [.notFound, .invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            guard let status = call.body["status"]?.string, let operation = call.body["operation"]?.string,
                let basis = call.body["basis"]?.string
            else { throw Problem(.invalidValue, "status, operation and basis have to be there") }
            let outcome = try await call.client.licences.changeStatus(
                of: try call.required("identifier"), to: try LicenceStatus(status), by: try LicenceOperation(operation),
                basis: basis)
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }
}
