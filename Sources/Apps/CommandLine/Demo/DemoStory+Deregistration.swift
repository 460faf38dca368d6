import Foundation
import Licences
import LocalConsortium

// Two simple deregistrations: one to which nobody objects, and one that an objection ends.

extension DemoStory {
    /// A deregistration that is under way, and somebody who may use the licence until then.
    private struct Deregistration {
        let code: String
        let licence: String
        let grant: String
    }

    func tellDeregistrations(of consortium: FoundedConsortium) async throws {
        let ending = try await step(
            "announce", Phrase("Announce the end of that enterprise", "简易注销：公告该企业拟注销")
        ) { try await announce(consortium) }
        try await step(
            "object", Phrase("Object to the end of another enterprise", "简易注销：另一企业因异议终止")
        ) { try await object(consortium) }
        try await step("window", Phrase("Let the time for objections pass", "简易注销：异议期届满")) {
            try await letWindowPass(ending.code, consortium)
        }
        try await step(
            "deregister", Phrase("Deregister it, and try to use its licence", "简易注销：准予注销并注销执照，再次尝试用证")
        ) { try await deregister(ending, consortium) }
    }

    private func announce(_ consortium: FoundedConsortium) async throws -> (Deregistration, Phrase) {
        let row = try row(of: input.opening)
        let licence = row.identifier.text
        let asRegistrar = consortium.clientOptions(as: registrar, at: registrar)
        let holder = try await register(
            (row.holder.type, row.holder.text, licence), device: "opened", asRegistrar)
        let grant = try await grant(
            ["--to", taxAuthority.name, "--application", "counter", "--action", "query", "--field", "holder_name"],
            on: licence, of: holder, asRegistrar)
        let ending = Deregistration(
            code: try await openDeregistration(of: licence, input.deregistration, ["tax-closing"], consortium),
            licence: licence, grant: grant)
        try await checkAndAnnounce(ending.code, row.holder.text, number: 1, consortium)
        for department in [taxAuthority, insurer, bureau] {
            try await act(ending.code, "objections", ["consent"], as: department, consortium)
        }
        _ = try await ask(use(ending), about: licence, as: taxAuthority, consortium, expecting: 0)
        return (
            ending,
            Phrase(
                "\(ending.code): announced for \(Self.objectionSeconds) seconds instead of days; three departments do "
                    + "not object; meanwhile the licence is used as before",
                "\(ending.code)：公告 \(Self.objectionSeconds) 秒（代替 \(Self.objectionSeconds) 日），三个部门无异议；其间执照照常可用")
        )
    }

    private func object(_ consortium: FoundedConsortium) async throws -> Phrase {
        let row = try row(of: input.objection)
        let code = try await openDeregistration(of: row.identifier.text, input.objection, [], consortium)
        try await checkAndAnnounce(code, row.holder.text, number: 2, consortium)
        try await act(code, "objections", ["object", "--reason", "TAX_UNSETTLED"], as: taxAuthority, consortium)
        let progress = try await progress(of: code, as: registrar, consortium)
        guard progress.status == "ended", progress.end == "objected" else {
            throw DemoFailure("the case is \(progress.status) at \(progress.end ?? "no end")")
        }
        return Phrase(
            "\(code): ended at once, as \(taxAuthority.name) objects: TAX_UNSETTLED; nothing is cancelled",
            "\(code)：\(taxAuthority.name) 提出异议 TAX_UNSETTLED，程序当即终止，执照未注销")
    }

    /// Nobody does anything: the node of the department that leads has the ledger record the end.
    private func letWindowPass(_ code: String, _ consortium: FoundedConsortium) async throws -> Phrase {
        let show = ["onething", "show", code] + consortium.clientOptions(as: registrar, at: registrar)
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(Self.objectionSeconds) + ConsortiumNodes.patience)
        while true {
            let progress: DemoAnswer.Progress = try await narrator.answer(show)
            func status(_ name: String) -> String? { progress.steps.first { $0.name == name }?.status }
            if status("objections") == "settled", status("application") == "pushed" { break }
            guard clock.now < deadline else { throw DemoFailure("the window of \(code) does not end: \(progress)") }
            try await clock.sleep(for: .milliseconds(300))
        }
        _ = try await progress(of: code, as: registrar, consortium)
        return Phrase(
            "\(registrar.name)'s node had the ledger record the end of the window; nobody typed anything",
            "\(registrar.name) 的节点使账本记录异议期届满，无人操作")
    }

    private func deregister(_ ending: Deregistration, _ consortium: FoundedConsortium) async throws -> Phrase {
        let code = ending.code
        try await act(
            code, "application", ["answer", "--answer", "applied", "--value", "application-number=AP-DEMO-0001"],
            as: registrar, consortium)
        _ = try await fetch(code, "review", as: registrar, consortium)
        let granted = try await act(
            code, "review",
            [
                "answer", "--answer", "granted", "--value", "deregistration-number=DN-DEMO-0001", "--value",
                "deregistered-on=\(Self.day(of: code))", "--cancel", "--basis", "市场主体登记管理条例第三十三条",
            ], as: registrar, consortium)
        let denied = try await ask(use(ending), about: ending.licence, as: taxAuthority, consortium, expecting: 1)
        let closings = [
            (insurer, "social-closing", "social-closing-code"), (bureau, "medical-closing", "medical-closing-code"),
            (taxAuthority, "tax-closing", "tax-closing-code"),
        ]
        for (department, step, field) in closings {
            try await act(
                code, step, ["answer", "--answer", "closed", "--value", "\(field)=CLOSED"], as: department, consortium)
        }
        let progress = try await progress(of: code, as: registrar, consortium)
        guard progress.status == "completed" else { throw DemoFailure("the case is \(progress.status)") }
        let handoffs = try await tellTimeline(of: code, as: registrar, consortium)
        return Phrase(
            "granted, the licence cancelled and its authorisations closed in the one transaction "
                + "\(granted.transaction.prefix(8))…; its next use is denied: \(denied.reasons ?? ""); "
                + "completed in \(handoffs) handoffs",
            "准予注销、注销执照、关闭全部授权在同一交易 \(granted.transaction.prefix(8))…；其后用证被拒绝："
                + "\(denied.reasons ?? "")；经 \(handoffs) 次交接办结")
    }

    private func openDeregistration(
        of licence: String, _ handedIn: DemoCase, _ choices: [String], _ consortium: FoundedConsortium
    ) async throws -> String {
        try await open(Self.deregistrationMatter, licence, choices, handedIn, as: registrar, consortium)
    }

    /// Everything until the time for objections begins.
    private func checkAndAnnounce(
        _ code: String, _ creditCode: String, number: Int, _ consortium: FoundedConsortium
    ) async throws {
        _ = try await fetch(code, "precheck", as: registrar, consortium)
        try await act(
            code, "precheck",
            [
                "answer", "--answer", "eligible", "--value", "uscc=\(creditCode)", "--value",
                "eligibility-number=EL-DEMO-000\(number)",
            ], as: registrar, consortium)
        try await act(
            code, "announcement",
            [
                "answer", "--answer", "announced", "--value", "announcement-number=AN-DEMO-000\(number)", "--value",
                "announced-on=\(Self.day(of: code))",
            ], as: registrar, consortium)
    }

    /// The day on which a case was opened, by ledger time: its code begins with it.
    private static func day(of code: String) -> String { String(code.prefix(8)) }

    private func use(_ ending: Deregistration) -> [String] {
        ["--action", "query", "--field", "holder_name", "--grant", ending.grant, "--recipient-key", releaseKey]
    }
}
