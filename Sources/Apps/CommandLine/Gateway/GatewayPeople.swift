import ArgumentParser
import Formats
import GatewayAccess
import Identity
import Licences
import Nodes
import ZhenglianClient

struct GatewayPeople: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "People of your department with a role, by the identity platform that says who they are (人员授权).",
        subcommands: [PersonSalt.self, PersonRegister.self, PersonEnd.self, PersonList.self]
    )
}

struct PersonSalt: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "salt",
        abstract: "Make the secret that your department blinds people's subjects with.",
        discussion: """
            Once for a department, and the same on all of its nodes. Without it nobody comes in who is registered.

            Example: zhenglian gateway people salt /etc/zhenglian/subjects.salt
            """
    )

    @Argument(help: "Where it is written; no file may be there yet.")
    var file: String

    @OptionGroup var options: ConsoleOptions

    private struct Report: Presentable {
        let file: String

        func lines(in language: Language) -> [String] {
            [Phrase("written to \(file): keep it like a private key", "已写入 \(file)：请按私钥保管").text(in: language)]
        }
    }

    func run(_ console: Console) async throws {
        var generator = SystemRandomNumberGenerator()
        try SubjectSalt.create(file: file, using: &generator)
        try console.present(Report(file: file))
    }
}

/// Which person, without naming one on the command line.
struct SubjectOptions: ParsableArguments {
    @Option(help: "The issuer of the person's tokens, as 'gateway platforms' has it.")
    var issuer: PlatformAddress

    @Option(help: "The department's salt, as 'gateway people salt' has made it.")
    var salt: String?

    @Option(help: "The subject's digest, as 'gateway people list' shows it; otherwise the subject from standard input.")
    var digest: Digest?

    /// The digest of the subject.
    /// - Throws: ``CommandFailure``, `FileError` or `AccessError`.
    func subject(in department: DepartmentName, _ console: Console) throws -> Digest {
        if let digest { return digest }
        guard let salt else {
            throw CommandFailure(
                .wrongUse, Phrase("give --salt FILE, or --digest", "请给出 --salt 文件，或 --digest"))
        }
        if Terminal.standardErrorIsTerminal {
            console.note(Phrase("subject ('sub' of the person's tokens):", "主体标识（令牌中的 sub）："))
        }
        guard let subject = readLine(strippingNewline: true), !subject.isEmpty else {
            throw CommandFailure(
                .wrongUse, Phrase("standard input has no subject", "标准输入中没有主体标识"))
        }
        return try SubjectSalt(file: salt).digest(of: subject, at: issuer, for: department)
    }
}

struct PersonRegister: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register what a person may do, or put something else in its place.",
        discussion: """
            The subject is read from standard input, and only its keyed digest goes on the ledger.

            Example: zhenglian gateway people register --issuer https://id.example.gov.cn --salt subjects.salt \\
                         --entitlement traces:read --until 20261231 < subject.txt
            """
    )

    @Option(help: "The last day on which the role holds, yyyyMMdd.", transform: { try CalendarDate($0) })
    var until: CalendarDate

    @OptionGroup var person: SubjectOptions
    @OptionGroup var entitlements: EntitlementOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let subject = try person.subject(in: identity.member.department, console)
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).applications.register(
                PersonDeclaration(
                    issuer: person.issuer, subject: subject, entitlements: entitlements.set, lastDay: until))
            try console.present(
                GatewayWritten(
                    "\(subject)", outcome, Phrase("the person is registered as \(subject)", "人员已登记：\(subject)")))
        }
    }
}

struct PersonEnd: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Take a person's role away.",
        discussion: """
            Example: zhenglian gateway people end --issuer https://id.example.gov.cn --digest 5f2a…
            """
    )

    @OptionGroup var person: SubjectOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let department = identity.member.department
            let subject = try person.subject(in: department, console)
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).applications.end(
                PersonReference(department: department, issuer: person.issuer, subject: subject))
            try console.present(
                GatewayWritten("\(subject)", outcome, Phrase("the person's role has ended", "人员授权已终止")))
        }
    }
}

struct PersonList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a department's people, by the digests that the ledger has.",
        discussion: "Example: zhenglian gateway people list --json"
    )

    @OptionGroup var of: OfDepartmentOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let applications = ApplicationsClient(reading: ledger)
            let records = try await of.all(identity) { try await applications.people($0) }
            try console.present(Report(people: records.map(Person.init)))
        }
    }

    struct Person: Encodable {
        let issuer: String
        let subject: Digest
        let entitlements: [AccessEntitlement]
        let lastDay: CalendarDate
        let registeredAt: Timestamp
        let endedAt: Timestamp?

        init(_ record: PersonRecord) {
            issuer = record.declaration.issuer.text
            subject = record.declaration.subject
            entitlements = record.declaration.entitlements
            lastDay = record.declaration.lastDay
            registeredAt = record.registeredAt
            endedAt = record.endedAt
        }
    }

    private struct Report: Presentable {
        let people: [Person]

        func lines(in language: Language) -> [String] {
            guard !people.isEmpty else {
                return [Phrase("no person is registered", "没有登记任何人员").text(in: language)]
            }
            let header = [
                Phrase("subject", "主体摘要"), Phrase("issuer", "平台"), Phrase("until", "有效期至"),
                Phrase("ended", "已终止"), Phrase("may", "权限"),
            ]
            let rows = people.map {
                [
                    "\($0.subject)", $0.issuer, $0.lastDay.text, $0.endedAt?.beijingText ?? "",
                    $0.entitlements.map(\.rawValue).joined(separator: " "),
                ]
            }
            return TextTable(header: header.map { $0.text(in: language) }, rows: rows).lines
        }
    }
}
