import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

/// What a licence is used for.
struct UseContextOptions: ParsableArguments {
    @Option(help: "The purpose code (用途).", transform: { try PurposeCode($0) })
    var purpose: PurposeCode

    @Option(help: "The item (事项编码).", transform: { try ItemCode($0) })
    var item: ItemCode?

    @Option(name: .customLong("case"), help: "The case (办件编码).", transform: { try CaseNumber($0) })
    var caseNumber: CaseNumber?

    @Option(help: "The one-thing that the case belongs to (一件事编码).", transform: { try OneThingCode($0) })
    var oneThing: OneThingCode?

    @Option(help: "counter, kiosk, app or interface.")
    var channel: UseChannel = .interface

    @Option(help: "Your system that uses the licence.", transform: { try ApplicationName($0) })
    var application: ApplicationName

    var context: UseContext {
        UseContext(purpose: purpose, item: item, caseNumber: caseNumber, oneThing: oneThing)
    }
}

struct UseAsk: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask the ledger whether you may use a licence (申请用证). The decision is written, whatever it is.",
        discussion: """
            Status 1 where it is denied. With --ticket, an allowed decision's receipt is kept: the owner releases on it
            within five minutes, once, to your key alone ('use release').

            Examples: zhenglian use request --licence 1.2.156… --application counter --purpose TAX-1 --action query \\
                          --field certificate_name --grant 5f2a… --ticket use.ticket
                      zhenglian use request --licence 1.2.156… --application counter --purpose TAX-1 --action apply \\
                          --field certificate_name --in-person --level 4 --evidence form.pdf
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier

    @Option(help: "query, download, present or apply.")
    var action: UseAction

    @Option(help: "A field that is wanted, or file; repeat for more.")
    var field: [LicenceColumn]

    @Option(help: "Relies on this grant of the holder.")
    var grant: GrantIdentifier?

    @Option(help: "Relies on this statutory basis.")
    var basis: BasisIdentifier?

    @Option(help: "Relies on this answered request.")
    var request: AccessRequestIdentifier?

    @Flag(help: "The holder, or the holder's agent, is there in person.")
    var inPerson = false

    @Option(help: "The holder's grant to the agent who acts.")
    var agent: GrantIdentifier?

    @Option(help: "Where the use takes place, six digits.", transform: { try RegionCode($0) })
    var region: RegionCode?

    @Option(help: "The digest that stands for the operator: 64 hexadecimal digits.")
    var operatorDigest: String?

    @Option(help: "The key that 'use key' has made: the release is encrypted to it; by default to your identity's.")
    var recipientKey: String?

    @Option(help: "Where to keep the ticket.")
    var ticket: String?

    @OptionGroup var context: UseContextOptions
    @OptionGroup var proof: ProofOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        let given = [grant != nil, basis != nil, request != nil, inPerson].count { $0 }
        guard given == 1 else {
            throw ValidationError("give one of --grant, --basis, --request and --in-person: what the use relies on")
        }
        guard !field.isEmpty else { throw ValidationError("give at least one --field") }
        if let operatorDigest, Digest(hexadecimal: operatorDigest) == nil {
            throw ValidationError("--operator-digest has 64 hexadecimal digits")
        }
    }

    private var authority: Authority {
        if let grant { return .grant(grant) }
        if let basis { return .statutoryBasis(basis) }
        if let request { return .answeredRequest(request) }
        return .holder
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let suite = client.genesis.suite
            let key = try recipientKey.map { try RecipientKeyFile.read($0, suite: suite).subjectPublicKeyInfo }
            let use = UseRequest(
                licence: licence, application: context.application, authority: authority, context: context.context,
                action: action, fields: field, channel: context.channel,
                recipientKey: key ?? identity.certificate.publicKey.subjectPublicKeyInfo,
                operatorDigest: operatorDigest.flatMap { Digest(hexadecimal: $0) }, agent: agent, region: region)
            let proof = try proof.proof(suite: suite, now: SystemWallClock().now) {
                use.statement(by: identity.member.department, notAfter: $0, genesis: client.genesis)
            }
            let decision = try await client.uses.decide(use, proof: proof)
            if let ticket, decision.isAllowed {
                try ReceiptFile.write(try await client.uses.ticket(of: decision), to: ticket)
            }
            for reason in decision.reasons { console.note(Phrase(reason.sentence.english, reason.sentence.chinese)) }
            try console.present(FactsReport(decision))
            if !decision.isAllowed { throw ExitStatus.refused.code }
        }
    }
}

struct UseShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a decision, as a node states it, and keep its ticket.",
        discussion: """
            Example: zhenglian use show 5f2a… --ticket use.ticket
            """
    )

    @Argument(help: "The decision.")
    var decision: DecisionIdentifier

    @Option(help: "Where to keep the ticket: the decision's receipt.")
    var ticket: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let decision = try await client.uses.decision(decision)
            if let ticket { try ReceiptFile.write(try await client.uses.ticket(of: decision), to: ticket) }
            try console.present(FactsReport(decision))
        }
    }
}

struct UseVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Write that you have compared a licence with the ledger, and what came of it (核验登记).",
        discussion: """
            The outcome is consistent, fileDiffers, catalogueDiffers, statusDiffers, notOnLedger or takenDown, as
            'licence verify' says it.

            Example: zhenglian use verify --licence 1.2.156… --outcome consistent --application counter --purpose TAX-1
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier

    @Option(help: "What the comparison came to.", transform: outcome)
    var outcome: VerificationUse.Outcome

    @OptionGroup var context: UseContextOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    private static func outcome(_ text: String) throws -> VerificationUse.Outcome {
        let known = VerificationUse.Outcome.allCases
        guard let outcome = known.first(where: { "\($0)" == text || $0.name == text }) else {
            throw ValidationError("--outcome is one of \(known.map { "\($0)" }.joined(separator: ", "))")
        }
        return outcome
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            try await client.uses.verify(
                VerifyUse(
                    licence: licence, application: context.application, context: context.context,
                    channel: context.channel, outcome: outcome))
            try console.present(
                AuthorisationReport(
                    "verification",
                    Phrase("written: \(outcome) for \(licence)", "已登记：\(licence) \(outcome.name)")))
        }
    }
}
