import ArgumentParser
import Formats
import GatewayAccess
import Identity
import Licences
import Nodes
import ZhenglianClient

struct GatewayPlatforms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "platforms",
        abstract: "Identity platforms that your department trusts (统一身份认证平台).",
        subcommands: [PlatformRegister.self, PlatformEnd.self, PlatformList.self]
    )
}

struct PlatformRegister: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Trust an identity platform, or say something else of one.",
        discussion: """
            Example: zhenglian gateway platforms register https://id.example.gov.cn --audience zhenglian \\
                         --key-set https://id.example.gov.cn/jwks --algorithm ES256
            """
    )

    @Argument(help: "Its issuer identifier, as tokens have it in 'iss'.")
    var issuer: PlatformAddress

    @Option(help: "What its tokens for this ledger have in 'aud'.")
    var audience: String

    @Option(help: "Where it publishes its keys (JWKS).")
    var keySet: PlatformAddress

    @Option(help: "How it signs: ES256, EdDSA or RS256; repeat for more.")
    var algorithm: [TokenAlgorithm]

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).applications.register(
                PlatformDeclaration(
                    issuer: issuer, audience: audience, keySet: keySet, algorithms: Set(algorithm)))
            try console.present(
                GatewayWritten(issuer.text, outcome, Phrase("\(issuer) is trusted", "已信任 \(issuer)")))
        }
    }
}

struct PlatformEnd: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Trust an identity platform no more: none of its tokens is accepted.",
        discussion: "Example: zhenglian gateway platforms end https://id.example.gov.cn"
    )

    @Argument(help: "Its issuer identifier.")
    var issuer: PlatformAddress

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).applications.end(
                PlatformReference(department: identity.member.department, issuer: issuer))
            try console.present(
                GatewayWritten(issuer.text, outcome, Phrase("\(issuer) is trusted no more", "已不再信任 \(issuer)")))
        }
    }
}

struct PlatformList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the identity platforms that a department trusts, or has trusted.",
        discussion: "Example: zhenglian gateway platforms list"
    )

    @OptionGroup var of: OfDepartmentOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let applications = ApplicationsClient(reading: ledger)
            let records = try await of.all(identity) { try await applications.platforms($0) }
            try console.present(Report(platforms: records.map(Platform.init)))
        }
    }

    struct Platform: Encodable {
        let issuer: String
        let audience: String
        let keySet: String
        let algorithms: [TokenAlgorithm]
        let registeredAt: Timestamp
        let endedAt: Timestamp?

        init(_ record: PlatformRecord) {
            issuer = record.declaration.issuer.text
            audience = record.declaration.audience
            keySet = record.declaration.keySet.text
            algorithms = record.declaration.algorithms
            registeredAt = record.registeredAt
            endedAt = record.endedAt
        }
    }

    private struct Report: Presentable {
        let platforms: [Platform]

        func lines(in language: Language) -> [String] {
            guard !platforms.isEmpty else {
                return [Phrase("no identity platform is trusted", "没有信任任何身份认证平台").text(in: language)]
            }
            let header = [
                Phrase("issuer", "平台"), Phrase("audience", "受众"), Phrase("algorithms", "签名算法"),
                Phrase("keys", "密钥地址"), Phrase("ended", "已终止"),
            ]
            let rows = platforms.map {
                [
                    $0.issuer, $0.audience, $0.algorithms.map(\.rawValue).joined(separator: " "), $0.keySet,
                    $0.endedAt?.beijingText ?? "",
                ]
            }
            return TextTable(header: header.map { $0.text(in: language) }, rows: rows).lines
        }
    }
}
