import Formats
import Identity

/// What a receipt was found to prove, or why it does not hold.
struct ReceiptVerdict: Encodable, Sendable {
    /// `established` or `contradicted`.
    let verdict: String
    /// Why it does not hold; nothing where it does.
    let reason: String?
    /// `transaction`, `entry`, `absence` or `list`.
    let subject: String?
    let asOf: Height?
    let sealedAt: Height?
    let sealTime: String?
    let signers: [String]
    let established: [String]
    let notEstablished: [String]

    init(of bytes: [UInt8], genesis: Genesis) {
        do {
            let receipt = try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount)
            let findings = try receipt.verify(against: genesis)
            verdict = "established"
            reason = nil
            subject =
                switch findings.subject {
                case .transaction: "transaction"
                case .entry: "entry"
                case .absence: "absence"
                case .list: "list"
                }
            asOf = findings.asOf
            sealedAt = findings.seal.height
            sealTime = findings.seal.time.description
            signers = findings.seal.signers.map(\.description)
            established = findings.established.map(\.rawValue)
            notEstablished = findings.notEstablished.map(\.rawValue)
        } catch {
            verdict = "contradicted"
            reason = "\(error)"
            (subject, asOf, sealedAt, sealTime) = (nil, nil, nil, nil)
            (signers, established, notEstablished) = ([], [], [])
        }
    }

    static let schema = Schema.object(
        .required("verdict", .choice(["established", "contradicted"])), .optional("reason", .text(0...4_096)),
        .optional("subject", .choice(["transaction", "entry", "absence", "list"])), .optional("asOf", .height),
        .optional("sealedAt", .height), .optional("sealTime", .time),
        .required("signers", .array(of: .text(), 0...100)),
        .required(
            "established", .array(of: .choice(EstablishedFact.allCases.map(\.rawValue)))),
        .required("notEstablished", .array(of: .choice(OpenQuestion.allCases.map(\.rawValue))))
    ).named("ReceiptVerdict").described("what a receipt proves", "回执的核验结果")
}
