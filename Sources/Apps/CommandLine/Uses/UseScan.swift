import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct UseScan: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Scan what a holder shows (扫码核验): check the code, ask the holder and the ledger, see the fields.",
        discussion: """
            With --offline the code alone is checked, with the genesis file and no network: with --proof also the state
            that the licence had, and with --crl that the node which signed was not revoked. What was not given is said
            to be unchecked. Otherwise the ledger is asked whether the node which signed was revoked, the holder is
            asked at the owner's node, and the ledger decides.

            Examples: zhenglian use scan code.txt --application approval --purpose REGISTRATION
                      zhenglian use scan code.txt --offline --genesis genesis.der --proof catalogue.receipt \\
                          --crl revoked.crl
            """
    )

    @Argument(help: "A file with the code's text, or - for standard input.")
    var code: String

    @Option(help: "The system that scans.", transform: { try ApplicationName($0) })
    var application: ApplicationName?

    @Option(help: "What for (用途代码).", transform: { try PurposeCode($0) })
    var purpose: PurposeCode?

    @Option(help: "The item (事项编码).", transform: { try ItemCode($0) })
    var item: ItemCode?

    @Option(help: "The case (办件编码).", transform: { try CaseNumber($0) })
    var caseNumber: CaseNumber?

    @Option(help: "A field that is needed; by default all that the code shows.", transform: UsePresent.column)
    var field: [LicenceColumn] = []

    @Flag(help: "Check the code alone, without a network.")
    var offline = false

    @Option(help: "With --offline: a receipt of the catalogue's entry of the licence.")
    var proof: String?

    @Option(help: "With --offline: the revocation list (PEM) of the department that issued the licence.")
    var crl: String?

    @Option(help: "Where all that comes is written with its proofs; no file may be there.")
    var content: String?

    @OptionGroup var owner: OwnerNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard offline || (application != nil && purpose != nil) else {
            throw ValidationError("give --application and --purpose, or --offline")
        }
        guard offline || proof == nil && crl == nil else {
            throw ValidationError("--proof and --crl go with --offline")
        }
    }

    func run(_ console: Console) async throws {
        let code = try readCode()
        guard !offline else { return try checkOffline(code, console) }
        guard let application, let purpose else { return }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            try await owner.withService(of: code.token.owner, connection) { service in
                let scanned = try await client.presentations.scan(
                    code,
                    for: Presentations.Purpose(
                        application: application,
                        context: UseContext(purpose: purpose, item: item, caseNumber: caseNumber),
                        fields: field.isEmpty ? nil : field),
                    through: service, at: SystemWallClock().now)
                guard let released = scanned.content else {
                    let reasons = scanned.decision.reasons.map(\.sentence)
                    throw CommandFailure(
                        .refused,
                        Phrase(
                            "denied: \(reasons.map(\.english).joined(separator: "; "))",
                            "拒绝：\(reasons.map(\.chinese).joined(separator: "；"))"))
                }
                try ReleasedReport.write(released, file: nil, content: content)
                try console.present(
                    ReleasedReport(released, suite: ledger.genesis.suite, file: nil, content: content))
            }
        }
    }

    private func readCode() throws -> PresentationCode {
        let text =
            code == "-"
            ? readLine() ?? "" : try ProtectedFile.text(of: code, limit: PresentationCode.maximumTextCount + 2)
        return try PresentationCode(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func checkOffline(_ code: PresentationCode, _ console: Console) throws {
        let genesis = try connection.readGenesis()
        let now = SystemWallClock().now
        let list = try crl.map { try revocationList(at: $0, of: code.token.owner, genesis) }
        var revocations = Revocations()
        if let list { revocations.insert(list) }
        try code.check(against: genesis, scanner: nil, at: now, revocations: revocations)
        let state = try proof.map {
            try PresentedState(try ReceiptFile.read($0), of: code.token, genesis: genesis)
        }
        try console.present(OfflineReport(code.token, state: state, revocations: list, at: now))
    }

    private func revocationList(
        at path: String, of owner: DepartmentName, _ genesis: Genesis
    ) throws -> RevocationList {
        let list = try RevocationList(
            pem: try ProtectedFile.text(of: path, limit: 2 * RevocationList.maximumByteCount), anchors: genesis.anchors)
        guard list.department == owner else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "\(path) is the list of \(list.department): give that of \(owner)",
                    "\(path) 是 \(list.department) 的吊销列表：请给出 \(owner) 的列表"))
        }
        return list
    }

    private struct OfflineReport: Presentable {
        let licence: LicenceIdentifier
        let owner: String
        let purpose: PurposeCode
        let fields: [String]
        /// The holder's grant, where an agent shows.
        let agent: GrantIdentifier?
        let expiresAt: String
        /// As of when the catalogue's state of the licence is proved; `nil` where no proof was given.
        let provedAsOf: String?
        /// As of when the signing node's certificate was not revoked; `nil` where no list was given.
        let notRevokedAsOf: String?
        /// Since when the next list is due; `nil` where none was given, or it is the newest that there has to be.
        let newerListDueSince: String?
        /// What nobody can know from what was given: `licenceState`, `nodeRevocation`.
        let unchecked: [String]

        init(_ token: PresentationToken, state: PresentedState?, revocations: RevocationList?, at time: Timestamp) {
            licence = token.licence
            owner = token.owner.rawValue
            purpose = token.purpose
            fields = token.fields.map(\.rawValue)
            agent = token.agent
            expiresAt = "\(token.expiresAt)"
            provedAsOf = state.map { "\($0.time)" }
            notRevokedAsOf = revocations.map { "\($0.thisUpdate)" }
            unchecked = (state == nil ? ["licenceState"] : []) + (revocations == nil ? ["nodeRevocation"] : [])
            newerListDueSince = revocations.flatMap { $0.nextUpdate < time ? "\($0.nextUpdate)" : nil }
        }

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(licence): the code is \(owner)'s, unchanged, good until \(expiresAt)",
                    "\(licence)：亮证码由 \(owner) 签发，未被改动，有效至 \(expiresAt)"),
                agent.map { Phrase("shown by an agent, by grant \($0)", "由代理人出示，授权 \($0)") },
                provedAsOf.map {
                    Phrase("the licence was in force as of \($0)", "截至 \($0) 证照有效")
                }
                    ?? Phrase(
                        "could not be checked: whether the licence is in force (give --proof, or scan with a network)",
                        "未能核验：证照当前是否有效（请给出 --proof 或联网扫码）"),
                notRevokedAsOf.map {
                    Phrase("the node's certificate was not revoked as of \($0)", "截至 \($0) 节点证书未被吊销")
                }
                    ?? Phrase(
                        "could not be checked: whether the node's certificate was revoked (give --crl)",
                        "未能核验：节点证书是否已被吊销（请给出 --crl）"),
                newerListDueSince.map {
                    Phrase(
                        "the revocation list is old: a newer one is due since \($0)", "吊销列表已过期：自 \($0) 起应有更新的列表")
                },
            ].compactMap(\.self).map { $0.text(in: language) }
        }
    }
}
