import ArgumentParser
import Formats
import Identity
import Licences
import OneThings
import ZhenglianClient

/// What can be done to a step, as `onething act` names it.
enum StepAct: String, ExpressibleByArgument, CaseIterable {
    case acknowledge
    case answer
    case giveBack = "return"
    case ask
    case supply
    case suspend
    case resume
    case push
    case waive
    case extend
    case consent
    case object
    case lift
    case compensate
}

struct CaseActOnStep: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "act",
        abstract: "Do something to a step of a case (办理): acknowledge, answer, return, ask and so on.",
        discussion: """
            acknowledge 签收 · answer 办结 · return 退回 · ask 要求补正 · supply 补正 · suspend 中止 · resume 恢复 · push 重新推送 ·
            waive 免办 · extend 延长 · consent 无异议 · object 异议 · lift 撤回异议 · compensate 已补偿

            An answer brings what the step returns: --value for what stands on the ledger, data and papers for the rest.
            With --issue or --cancel the licence is issued or cancelled in the transaction that answers.

            Examples: zhenglian onething act 20261122-00000001-S seal acknowledge
                      zhenglian onething act 20261122-00000001-S seal answer --answer done --item seal-number=…
                      zhenglian onething act 20261122-00000001-S register answer --answer granted \\
                          --value uscc=91659944MA27M6B03D --issue 1.2.156.3005.2.… --table licences.csv
                      zhenglian onething act 20261122-00000002-Q cancel answer --answer granted --cancel --basis 第三十三条
            """
    )

    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @Argument(help: "The step.")
    var step: Label

    @Argument(help: "What is done.")
    var act: StepAct

    @Option(help: "The attempt that it is about; by default the one that the step is at.")
    var attempt: Int64?

    @Option(help: "Which of the step's answers; with answer.")
    var answer: Label?

    @Option(help: "The reason, a code of the definition.", transform: { try ReasonCode($0) })
    var reason: ReasonCode?

    @Option(help: "A value for the ledger, name=code; repeat for more; with answer.")
    var value: [NamedText] = []

    @Option(help: "Whose objection is taken in, by pseudonym; with object.", transform: { try HolderPseudonym($0) })
    var objector: HolderPseudonym?

    @Option(help: "The digest of what an objection or its lifting is founded on.", transform: Self.digest)
    var evidence: Digest?

    @Option(help: "Which objection is lifted, from 0; with lift.")
    var objection: Int64?

    @OptionGroup var effect: LicenceEffectOptions
    @OptionGroup var content: CaseContentOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    static func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(hexadecimal: text) else {
            throw ValidationError("a digest has 64 hexadecimal digits")
        }
        return digest
    }

    func validate() throws {
        let needsReason: [StepAct] = [.giveBack, .ask, .suspend, .waive, .object]
        if needsReason.contains(act), reason == nil { throw ValidationError("\(act.rawValue) needs --reason") }
        if (act == .answer) != (answer != nil) {
            throw ValidationError("--answer goes with 'answer', and with it alone")
        }
        if (act == .lift) != (objection != nil) { throw ValidationError("--objection goes with 'lift'") }
        if act != .answer, effect.isGiven || !value.isEmpty {
            throw ValidationError("--value, --issue and --cancel go with 'answer'")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let known = try await client.oneThings.cases.standing(of: code).known
            let definition = try await client.oneThings.cases.definition(of: known)
            guard let index = definition.steps.firstIndex(where: { $0.name == step }) else {
                throw CommandFailure(
                    .refused, Phrase("\(known.matter) has no step '\(step)'", "\(known.matter) 没有环节“\(step)”"))
            }
            let (calls, licence) = try effect.calls(for: known, client)
            let act = try caseAct(
                attempt ?? known.steps[index].attempt, content: try await content.store(client, connection),
                licence: licence)
            let outcome = try await client.oneThings.cases.act(act, in: code, after: calls)
            try console.present(CaseActReport(code, step: step, self.act.rawValue, outcome))
        }
    }

    private func caseAct(
        _ attempt: Int64, content: CaseContent?, licence: LicenceIdentifier?
    ) throws -> CaseAct {
        let made = try made(attempt, content: content, licence: licence)
        guard content == nil || made.content != nil else {
            throw CommandFailure(
                .wrongUse,
                Phrase("data and papers go with answer, supply and push", "信息与材料仅用于 answer、supply、push"))
        }
        return made
    }

    private func made(
        _ attempt: Int64, content: CaseContent?, licence: LicenceIdentifier?
    ) throws -> CaseAct {
        switch (act, reason) {
        case (.acknowledge, _): .acknowledge(step, attempt: attempt)
        case (.resume, _): .resume(step, attempt: attempt)
        case (.extend, _): .extend(step, attempt: attempt)
        case (.consent, _): .consent(step, attempt: attempt)
        case (.compensate, _): .compensate(step, attempt: attempt)
        case (.supply, _): .supply(step, attempt: attempt, content)
        case (.push, _): .push(step, attempt: attempt, content)
        case (.lift, _): .lift(step, attempt: attempt, objection ?? 0, evidence: evidence)
        case (.giveBack, let reason?): .giveBack(step, attempt: attempt, reason)
        case (.ask, let reason?): .ask(step, attempt: attempt, reason)
        case (.suspend, let reason?): .suspend(step, attempt: attempt, reason)
        case (.waive, let reason?): .waive(step, attempt: attempt, reason)
        case (.object, let reason?): .object(step, attempt: attempt, reason, for: objector, evidence: evidence)
        default:
            // That an answer is named, validation has seen to.
            .answer(
                step, attempt: attempt, answer ?? step, values: try value.map { try CaseValue($0.name, $0.text) },
                content: content, licence: licence, reason: reason)
        }
    }
}

