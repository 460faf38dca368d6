import ArgumentParser
import GatewayAccess
import Identity
import Licences
import Nodes
import ZhenglianClient

struct ApplicationList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a department's applications, as a node states them.",
        discussion: "Example: zhenglian gateway applications list --department market"
    )

    @OptionGroup var of: OfDepartmentOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let applications = ApplicationsClient(reading: ledger)
            let records = try await of.all(identity) { try await applications.applications($0) }
            try console.present(Report(applications: records.map(Application.init)))
        }
    }

    struct Application: Encodable {
        let name: String
        let displayName: String
        let status: String
        let entitlements: [AccessEntitlement]
        let requestsPerMinute: Int
        let requestsPerDay: Int?
        let lastDay: CalendarDate
        let issuer: String?
        let client: String?
        let member: MemberName?
        let registeredAt: Timestamp
        let changedAt: Timestamp

        init(_ record: ApplicationRecord) {
            let declaration = record.declaration
            name = declaration.name.text
            displayName = declaration.displayName.text
            status = "\(record.status)"
            entitlements = declaration.entitlements
            requestsPerMinute = declaration.quota.requestsPerMinute
            requestsPerDay = declaration.quota.requestsPerDay
            lastDay = declaration.lastDay
            issuer = declaration.client?.issuer.text
            client = declaration.client?.identifier
            member = declaration.member
            registeredAt = record.registeredAt
            changedAt = record.changedAt
        }

        fileprivate func row(in language: Language) -> [String] {
            let word: Phrase =
                switch status {
                case "active": Phrase("active", "启用")
                case "suspended": Phrase("suspended", "停用")
                default: Phrase("ended", "已注销")
                }
            let shown = [client.map { "\(issuer ?? "") \($0)" }, member.map { "\($0)" }].compactMap(\.self)
            return [
                name, displayName, word.text(in: language), lastDay.text,
                "\(requestsPerMinute)/min" + (requestsPerDay.map { " \($0)/d" } ?? ""),
                entitlements.map(\.rawValue).joined(separator: " "), shown.joined(separator: " · "),
            ]
        }
    }

    private struct Report: Presentable {
        let applications: [Application]

        func lines(in language: Language) -> [String] {
            guard !applications.isEmpty else {
                return [Phrase("no application is registered", "没有登记任何应用").text(in: language)]
            }
            let header = [
                Phrase("name", "应用"), Phrase("known as", "名称"), Phrase("status", "状态"), Phrase("until", "有效期至"),
                Phrase("quota", "配额"), Phrase("may", "权限"), Phrase("shows", "身份"),
            ]
            return TextTable(
                header: header.map { $0.text(in: language) }, rows: applications.map { $0.row(in: language) }
            ).lines
        }
    }
}
