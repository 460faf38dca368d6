import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct AuthoriseBasis: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "basis",
        abstract: "Declare a rule by which a department uses your licences without asking holders (法定用证依据).",
        discussion: """
            Example: zhenglian authorise basis --department tax --reference 税收征收管理法第六条 \\
                         --type 11100000MB0143028R001 --action query --purpose TAX-1 --field certificate_name --days 365
            """
    )

    @Option(help: "The department that may rely on it.")
    var department: Label

    @Option(help: "That system of it alone.", transform: { try ApplicationName($0) })
    var application: ApplicationName?

    @Option(help: "The rule, at most 256 bytes.")
    var reference: String

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try PersonalDataGuard().check(Array(reference.utf8))
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let basis = try await client.authorisations.declare(
                DeclareBasis(
                    reference: reference, department: department, application: application,
                    scope: try scope.scope(now: SystemWallClock().now)))
            try console.present(
                AuthorisationReport("basis", basis, Phrase("the basis is on the ledger:", "法定依据已上链：")))
        }
    }
}

struct AuthoriseEntitle: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitle",
        abstract: "Let a department's system come for one kind of your licences at all (证照类型权限).",
        discussion: """
            A use needs more than that: a grant, a statutory basis, an answered request, or the holder in person.

            Examples: zhenglian authorise entitle --department tax --application counter \\
                          --type 11100000MB0143028R001 --action query --action apply --field certificate_name
                      zhenglian authorise entitle --department tax --application counter \\
                          --type 11100000MB0143028R001 --end
            """
    )

    @Option(help: "The department.")
    var department: Label

    @Option(help: "Its system.", transform: { try ApplicationName($0) })
    var application: ApplicationName

    @Option(help: "The kind (证照类型代码).", transform: { try LicenceTypeCode($0) })
    var type: LicenceTypeCode

    @Option(help: "query, download, present or apply; repeat for more.")
    var action: [UseAction] = []

    @Option(help: "A field that may be released; repeat for more.")
    var field: [LicenceColumn] = []

    @Flag(help: "End the entitlement.")
    var end = false

    @OptionGroup var period: PeriodOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard end || !action.isEmpty && !field.isEmpty else {
            throw ValidationError("give at least one --action and one --field, or --end")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            if end {
                try await client.authorisations.end(
                    EndEntitlement(department: department, application: application, type: type))
            } else {
                let period = try period.period(now: SystemWallClock().now)
                try await client.authorisations.entitle(
                    Entitle(
                        department: department, application: application, type: type, actions: action, fields: field,
                        notBefore: period.lowerBound, notAfter: period.upperBound))
            }
            try console.present(
                AuthorisationReport(
                    "entitlement",
                    end
                        ? Phrase("\(department)'s entitlement has ended", "\(department) 的权限已终止")
                        : Phrase(
                            "\(department)'s \(application) is entitled to \(type)",
                            "\(department) 的 \(application) 已获 \(type) 权限")))
        }
    }
}

struct AuthoriseFreeze: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Stop uses of a licence, of a holder's licences, or by your department; or let them go on (冻结、解冻).",
        discussion: """
            Examples: zhenglian authorise freeze --licence 1.2.156… --basis 内部通报第3号
                      zhenglian authorise freeze --licence 1.2.156… --basis 内部通报第4号 --lift
            """
    )

    @Option(help: "A licence of your department.", transform: licenceKey)
    var licence: LicenceKey?

    @Option(help: "A holder whom your department has bound.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @Option(help: "Your own department, by its administrator.")
    var department: Label?

    @Option(help: "The rule or decision, at most 256 bytes.")
    var basis: String

    @Flag(help: "Let uses go on.")
    var lift = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard [licence != nil, holder != nil, department != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("give one of --licence, --holder and --department")
        }
    }

    func run(_ console: Console) async throws {
        try PersonalDataGuard().check(Array(basis.utf8))
        let subjects: [UseSubject?] = [
            licence.map { .licence($0) }, holder.map { .holder($0) }, department.map { .department($0) },
        ]
        guard let subject = subjects.compactMap({ $0 }).first else { return }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let freeze = FreezeUse(subject, basis: basis)
            if lift {
                try await client.authorisations.unfreeze(freeze)
            } else {
                try await client.authorisations.freeze(freeze)
            }
            try console.present(
                AuthorisationReport(
                    lift ? "unfreeze" : "freeze",
                    lift ? Phrase("uses go on", "已解冻") : Phrase("uses are stopped", "已冻结")))
        }
    }
}

struct AuthoriseShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a grant, a statutory basis, a request or a holder, as a node states it.",
        discussion: """
            Example: zhenglian authorise show --grant 5f2a…
            """
    )

    @Option(help: "The grant.")
    var grant: GrantIdentifier?

    @Option(help: "The statutory basis.")
    var basis: BasisIdentifier?

    @Option(help: "The request.")
    var request: AccessRequestIdentifier?

    @Option(help: "The holder's pseudonym.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        let given = [grant != nil, basis != nil, request != nil, holder != nil].count { $0 }
        guard given == 1 else { throw ValidationError("give one of --grant, --basis, --request and --holder") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let authorisations = ZhenglianClient(ledger: ledger, identity: identity).authorisations
            if let grant { try console.present(FactsReport(try await authorisations.grant(grant))) }
            if let basis { try console.present(FactsReport(try await authorisations.basis(basis))) }
            if let request { try console.present(FactsReport(try await authorisations.request(request))) }
            if let holder { try console.present(FactsReport(try await authorisations.holder(holder))) }
        }
    }
}
