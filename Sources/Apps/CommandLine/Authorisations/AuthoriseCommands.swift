import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct AuthoriseCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorise",
        abstract: "Who may use whose licences, for what (确认授权).",
        subcommands: [
            AuthoriseBind.self,
            AuthoriseGrant.self,
            AuthoriseRequest.self,
            AuthoriseAnswer.self,
            AuthoriseWithdraw.self,
            AuthoriseBasis.self,
            AuthoriseEntitle.self,
            AuthoriseFreeze.self,
            AuthoriseShow.self,
        ]
    )
}

/// What was written, and its name where it has one.
struct AuthorisationReport: Presentable {
    let written: String
    let identifier: String?
    private let phrase: Phrase

    private enum CodingKeys: CodingKey {
        case written, identifier
    }

    init(_ written: String, _ identifier: (any RecordIdentifier)?, _ phrase: Phrase) {
        self.written = written
        self.identifier = identifier.map { "\($0)" }
        self.phrase = phrase
    }

    /// Of something that has no name of its own.
    init(_ written: String, _ phrase: Phrase) { self.init(written, nil, phrase) }

    func lines(in language: Language) -> [String] {
        [phrase.text(in: language)] + (identifier.map { ["  \($0)"] } ?? [])
    }
}

struct AuthoriseBind: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind",
        abstract: "Register a holder (登记持证主体): how surely your department has recognised them, and their device's key.",
        discussion: """
            Only a pseudonym and a public key go on the ledger. A holder whom nobody has registered is registered by a
            department that the rules name as one that identifies holders ('use rules show'), or by the issuer of a
            licence of theirs, which --licence names. With --older, an earlier pseudonym of the same holder is
            linked instead, by the department that has bound it; --licence is one under the newer pseudonym.

            Examples: zhenglian authorise bind --holder P1-… --level 4 --key device.pem --licence 1.2.156.…
                      zhenglian authorise bind --holder P2-… --older P1-… --licence 1.2.156.…
            """
    )

    @Option(help: "The holder's pseudonym (持证主体假名).", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym

    @Option(help: "The real-name level at which the person was recognised, 1 to 4.")
    var level: Int64 = 4

    @Option(help: "The PEM file of the device's key: only its public part is used.")
    var key: String?

    @Option(
        help: "The pseudonym of an earlier key epoch that is the same holder's.", transform: { try HolderPseudonym($0) }
    )
    var older: HolderPseudonym?

    @Option(
        help: "A licence of the holder's that your department has issued (证照标识).",
        transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier?

    @Option(help: "Where another department has bound the holder: the PEM file of the key bound now, which consents.")
    var consentKey: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        guard let level = RealNameLevel(rawValue: level) else {
            throw CommandFailure(.wrongUse, Phrase("--level is 1 to 4", "--level 为 1 至 4"))
        }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            if let older {
                try await client.authorisations.relink(holder, to: older, licence: licence)
                return try console.present(
                    AuthorisationReport("link", Phrase("\(holder) follows \(older)", "\(holder) 已关联 \(older)")))
            }
            let suite = client.genesis.suite
            let bytes = try key.map { path in
                try suite.signingKey(pem: try ProtectedFile.text(of: path, limit: 16 << 10)).verificationKey
                    .subjectPublicKeyInfo
            }
            var bind = BindHolder(holder: holder, level: level, key: bytes, licence: licence)
            if let consentKey {
                let key = try suite.signingKey(pem: try ProtectedFile.text(of: consentKey, limit: 16 << 10))
                let end = SystemWallClock().now.advanced(by: .seconds(600))
                let consent = try bind.statement(notAfter: end, genesis: client.genesis).signed(by: key, suite: suite)
                bind = BindHolder(holder: holder, level: level, key: bytes, consent: consent)
            }
            try await client.authorisations.bind(bind)
            try console.present(
                AuthorisationReport(
                    "holder",
                    Phrase("\(holder) is registered at level \(level.rawValue)", "\(holder) 已登记，实名等级 \(level.rawValue)")
                ))
        }
    }
}

