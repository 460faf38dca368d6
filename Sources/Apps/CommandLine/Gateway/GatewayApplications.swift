import ArgumentParser
import Formats
import GatewayAccess
import Identity
import Licences
import Nodes
import ZhenglianClient

struct GatewayApplications: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "applications",
        abstract: "Your department's systems that call over HTTP (应用系统).",
        subcommands: [
            ApplicationRegister.self, ApplicationChange.self, ApplicationSuspend.self, ApplicationResume.self,
            ApplicationEnd.self, ApplicationList.self,
        ]
    )
}

struct ApplicationRegister: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register an application, as your department's administrator.",
        discussion: """
            It shows itself by a token of an identity platform (--issuer and --client), by the certificate of a client
            of your department (--member), or by either.

            Examples: zhenglian gateway applications register counter --display-name 综合窗口 --until 20271231 \\
                          --entitlement licences:read --entitlement uses:write --per-minute 600 --per-day 200000 \\
                          --issuer https://id.example.gov.cn --client counter-01
                      zhenglian gateway applications register archive --display-name 档案系统 --until 20271231 \\
                          --entitlement ledger:read --per-minute 60 --member archive
            """
    )

    @Argument(
        help: "Its name: a-z, 0-9 and '-'; for ever the same application's.", transform: { try ApplicationName($0) })
    var name: ApplicationName

    @Option(help: "As people know it.", transform: { try DisplayName($0) })
    var displayName: DisplayName

    @Option(help: "The last day on which it may call, yyyyMMdd.", transform: { try CalendarDate($0) })
    var until: CalendarDate

    @Option(help: "Requests in any minute.")
    var perMinute: Int

    @Option(help: "Requests on a day; otherwise as many as the minutes allow.")
    var perDay: Int?

    @Option(help: "The issuer of its tokens, as 'gateway platforms' has it.")
    var issuer: PlatformAddress?

    @Option(help: "Its client identifier at the issuer.")
    var client: String?

    @Option(help: "The name of the client certificate that it shows: the last part of department/client/name.")
    var member: Label?

    @OptionGroup var entitlements: EntitlementOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (issuer == nil) == (client == nil) else {
            throw ValidationError("--issuer and --client belong together")
        }
        guard client != nil || member != nil else {
            throw ValidationError("give --issuer and --client, or --member, or all three")
        }
        guard Quota(requestsPerMinute: perMinute, requestsPerDay: perDay) != nil else {
            throw ValidationError(ApplicationChange.wrongQuota)
        }
    }

    func run(_ console: Console) async throws {
        guard let quota = Quota(requestsPerMinute: perMinute, requestsPerDay: perDay) else { return }
        try await connection.withClient(console) { ledger, identity in
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).applications.register(
                ApplicationDeclaration(
                    name: name, displayName: displayName, entitlements: entitlements.set, quota: quota,
                    lastDay: until,
                    client: issuer.flatMap { issuer in
                        client.map { ApplicationClient(issuer: issuer, identifier: $0) }
                    },
                    member: member.map {
                        MemberName(department: identity.member.department, role: .client, name: $0)
                    }))
            try console.present(
                GatewayWritten(name.text, outcome, Phrase("\(name) is registered", "\(name) 已登记")))
        }
    }
}

