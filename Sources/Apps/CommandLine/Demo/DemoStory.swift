import Foundation
import LocalConsortium
import Synchronization

/// The demonstration: one step after the other, each of which has to hold for the next to be told.
final class DemoStory: Sendable {
    typealias Department = ConsortiumPlan.Department

    private struct State {
        var steps: [DemoReport.Step] = []
        var omissions: [DemoReport.Omission] = []
        var isTold = false
        var nodes: ConsortiumNodes?
    }

    let plan: ConsortiumPlan
    let folder: ConsortiumFolder
    let input: DemoInput
    let narrator: DemoNarrator
    private let state = Mutex(State())
    private let clock = ContinuousClock()

    init(
        plan: ConsortiumPlan, folder: ConsortiumFolder, input: DemoInput, executable: Executable, console: Console
    ) {
        self.plan = plan
        self.folder = folder
        self.input = input
        narrator = DemoNarrator(console: console, executable: executable)
    }

    /// Where the story keeps what its steps make.
    var work: String { "\(folder.path)/work" }
    var receipts: String { "\(folder.path)/receipts" }

    /// Tells the story.
    /// - Returns: whether every step held.
    func tell() async -> Bool {
        do {
            try await tellAll()
            state.withLock { $0.isTold = true }
            return true
        } catch {
            guard !Task.isCancelled else { return false }
            showLogs()
            return false
        }
    }

    private func tellAll() async throws {
        let consortium = try await step("found", Phrase("Found a consortium", "建立联盟"), found)
        let nodes = ConsortiumNodes(consortium)
        state.withLock { $0.nodes = nodes }
        try await step("start", Phrase("Start a node in each department", "启动各部门的节点")) { try await start(nodes) }
        try await tellIssuing(of: consortium)
        if plan.departments.count >= 3 {
            try await tellUse(of: consortium)
        } else {
            omit(
                "use",
                Phrase(
                    "three departments are needed: one owns, one may use, one may not",
                    "至少需要三个部门：一个持有、一个可用、一个不可用"))
        }
        if plan.departments.count >= 4 {
            try await tellDefinitions(of: consortium)
            try await tellLoss(of: nodes)
            try await tellCases(of: nodes)
        } else {
            omit("kill", Phrase("four nodes are needed to survive the loss of one", "容忍一个节点失效至少需要四个节点"))
            omit(
                "one-things",
                Phrase(
                    "four departments are needed: registration, tax, social insurance, and the data bureau",
                    "至少需要四个部门：登记机关、税务、人社与数据局"))
        }
        try await step("receipts", Phrase("Check every receipt without any node", "不依赖任何节点核验全部回执")) {
            try await checkReceipts(of: consortium)
        }
    }

    private func tellIssuing(of consortium: FoundedConsortium) async throws {
        try await step("pseudonyms", Phrase("Make the keys of holders' pseudonyms", "生成持证主体假名密钥"), makePseudonymKeys)
        try await step("import", Phrase("Import the licences of a department", "批量上链一个部门的证照")) {
            try await importLicences(consortium)
        }
        try await step("issue", Phrase("Issue one licence by hand", "手工签发一张证照")) { try await issue(consortium) }
        try await step("verify", Phrase("Compare a file with the ledger", "核验一份证照文件")) {
            try await verify(consortium)
        }
        try await step("tamper", Phrase("Compare a copy with one byte changed", "核验被改动一个字节的副本")) {
            try await verifyTampered(consortium)
        }
        try await step("broken-rows", Phrase("Import a table with broken rows", "导入含有错误行的表")) {
            try await importBroken(consortium)
        }
        guard plan.departments.count > 1 else {
            return omit("foreign", Phrase("there is no other department", "没有其他部门"))
        }
        try await step("foreign", Phrase("Let another department try to write", "由其他部门尝试写入")) {
            try await issueAsAnother(consortium)
        }
    }