struct AuthoriseGrant: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Write a holder's grant (授权) to an agent or a department, with the holder's proof.",
        discussion: """
            Examples: zhenglian authorise grant --holder P1-… --to tax --application counter --licence 1.2.156… \\
                          --action apply --purpose TAX-1 --field certificate_name --days 30 --maximum-uses 3 \\
                          --level 4 --evidence signed-form.pdf
                      zhenglian authorise grant --holder P1-… --agent P1-… --type 11100000MB0143028R001 \\
                          --action apply --purpose OPEN-1 --field file --holder-key device.pem
            """
    )

    @Option(help: "The holder's pseudonym.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym

    @Option(help: "The department that may use the licences.")
    var to: Label?

    @Option(help: "With --to: that system of it alone.", transform: { try ApplicationName($0) })
    var application: ApplicationName?

    @Option(
        help: "Instead of --to: the pseudonym of the agent who acts for the holder.",
        transform: { try HolderPseudonym($0) })
    var agent: HolderPseudonym?

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var proof: ProofOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (to == nil) != (agent == nil) else { throw ValidationError("give either --to or --agent") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let now = SystemWallClock().now
            let recipient: GrantRecipient? = agent.map { .agent($0) } ?? to.map { .department($0, application) }
            guard let recipient else { return }
            let wish = GrantWish(grantor: holder, recipient: recipient, scope: try scope.scope(now: now))
            let proof = try proof.requiredProof(suite: client.genesis.suite, now: now) {
                wish.statement(notAfter: $0, genesis: client.genesis)
            }
            let grant = try await client.authorisations.grant(wish, proof: proof)
            try console.present(AuthorisationReport("grant", grant, Phrase("the grant is on the ledger:", "授权已上链：")))
        }
    }
}

struct AuthoriseRequest: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask another department for access to its licences (用证申请).",
        discussion: """
            Example: zhenglian authorise request --owner market --application counter --type 11100000MB0143028R001 \\
                         --action query --purpose TAX-1 --field certificate_name --cause 企业开办一件事
            """
    )

    @Option(help: "The department whose licences they are.")
    var owner: Label

    @Option(help: "Your system that would use them.", transform: { try ApplicationName($0) })
    var application: ApplicationName

    @Option(help: "Why (申请事由); never a name or a number of a person.")
    var cause: String

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        try PersonalDataGuard().check(Array(cause.utf8))
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let request = try await client.authorisations.request(
                RequestAccess(
                    owner: owner, application: application, scope: try scope.scope(now: SystemWallClock().now),
                    cause: cause))
            try console.present(
                AuthorisationReport("request", request, Phrase("the request is on the ledger:", "申请已上链：")))
        }
    }
}

struct AuthoriseAnswer: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answer a department's request for your licences (答复用证申请).",
        discussion: """
            Examples: zhenglian authorise answer 5f2a… --grant
                      zhenglian authorise answer 5f2a… --deny --reason NO-TASK
            """
    )

    @Argument(help: "The request.")
    var request: AccessRequestIdentifier

    @Flag(help: "Grant it.")
    var grant = false

    @Flag(help: "Deny it.")
    var deny = false

    @Option(help: "Why, as a code; needed with --deny.", transform: { try PurposeCode($0) })
    var reason: PurposeCode?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard grant != deny else { throw ValidationError("give either --grant or --deny") }
        guard grant || reason != nil else { throw ValidationError("--deny needs --reason") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            try await client.authorisations.answer(
                AnswerRequest(request, grant ? .granted : .denied, reason: reason))
            try console.present(
                AuthorisationReport(
                    "answer", request,
                    grant ? Phrase("granted:", "已同意：") : Phrase("denied:", "已拒绝：")))
        }
    }
}

struct AuthoriseWithdraw: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "End a grant, a statutory basis, an entitlement or a request (撤回、终止).",
        discussion: """
            A grant is withdrawn at its holder's wish, with the holder's proof.

            Examples: zhenglian authorise withdraw --grant 5f2a… --holder-key device.pem
                      zhenglian authorise withdraw --basis 90c1…
            """
    )

    @Option(help: "The grant.")
    var grant: GrantIdentifier?

    @Option(help: "The statutory basis; your own.")
    var basis: BasisIdentifier?

    @Option(help: "The request: your own, or one that you have granted.")
    var request: AccessRequestIdentifier?

    @OptionGroup var proof: ProofOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        let given = [grant != nil, basis != nil, request != nil].count { $0 }
        guard given == 1 else { throw ValidationError("give one of --grant, --basis and --request") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            if let grant {
                let proof = try proof.requiredProof(suite: client.genesis.suite, now: SystemWallClock().now) {
                    WithdrawGrant.statement(of: grant, notAfter: $0, genesis: client.genesis)
                }
                try await client.authorisations.withdraw(grant, proof: proof)
            }
            if let basis { try await client.authorisations.end(basis) }
            if let request { try await client.authorisations.end(request) }
            let ended: [(any RecordIdentifier)?] = [grant, basis, request]
            try console.present(
                AuthorisationReport("end", ended.compactMap { $0 }.first, Phrase("it has ended:", "已终止：")))
        }
    }
}