/// What an answer does to a licence, in its own transaction.
struct LicenceEffectOptions: ParsableArguments {
    @Option(help: "Issue this licence with the answer: its identifier; --table has it in one of its rows.")
    var issue: String?

    @Option(help: "The table that has the licence; with --issue.")
    var table: String?

    @Option(help: "The folder that keeps the salts of the licences' fields; with --issue.")
    var salts = "salts"

    @Flag(help: "Cancel the licence that the case is about, and close every authorisation on it.")
    var cancel = false

    @Option(help: "The rule or decision; with --cancel.")
    var basis: String?

    @OptionGroup var holders: PseudonymOption

    var isGiven: Bool { issue != nil || cancel }

    func validate() throws {
        if issue != nil, cancel { throw ValidationError("give either --issue or --cancel") }
        if (issue == nil) != (table == nil) { throw ValidationError("--issue and --table go together") }
        if cancel != (basis != nil) { throw ValidationError("--cancel and --basis go together") }
    }

    /// The calls that have the effect, and the licence that is issued.
    func calls(
        for known: OneThingCase, _ client: ZhenglianClient
    ) throws -> (calls: [Call], licence: LicenceIdentifier?) {
        if let issue, let table {
            var arguments = ["--identifier", issue, "--table", table, "--salts", salts]
            if let keys = holders.pseudonymKeys { arguments += ["--pseudonym-keys", keys] }
            let prepared = try LicenceFieldOptions.parse(arguments).prepare(client.genesis, client.identity)
            return (CasesClient.issuing(prepared), prepared.identifier)
        }
        guard cancel, let basis else { return ([], nil) }
        guard case .licence(let licence) = known.subject else {
            throw CommandFailure(
                .refused, Phrase("\(known.code) is about no licence", "\(known.code) 不以证照为对象"))
        }
        return (try CasesClient.cancelling(licence, basis: basis), nil)
    }
}

/// What was done in a case.
struct CaseActReport: Presentable {
    let code: OneThingCode
    let step: Label?
    let act: String
    let transaction: TransactionIdentifier
    let height: Height

    init(_ code: OneThingCode, step: Label?, _ act: String, _ outcome: Outcome) {
        (self.code, self.step, self.act) = (code, step, act)
        (transaction, height) = (outcome.transaction, outcome.height)
    }

    func lines(in language: Language) -> [String] {
        let what = step.map { "\($0) \(act)" } ?? act
        return [
            Phrase("\(code): \(what), at height \(height)", "\(code)：\(what)，高度 \(height)"),
            Phrase("  transaction  \(transaction)", "  交易  \(transaction)"),
        ].map { $0.text(in: language) }
    }
}
