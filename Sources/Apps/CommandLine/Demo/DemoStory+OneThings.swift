import Formats
import Foundation
import Licences
import LocalConsortium

// The matters that pass through all departments (一件事): how they are agreed on, and one opening to its end.

extension DemoStory {
    static let openingMatter = "enterprise-opening"
    static let deregistrationMatter = "simple-deregistration"
    static let matters = [openingMatter, deregistrationMatter]

    /// The time for objections here: a second for each of the twenty days.
    static let objectionSeconds = 20

    /// The departments by the roles that the shipped definitions give them.
    var registrar: Department { plan.departments[0] }
    var taxAuthority: Department { plan.departments[1] }
    var insurer: Department { plan.departments[2] }
    /// The data bureau, which leads the opening and stands in for whoever has no node of its own.
    var bureau: Department { plan.departments[3] }

    /// Agrees on both matters. Definitions come into force ten blocks later: what follows makes those.
    func tellDefinitions(of consortium: FoundedConsortium) async throws {
        try await step(
            "define", Phrase("Agree on two matters that pass through all departments", "约定两个“一件事”：企业开办、企业简易注销")
        ) { try await define(consortium) }
    }

    func tellCases(of nodes: ConsortiumNodes) async throws {
        let consortium = nodes.consortium
        let code = try await step("open", Phrase("Take in the opening of an enterprise", "企业开办：受理")) {
            try await open(consortium)
        }
        try await step(
            "register", Phrase("Register it, while a department's node is down", "企业开办：准予登记并发照，期间一个部门的节点停机")
        ) { try await registerWithoutInsurer(code, nodes) }
        try await step("inbox", Phrase("Bring that node back", "企业开办：该部门节点恢复，从收件箱续办")) {
            try await findInInbox(code, nodes)
        }
        try await step("correct", Phrase("Give a branch back, and correct it", "企业开办：分支退回、补正、重新推送")) {
            try await correct(code, consortium)
        }
        try await step("complete", Phrase("Do the other branches", "企业开办：其余分支办结、评价")) {
            try await complete(code, consortium)
        }
        try await tellDeregistrations(of: consortium)
    }

    // MARK: Definitions

    private func define(_ consortium: FoundedConsortium) async throws -> Phrase {
        for department in plan.departments {
            try await narrator.executable.mustSucceed(
                shown(
                    consortium.issueCommand(
                        of: department, role: "administrator", name: "admin", directory: administrator(department))))
        }
        for (matter, limits) in zip(Self.matters, [Self.openingLimits, Self.deregistrationLimits]) {
            try await adopt(matter, limits, consortium)
        }
        return Phrase(
            "both adopted by every department that takes part and more than half of all, in force ten blocks "
                + "later; here the \(Self.objectionSeconds) days for objections are \(Self.objectionSeconds) seconds, "
                + "and a working day is 8 hours, which needs no calendar",
            "两个事项经全部参与部门且过半数部门批准，十个区块后生效；此处 \(Self.objectionSeconds) 日公告异议期缩短为 "
                + "\(Self.objectionSeconds) 秒，每个工作日以 8 小时计，无需工作日历")
    }

    private func adopt(_ matter: String, _ limits: [String], _ consortium: FoundedConsortium) async throws {
        let proposed = try await narrator.run(
            ["onething", "define", "propose", input.definition(of: matter).path] + limits.flatMap { ["--limit", $0] }
                + administratorOptions(registrar, consortium), as: DemoAnswer.Matter.self)
        guard let digest = proposed.proposal?.definition.digest else { throw DemoFailure("nothing is proposed") }
        var versions = proposed.versions
        for department in plan.departments.dropFirst() {
            versions = try await narrator.run(
                ["onething", "define", "approve", matter, digest] + administratorOptions(department, consortium),
                as: DemoAnswer.Matter.self
            ).versions
            // Adopted by all who take part and more than half: whoever has no part in it need not be asked.
            if !versions.isEmpty { break }
        }
        guard versions.count == 1 else { throw DemoFailure("\(matter) has \(versions.count) versions") }
    }

