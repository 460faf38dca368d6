import Foundation
import HTTPTypes

/// A problem as it is sent: `application/problem+json` (RFC 9457, section 3).
struct ProblemDocument: Encodable, Sendable {
    static let mediaType = "application/problem+json"

    let type: String
    let title: String
    let titleZh: String
    let status: Int
    let detail: String
    let code: String
    /// The number of the request, under which the node's log has more.
    let instance: String
    let ledgerCode: String?
    let transaction: String?
    let violations: [Schema.Violation]?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, instance, ledgerCode, transaction, violations
        case titleZh = "title-zh"
    }

    init(_ problem: Problem, request: String) {
        type = "urn:zhenglian:problem:\(problem.code.rawValue)"
        title = problem.code.title.english
        titleZh = problem.code.title.chinese
        status = problem.code.status.code
        detail = problem.detail
        code = problem.code.rawValue
        instance = "urn:zhenglian:request:\(request)"
        ledgerCode = problem.ledgerCode
        transaction = problem.transaction
        violations = problem.violations.isEmpty ? nil : problem.violations
    }

    static let schema = Schema.object(
        .required("type", .text()), .required("title", .text()), .required("title-zh", .text()),
        .required("status", .integer(400...599)), .required("detail", .text(0...8_192)),
        .required("code", .string(.word, 1...64)), .required("instance", .text()),
        .optional("ledgerCode", .text()), .optional("transaction", .digest),
        .optional(
            "violations",
            .array(of: .object(.required("place", .text(0...2_048)), .required("message", .text(0...8_192))), 0...64))
    ).named("Problem").described("problem details (RFC 9457)", "错误详情")
}