    private func tellUse(of consortium: FoundedConsortium) async throws {
        try await step("vault", Phrase("Keep fields and files on the owner's node", "字段与文件存入持有部门的保险库")) {
            try await fillVault(consortium)
        }
        let authorisations = try await step(
            "authorise", Phrase("Authorise an agent and a department", "授权经办人与用证部门")
        ) { try await authorise(consortium) }
        try await step("agent", Phrase("Let the agent act for the enterprise", "由经办人代企业办事")) {
            try await actAsAgent(consortium, authorisations)
        }
        try await step("use", Phrase("Let the authorised department use the licence", "由获授权部门用证")) {
            try await useAndFetch(consortium, authorisations)
        }
        try await step("denied", Phrase("Let a third department try", "由第三个部门尝试用证")) {
            try await useWithoutRight(consortium, authorisations)
        }
        try await step("present", Phrase("Show the licence to a scanner, with the holder's consent", "亮证：扫码，持证人确认")) {
            try await present(consortium, authorisations)
        }
        try await step("revoke", Phrase("Cancel the licence, and try to use it", "注销证照，再次尝试用证")) {
            try await revoke(consortium, authorisations)
        }
        try await step("trace", Phrase("Print the trace, with its proof", "打印用证轨迹及其证明")) {
            try await trace(consortium, authorisations)
        }
    }

    private func tellLoss(of nodes: ConsortiumNodes) async throws {
        try await step("kill", Phrase("Kill a node in the middle of an import", "在批量上链途中强制终止一个节点")) {
            try await killWhileImporting(nodes)
        }
        try await step("return", Phrase("Bring the node back", "重新启动该节点")) { try await bringBack(nodes) }
    }

    /// Takes one step and notes how it came out.
    func step<Value>(
        _ name: String, _ heading: Phrase, _ body: () async throws -> (Value, Phrase)
    ) async throws -> Value {
        narrator.heading(heading)
        let start = clock.now
        do {
            let (value, phrase) = try await body()
            narrator.result(phrase)
            note(name, ok: true, since: start, phrase.text(in: narrator.console.language))
            return value
        } catch {
            let reason = Task.isCancelled ? Phrase("interrupted", "被中断") : Phrase("\(error)", "\(error)")
            let message = reason.text(in: narrator.console.language)
            narrator.result(Phrase("this did not hold: \(message)", "未成立：\(message)"))
            note(name, ok: false, since: start, message)
            throw error
        }
    }

    func step(_ name: String, _ heading: Phrase, _ body: () async throws -> Phrase) async throws {
        try await step(name, heading) { ((), try await body()) }
    }

    private func note(_ name: String, ok: Bool, since start: ContinuousClock.Instant, _ detail: String) {
        let milliseconds = (start.duration(to: clock.now) / .milliseconds(1)).rounded()
        let step = DemoReport.Step(name: name, ok: ok, seconds: milliseconds / 1_000, detail: detail)
        state.withLock { $0.steps.append(step) }
    }

    func omit(_ name: String, _ reason: Phrase) {
        let text = reason.text(in: narrator.console.language)
        narrator.heading(Phrase("Left out: \(name)", "略去：\(name)"))
        narrator.result(reason)
        state.withLock { $0.omissions.append(DemoReport.Omission(name: name, reason: text)) }
    }

    /// Ends every process of the story.
    func end() async {
        guard let nodes = state.withLock(\.nodes) else { return }
        await nodes.stopAll()
    }

    /// Says how to go on by hand.
    func invite() {
        guard let nodes = state.withLock(\.nodes), let first = plan.departments.first else { return }
        narrator.heading(
            Phrase("The nodes go on running; Ctrl-C ends them. For example:", "节点继续运行；按 Ctrl-C 停止。例如："))
        narrator.show(["node", "status"] + nodes.consortium.clientOptions(as: first, at: first))
        inviteToConsoles(of: nodes.consortium)
    }

    private func showLogs() {
        for department in plan.departments {
            let log = folder.log(ofNodeOf: department.name)
            let lines = LogTail.lines(of: log, count: 5)
            guard !lines.isEmpty else { continue }
            narrator.console.note(Phrase("\n\(log):", "\n\(log)："))
            for line in lines { narrator.console.note(Phrase("  \(line)", "  \(line)")) }
        }
    }

    var report: DemoReport {
        let state = state.withLock { (steps: $0.steps, omissions: $0.omissions, isTold: $0.isTold, nodes: $0.nodes) }
        return DemoReport(
            directory: folder.path,
            genesis: folder.genesis,
            receipts: receipts,
            input: input.folder.path,
            nodes: plan.departments.map { department in
                DemoReport.Node(
                    department: department.name,
                    address: state.nodes?.consortium.address(of: department) ?? "",
                    console: state.nodes?.consortium.httpAddress(of: department).map { "http://\($0)/" },
                    directory: folder.node(of: department.name),
                    log: folder.log(ofNodeOf: department.name)
                )
            },
            steps: state.steps,
            omitted: state.omissions,
            holds: state.isTold && state.steps.allSatisfy(\.ok)
        )
    }
}