struct ApplicationChange: ZhenglianCommand {
    static let wrongQuota =
        "a quota is 1 to \(ApplicationLimits.requestsPerMinute) requests a minute "
        + "and 1 to \(ApplicationLimits.requestsPerDay) a day"

    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Say something else of an application; what is not given stays as it is.",
        discussion: """
            Entitlements that are given take the place of those before.

            Examples: zhenglian gateway applications change counter --per-minute 1200 --until 20281231
                      zhenglian gateway applications change counter --member window --without-client
            """
    )

    @Argument(help: "Its name.", transform: { try ApplicationName($0) })
    var name: ApplicationName

    @Option(help: "As people know it.", transform: { try DisplayName($0) })
    var displayName: DisplayName?

    @Option(help: "The last day on which it may call, yyyyMMdd.", transform: { try CalendarDate($0) })
    var until: CalendarDate?

    @Option(help: "Requests in any minute.")
    var perMinute: Int?

    @Option(help: "Requests on a day; 0 for as many as the minutes allow.")
    var perDay: Int?

    @Option(help: "The issuer of its tokens, as 'gateway platforms' has it.")
    var issuer: PlatformAddress?

    @Option(help: "Its client identifier at the issuer.")
    var client: String?

    @Option(help: "The name of the client certificate that it shows.")
    var member: Label?

    @Flag(help: "It shows itself by tokens no more.")
    var withoutClient = false

    @Flag(help: "It shows itself by a certificate no more.")
    var withoutMember = false

    @OptionGroup var entitlements: EntitlementOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (issuer == nil) == (client == nil) else {
            throw ValidationError("--issuer and --client belong together")
        }
        guard !(withoutClient && client != nil), !(withoutMember && member != nil) else {
            throw ValidationError("--without-client and --client, --without-member and --member exclude each other")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let department = identity.member.department
            let applications = ZhenglianClient(ledger: ledger, identity: identity).applications
            let known = try await applications.application(ApplicationReference(department: department, name: name))
                .declaration
            let day = perDay.map { $0 == 0 ? nil : $0 } ?? known.quota.requestsPerDay
            guard
                let quota = Quota(
                    requestsPerMinute: perMinute ?? known.quota.requestsPerMinute, requestsPerDay: day)
            else { throw CommandFailure(.wrongUse, Phrase(Self.wrongQuota, "配额超出范围：\(Self.wrongQuota)")) }
            let givenClient = issuer.flatMap { issuer in
                client.map { ApplicationClient(issuer: issuer, identifier: $0) }
            }
            let givenMember = member.map { MemberName(department: department, role: .client, name: $0) }
            let outcome = try await applications.change(
                ApplicationDeclaration(
                    name: name, displayName: displayName ?? known.displayName,
                    entitlements: entitlements.set.isEmpty ? Set(known.entitlements) : entitlements.set, quota: quota,
                    lastDay: until ?? known.lastDay,
                    client: withoutClient ? nil : givenClient ?? known.client,
                    member: withoutMember ? nil : givenMember ?? known.member))
            try console.present(GatewayWritten(name.text, outcome, Phrase("\(name) is changed", "\(name) 已变更")))
        }
    }
}

/// What is done to an application that is there.
protocol ApplicationAct: ZhenglianCommand {
    var name: ApplicationName { get }
    var connection: ConnectionOptions { get }
    var done: Phrase { get }
    func act(_ applications: ApplicationsClient, _ application: ApplicationReference) async throws -> Outcome
}

extension ApplicationAct {
    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let applications = ZhenglianClient(ledger: ledger, identity: identity).applications
            let reference = ApplicationReference(department: identity.member.department, name: name)
            try console.present(GatewayWritten(name.text, try await act(applications, reference), done))
        }
    }
}

struct ApplicationSuspend: ApplicationAct {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Keep an application from calling until it is resumed (停用).",
        discussion: "Example: zhenglian gateway applications suspend counter"
    )

    @Argument(help: "Its name.", transform: { try ApplicationName($0) })
    var name: ApplicationName

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    var done: Phrase { Phrase("\(name) is suspended", "\(name) 已停用") }

    func act(_ applications: ApplicationsClient, _ application: ApplicationReference) async throws -> Outcome {
        try await applications.suspend(application)
    }
}

struct ApplicationResume: ApplicationAct {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a suspended application call again (恢复).",
        discussion: "Example: zhenglian gateway applications resume counter"
    )

    @Argument(help: "Its name.", transform: { try ApplicationName($0) })
    var name: ApplicationName

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    var done: Phrase { Phrase("\(name) may call again", "\(name) 已恢复") }

    func act(_ applications: ApplicationsClient, _ application: ApplicationReference) async throws -> Outcome {
        try await applications.resume(application)
    }
}

struct ApplicationEnd: ApplicationAct {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End an application for ever; its name stays taken (注销).",
        discussion: "Example: zhenglian gateway applications end counter"
    )

    @Argument(help: "Its name.", transform: { try ApplicationName($0) })
    var name: ApplicationName

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    var done: Phrase { Phrase("\(name) has ended", "\(name) 已注销") }

    func act(_ applications: ApplicationsClient, _ application: ApplicationReference) async throws -> Outcome {
        try await applications.end(application)
    }
}