    private func administrator(_ department: Department) -> String {
        "\(folder.path)/administrators/\(department.name)"
    }

    private func administratorOptions(_ department: Department, _ consortium: FoundedConsortium) -> [String] {
        [
            "--node", consortium.address(of: department), "--genesis", folder.genesis, "--identity",
            administrator(department),
        ]
    }

    /// What is counted in working days, by the clock instead: the story is the same in every year.
    private static let openingLimits = [
        "acceptance.answer=8 hours", "acceptance.supplement=80 hours", "permit-check.answer=8 hours",
        "agent-check.answer=8 hours", "registration.answer=24 hours", "registration.amber=16 hours",
        "registration.extended=48 hours", "registration.supplement=80 hours", "seal.answer=8 hours",
        "tax.answer=8 hours", "bank.acknowledge=8 hours",
    ]

    private static let deregistrationLimits =
        ["objections.answer=\(objectionSeconds) seconds", "objections.amber=\(objectionSeconds - 3) seconds"]
        + ["precheck", "announcement", "social-closing", "medical-closing", "tax-closing"].map {
            "\($0).answer=8 hours"
        }
        + ["housing-fund-closing", "seal-closing", "customs-closing"].map { "\($0).answer=8 hours" }
        + [
            "review.answer=24 hours", "review.amber=16 hours", "review.supplement=80 hours",
            "bank-closing.acknowledge=8 hours", "bank-closing.answer=40 hours",
        ]

    // MARK: An opening

    private func open(_ consortium: FoundedConsortium) async throws -> (String, Phrase) {
        let row = try row(of: input.opening)
        let subject = try await pseudonym(of: row.holder.text, type: row.holder.type)
        let code = try await open(
            Self.openingMatter, subject, ["seal", "tax"], input.opening, as: bureau, consortium)
        let fetched = try await fetch(code, "acceptance", as: registrar, consortium)
        guard let name = fetched["enterprise-name"] else { throw DemoFailure("the name was not fetched") }
        try await act(code, "acceptance", ["answer", "--answer", "accepted"], as: registrar, consortium)
        return (
            code,
            Phrase(
                "\(code): \(name), taken in by \(bureau.name), fetched from its node and accepted by \(registrar.name)",
                "\(code)：\(name)，由 \(bureau.name) 收件，\(registrar.name) 从其节点调取材料后受理")
        )
    }

    private func registerWithoutInsurer(_ code: String, _ nodes: ConsortiumNodes) async throws -> Phrase {
        let consortium = nodes.consortium
        let row = try row(of: input.opening)
        _ = try await fetch(code, "registration", as: registrar, consortium)
        if let process = await nodes.processIdentifier(of: insurer) { narrator.show(shell: "kill -TERM \(process)") }
        await nodes.stop(insurer)
        let answer = try await act(
            code, "registration",
            [
                "answer", "--answer", "registered", "--value", "uscc=\(row.holder.text)", "--value",
                "established-on=\(row.issuedOn)", "--value", "registrar-code=\(row.identifier.issuerCode.text)",
                "--issue",
                row.identifier.text, "--table", input.opening.licence.path, "--salts", salts, "--pseudonym-keys",
                pseudonymKeys,
            ], as: registrar, consortium)
        let progress = try await progress(of: code, as: registrar, consortium)
        let pushed = progress.steps.filter { $0.status == "pushed" }
        guard progress.licence == row.identifier.text, pushed.contains(where: { $0.department == insurer.name }) else {
            throw DemoFailure("the case has come to \(progress)")
        }
        return Phrase(
            "answered, and the licence issued, in the one transaction \(answer.transaction.prefix(8))… at height "
                + "\(answer.height); \(pushed.count) branches pushed side by side, \(insurer.name)'s node being down",
            "准予登记与签发执照在同一交易 \(answer.transaction.prefix(8))…（高度 \(answer.height)）；并行推送 "
                + "\(pushed.count) 个分支，其时 \(insurer.name) 的节点停机")
    }

