import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct UsePresent: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "present",
        abstract: "Show a licence as its holder (亮证): the code for a scanner, who scans, and the holder's answer.",
        discussion: """
            The device's key has to be bound to the holder's pseudonym. The code is written to standard error, or to
            --code; whoever scans it is shown, and answered by --agree DEPARTMENT or at the terminal. Ends with the
            first answer, or with the code's expiry (status 1). An agent shows with a device key of their own and names
            the holder's grant, which the code carries to the scanner.

            Examples: zhenglian use present --licence … --purpose REGISTRATION --field holder_name \\
                          --device-key device.key --agree tax
                      zhenglian use present --licence … --purpose REGISTRATION --field holder_name \\
                          --device-key agent.key --agent 5f2a… --agree tax
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier

    @Option(help: "What it is shown for (用途代码).", transform: { try PurposeCode($0) })
    var purpose: PurposeCode

    @Option(help: "A field to show, such as holder_name; repeat for more.", transform: Self.column)
    var field: [LicenceColumn]

    @Option(help: "The only department that may scan; any by default.")
    var audience: Label?

    @Option(help: "How long the code lasts, 10 to 600 seconds.")
    var seconds = PresentationOrder.standardSeconds

    @Option(help: "How often the code may be scanned, 1 to 16.")
    var scans: Int64 = 1

    @Option(help: "The file with the private key of the holder's device, or of the agent's.")
    var deviceKey: String

    @Option(help: "The holder's grant to the agent who shows the licence.")
    var agent: GrantIdentifier?

    @Option(help: "Where the code's text is written for a scanner; standard error otherwise.")
    var code: String?

    @Option(help: "Agree to this department without asking; repeat for more. Every other is declined.")
    var agree: [Label] = []

    @OptionGroup var owner: OwnerNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    static func column(_ text: String) throws -> LicenceColumn {
        guard let column = LicenceColumn(rawValue: text), LicenceMetadata.names.contains(column) else {
            throw ValidationError(
                "a field is one of \(LicenceMetadata.names.map(\.rawValue).joined(separator: ", "))")
        }
        return column
    }

    func validate() throws {
        guard !field.isEmpty else { throw ValidationError("give at least one --field") }
    }

    func run(_ console: Console) async throws {
        let genesis = try connection.readGenesis()
        guard let issuer = genesis.department(issuingUnder: licence.issuerCode.text) else {
            throw LicenceError(
                .foreignIssuer, "no department of this consortium issues under the code of \(licence)")
        }
        let key = try genesis.suite.signingKey(pem: try ProtectedFile.text(of: deviceKey, limit: 16 << 10))
        let device = HolderDevice(genesis: genesis, key: key)
        var generator = SystemRandomNumberGenerator()
        let nonce = PresentationIdentifier(using: &generator).digest(suite: genesis.suite)
        let order = try PresentationOrder(
            licence: licence, purpose: purpose, fields: field, audience: audience, seconds: seconds,
            maximumScans: scans, nonce: nonce, agent: agent)
        let clock = SystemWallClock()
        try await owner.withService(of: issuer, connection) { service in
            let shown = try await device.present(order, through: service, at: clock.now)
            try show(shown.code, console)
            let scanner = try await waitForScanner(shown.code.token, device, service, clock)
            let agrees = try decide(on: scanner, console)
            try await device.answer(
                scanner, agrees: agrees, of: shown.code.token, through: service, at: clock.now)
            try console.present(Report(shown.code.token, scanner: scanner, agrees: agrees))
            if !agrees { throw ExitStatus.refused.code }
        }
    }

    private func show(_ code: PresentationCode, _ console: Console) throws {
        guard let path = self.code else {
            return console.note(Phrase(code.text, code.text))
        }
        try ProtectedFile.replace(at: path, with: Array(code.text.utf8), access: .shared)
        console.note(Phrase("the code is in \(path)", "亮证码已写入 \(path)"))
    }

    private func waitForScanner(
        _ token: PresentationToken, _ device: HolderDevice, _ service: any LicenceService, _ clock: any WallClock
    ) async throws -> HolderDevice.Scanner {
        let pause = Duration.milliseconds(500)
        let timer = ContinuousClock()
        while clock.now < token.expiresAt {
            if let scanner = try await device.scanners(of: token, through: service).first { return scanner }
            try await timer.sleep(until: timer.now.advanced(by: pause), tolerance: nil)
        }
        throw CommandFailure(.refused, Phrase("nobody has scanned before the code expired", "亮证码过期前无人扫码"))
    }

    private func decide(on scanner: HolderDevice.Scanner, _ console: Console) throws -> Bool {
        let fields = scanner.request.fields.map(\.rawValue).joined(separator: ", ")
        console.note(
            Phrase(
                "\(scanner.department) (\(scanner.request.application)) asks for \(fields), for "
                    + "\(scanner.request.context.purpose)",
                "\(scanner.department)（\(scanner.request.application)）请求查看 \(fields)，用途 "
                    + "\(scanner.request.context.purpose)"))
        guard agree.isEmpty else { return agree.contains(scanner.department) }
        console.note(Phrase("agree? y or n", "是否同意？y 或 n"))
        return readLine() == "y"
    }

    private struct Report: Presentable {
        let licence: LicenceIdentifier
        let scanner: String
        let application: ApplicationName
        let purpose: PurposeCode
        let fields: [String]
        let agrees: Bool

        init(_ token: PresentationToken, scanner: HolderDevice.Scanner, agrees: Bool) {
            licence = token.licence
            self.scanner = scanner.department.rawValue
            application = scanner.request.application
            purpose = scanner.request.context.purpose
            fields = scanner.request.fields.map(\.rawValue)
            self.agrees = agrees
        }

        func lines(in language: Language) -> [String] {
            [
                agrees
                    ? Phrase(
                        "agreed: \(scanner) sees \(fields.joined(separator: ", "))",
                        "已同意：\(scanner) 可见 \(fields.joined(separator: ", "))"
                    ).text(in: language)
                    : Phrase("declined: \(scanner) sees nothing", "已拒绝：\(scanner) 不可见").text(in: language)
            ]
        }
    }
}
