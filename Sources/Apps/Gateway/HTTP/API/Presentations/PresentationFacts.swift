import Formats
import Identity
import Licences
import ZhenglianClient

/// What a device signs to show a licence.
struct PreparedPresentation: Encodable, Sendable {
    let order: String
    let statement: String
    let digest: Digest
    let notAfter: Int64

    init(_ order: PresentationOrder, _ statement: HolderStatement, suite: any CryptoSuite) {
        self.order = Base64.encode(order.derBytes)
        let answer = HolderStatementBody.Answer(statement, suite: suite)
        (self.statement, digest, notAfter) = (answer.statement, answer.digest, answer.notAfter)
    }
}

/// What a presentation's code says.
struct TokenFacts: Encodable, Sendable {
    let licence: LicenceIdentifier
    let owner: Label
    let purpose: PurposeCode
    let fields: [String]
    let audience: Label?
    let agent: GrantIdentifier?
    let issuedAt: String
    let expiresAt: String
    let maximumScans: Int64

    init(_ token: PresentationToken) {
        (licence, owner, purpose) = (token.licence, token.owner, token.purpose)
        fields = token.fields.map(\.rawValue)
        (audience, agent) = (token.audience, token.agent)
        (issuedAt, expiresAt) = (token.issuedAt.description, token.expiresAt.description)
        maximumScans = token.maximumScans
    }

    static let schema = Schema.object(
        .required("licence", .licence), .required("owner", .department), .required("purpose", .purpose),
        .required("fields", .columns), .optional("audience", .department),
        .optional("agent", Schema.digest.described("the holder's grant, where an agent shows", "代理授权（代理人出示时）")),
        .required("issuedAt", .time), .required("expiresAt", .time),
        .required("maximumScans", .integer(PresentUse.scans))
    ).named("Presentation").described("what a presentation's code says", "亮证码内容")
}

/// A presentation as the device shows it.
struct ShownFacts: Encodable, Sendable {
    let code: String
    let presentation: TokenFacts
    let proof: String?

    init(_ shown: HolderRelay.Shown) {
        (code, presentation) = (shown.code.text, TokenFacts(shown.code.token))
        proof = shown.proof.map { Base64.encode($0.derBytes) }
    }

    static let schema = Schema.object(
        .required("code", Schema.presentationCode), .required("presentation", TokenFacts.schema),
        .optional(
            "proof",
            Schema.string(.base64, 4...(4 * Receipt.maximumByteCount / 3 + 4)).described(
                "DER of a receipt of the catalogue's entry for scanners without a network, in base64; missing where "
                    + "the ledger vouches for it only in a moment",
                "证照目录条目的回执（DER，base64），供离线扫码；账本尚未见证时没有")))
}

/// Somebody who has scanned a code.
struct ScannerFacts: Encodable, Sendable {
    let scan: String
    let department: Label
    let application: ApplicationName
    let purpose: PurposeCode
    let item: ItemCode?
    let caseNumber: CaseNumber?
    let fields: [String]
    let request: String
    let agree: HolderStatementBody.Answer
    let decline: HolderStatementBody.Answer

    private enum CodingKeys: String, CodingKey {
        case scan, department, application, purpose, item, fields, request, agree, decline
        case caseNumber = "case"
    }

    init(_ scanner: HolderRelay.Scanner, notAfter: Timestamp, genesis: Genesis) {
        let asked = scanner.request
        (scan, department, application) = (scanner.scan.hexadecimal, scanner.department, asked.application)
        (purpose, item, caseNumber) = (asked.context.purpose, asked.context.item, asked.context.caseNumber)
        fields = asked.fields.map(\.rawValue)
        request = Base64.encode(asked.derBytes)
        agree = HolderStatementBody.Answer(
            scanner.statement(agrees: true, notAfter: notAfter, genesis: genesis), suite: genesis.suite)
        decline = HolderStatementBody.Answer(
            scanner.statement(agrees: false, notAfter: notAfter, genesis: genesis), suite: genesis.suite)
    }

    static let schema = Schema.object(
        .required("scan", .scan), .required("department", .department), .required("application", .application),
        .required("purpose", .purpose), .optional("item", .item), .optional("case", .caseNumber),
        .required("fields", .columns),
        .required(
            "request",
            Schema.string(.base64, 4...8_192).described(
                "DER of the UseRequest that both statements are about: the device reads it itself",
                "两份声明所指的用证申请（DER，base64），设备应自行核对")),
        .required("agree", HolderStatementBody.schema), .required("decline", HolderStatementBody.schema)
    ).named("Scanner").described("somebody who has scanned", "扫码者")
}
