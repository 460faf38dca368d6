import HTTPTypes

/// Why a request was not carried out, as problem details (RFC 9457): a code, what happened, and what to do.
///
/// Two problems are equal when their codes are.
public struct Problem: Error, Sendable {
    /// What kind of problem it is. Codes of contracts stand beside them, in ``ledgerCode``.
    public struct Code: Hashable, Sendable {
        public let rawValue: String
        let status: HTTPResponse.Status
        /// What it is called, always the same for the same code.
        let title: Summary

        init(_ rawValue: String, _ status: HTTPResponse.Status, _ english: String, _ chinese: String) {
            self.rawValue = rawValue
            self.status = status
            title = Summary(english, chinese)
        }
    }

    public let code: Code
    /// What happened and what to do.
    public let detail: String
    /// The code of the node or the contract that has refused.
    var ledgerCode: String?
    /// What is wrong with which member or parameter.
    var violations: [Schema.Violation] = []
    /// After how many seconds the same request may succeed.
    var retryAfter: Int?
    /// The transaction that was rejected or whose fate is not known.
    var transaction: String?
    /// Methods that the path has.
    var allow: [String] = []

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    func with(_ change: (inout Problem) -> Void) -> Problem {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Problem: Equatable, CustomStringConvertible {
    public static func == (left: Problem, right: Problem) -> Bool { left.code == right.code }

    public var description: String { "\(detail) (\(code.rawValue))" }
}

extension Problem.Code {
    public static let malformedJSON = Self("malformedJSON", .badRequest, "the body is no JSON", "正文不是 JSON")
    public static let invalidBody = Self("invalidBody", .badRequest, "the body is not as described", "正文不符合接口说明")
    public static let invalidParameter = Self(
        "invalidParameter", .badRequest, "a parameter is not as described", "参数不符合接口说明")
    public static let unknownParameter = Self(
        "unknownParameter", .badRequest, "there is no such parameter", "没有此参数")
    public static let invalidHeader = Self("invalidHeader", .badRequest, "a header is not as described", "请求头不符合接口说明")
    public static let invalidValue = Self(
        "invalidValue", .unprocessableContent, "a value breaks a rule of its domain", "取值违反业务规则")
    public static let notAuthenticated = Self(
        "notAuthenticated", .unauthorized, "who calls is not known", "未认证")
    public static let notEntitled = Self("notEntitled", .forbidden, "the caller may not do this", "无权限")
    public static let notFound = Self("notFound", .notFound, "there is no such thing", "不存在")
    public static let methodNotAllowed = Self(
        "methodNotAllowed", .methodNotAllowed, "the path has other methods", "此路径不支持该方法")
    public static let notAcceptable = Self(
        "notAcceptable", .notAcceptable, "there is no such representation", "没有所请求的格式")
    public static let bodyTimeout = Self("bodyTimeout", .requestTimeout, "the body did not come in time", "正文接收超时")
    public static let refusedByLedger = Self(
        "refusedByLedger", .conflict, "the ledger has refused", "账本已拒绝")
    public static let keyReused = Self(
        "keyReused", .unprocessableContent, "the idempotency key was used for another request", "幂等键已用于另一请求")
    public static let underWay = Self(
        "underWay", .conflict, "a request with this idempotency key is under way", "同一幂等键的请求正在处理")
    public static let gone = Self("gone", .gone, "it is not kept here any more", "此处已不再保留")
    public static let bodyTooLarge = Self("bodyTooLarge", .contentTooLarge, "the body is too large", "正文过大")
    public static let unsupportedMediaType = Self(
        "unsupportedMediaType", .unsupportedMediaType, "the body is of another media type", "正文类型不支持")
    public static let quotaExceeded = Self("quotaExceeded", .tooManyRequests, "the quota is used up", "配额已用完")
    public static let overloaded = Self("overloaded", .serviceUnavailable, "too much is under way", "系统繁忙")
    public static let unavailable = Self("unavailable", .serviceUnavailable, "the node cannot answer now", "节点暂不可用")
    public static let notInTime = Self("notInTime", .gatewayTimeout, "it did not happen in time", "处理超时")
    public static let internalError = Self("internalError", .internalServerError, "the gateway has failed", "网关内部错误")

    /// What any operation may answer with.
    static let common: [Problem.Code] = [
        .invalidHeader, .notAuthenticated, .notEntitled, .quotaExceeded, .overloaded, .unavailable, .notInTime,
        .internalError, .methodNotAllowed, .notAcceptable,
    ]
}