    private func findInInbox(_ code: String, _ nodes: ConsortiumNodes) async throws -> Phrase {
        let consortium = nodes.consortium
        narrator.show(consortium.runCommand(of: insurer))
        try await nodes.start(insurer)
        try await nodes.waitUntilUp(insurer)
        _ = try await nodes.waitUntilAgreed(plan.departments)
        let step = "social-insurance"
        try await expect(step, of: code, inInboxOf: insurer, consortium)
        try await act(code, step, ["acknowledge"], as: insurer, consortium)
        _ = try await fetch(code, step, as: insurer, consortium)
        try await act(
            code, step,
            [
                "answer", "--answer", "registered", "--value", "social-registration-number=SI-DEMO-0001", "--item",
                "insured-kinds=养老、失业、工伤",
            ], as: insurer, consortium)
        return Phrase(
            "\(insurer.name) found it in its inbox, fetched what it needs and answered: nothing was lost",
            "\(insurer.name) 在收件箱中找到该件，调取所需材料并办结：停机期间的推送没有丢失")
    }

    private func correct(_ code: String, _ consortium: FoundedConsortium) async throws -> Phrase {
        let (step, datum) = ("tax", "tax-handler-ref")
        let first = try await fetch(code, step, as: taxAuthority, consortium)
        try await act(code, step, ["return", "--reason", "INFORMATION_WRONG"], as: taxAuthority, consortium)
        try await expect(step, of: code, inInboxOf: bureau, consortium)
        try await act(code, step, ["push", "--items", input.opening.correction.path], as: bureau, consortium)
        try await expect(step, of: code, inInboxOf: taxAuthority, consortium)
        let second = try await fetch(code, step, attempt: 2, as: taxAuthority, consortium)
        guard let wrong = first[datum], let right = second[datum], wrong != right,
            first["enterprise-name"] == second["enterprise-name"]
        else { throw DemoFailure("\(datum) was \(first[datum] ?? "none") and is \(second[datum] ?? "none")") }
        try await act(
            code, step, ["answer", "--answer", "arranged", "--item", "tax-particulars=增值税小规模纳税人，电子发票"],
            as: taxAuthority, consortium)
        return Phrase(
            "\(taxAuthority.name) gave it back as INFORMATION_WRONG; \(bureau.name) had \(wrong) corrected to \(right) "
                + "and pushed again; the second attempt was answered",
            "\(taxAuthority.name) 以 INFORMATION_WRONG 退回；\(bureau.name) 将 \(wrong) 更正为 \(right) 并重新推送；第二次办结")
    }

    private func complete(_ code: String, _ consortium: FoundedConsortium) async throws -> Phrase {
        let branches = [
            (
                "seal", "filed",
                ["--value", "seal-filing-number=SEAL-DEMO-0001", "--item", "seal-particulars=公章、财务专用章、发票专用章各一枚"]
            ),
            ("medical-insurance", "registered", ["--value", "medical-registration-number=MI-DEMO-0001"]),
            ("housing-fund", "opened", ["--value", "housing-account-number=HF-DEMO-0001"]),
        ]
        for (step, answer, returns) in branches {
            _ = try await fetch(code, step, as: bureau, consortium)
            try await act(code, step, ["answer", "--answer", answer] + returns, as: bureau, consortium)
        }
        let progress = try await progress(of: code, as: registrar, consortium)
        guard progress.status == "completed" else { throw DemoFailure("the case is \(progress.status)") }
        _ = try await narrator.run(
            ["onething", "rate", code, "--grade", "5"] + consortium.clientOptions(as: bureau, at: bureau),
            as: DemoAnswer.Act.self)
        let handoffs = try await tellTimeline(of: code, as: bureau, consortium)
        return Phrase(
            "completed: \(handoffs) handoffs, none late, the applicant's grade 5",
            "办结：共 \(handoffs) 次交接，均未超期，申请人评价 5 分")
    }
}
