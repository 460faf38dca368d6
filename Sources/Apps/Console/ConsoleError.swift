import Formats
import HTTPTypes
import Ledger
import Licences
import Nodes

/// Why a page is not shown: what happened, and what to do, in both languages. Equality is by code.
struct ConsoleError: Error, Equatable, Sendable {
    /// What kind of trouble it is.
    enum Code: String, Sendable {
        case badQuestion, notFound, gone, notYet, notLoggedIn, notEntitled, foreignForm, busy, unavailable, `internal`

        var status: HTTPResponse.Status {
            switch self {
            case .badQuestion: .badRequest
            case .notFound: .notFound
            case .gone: .gone
            case .notLoggedIn: .unauthorized
            case .notYet, .busy, .unavailable: .serviceUnavailable
            case .notEntitled, .foreignForm: .forbidden
            case .internal: .internalServerError
            }
        }
    }

    let code: Code
    let statement: Phrase
    let advice: Phrase

    init(_ code: Code, _ statement: Phrase, advice: Phrase) {
        (self.code, self.statement, self.advice) = (code, statement, advice)
    }

    static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    static func notFound(_ statement: Phrase) -> ConsoleError {
        ConsoleError(
            .notFound, statement,
            advice: Phrase(
                "check the spelling, or search: the field above takes heights, codes, identifiers and digests",
                "请核对，或在上方搜索框输入高度、编码、标识或摘要"))
    }

    static func badQuestion(_ english: String, _ chinese: String) -> ConsoleError {
        ConsoleError(
            .badQuestion, Phrase(english, chinese), advice: Phrase("correct it and ask again", "请更正后重试"))
    }

    static func notEntitled(_ entitlement: ConsoleEntitlement?) -> ConsoleError {
        ConsoleError(
            .notEntitled, Phrase("you may not see this", "您无权查看此页"),
            advice: Phrase(
                "ask an administrator of your department for '\(entitlement?.rawValue ?? "")'",
                "请向本部门管理员申请权限“\(entitlement?.rawValue ?? "")”"))
    }

    /// What the ledger, the read model or a parser has thrown, as people are told.
    init(_ error: any Error) {
        self =
            switch error {
            case let error as ConsoleError: error
            case let error as NodeError: Self.told(error)
            case let error as LedgerError: Self.told(error)
            case let error as LicenceError: .badQuestion(error.message, "输入不合规范：\(error.message)")
            case is CancellationError: Self.unavailable("the node is stopping", "节点正在停止")
            default: Self.unavailable("the node could not answer", "节点未能答复")
            }
    }

    private static func unavailable(_ english: String, _ chinese: String) -> ConsoleError {
        ConsoleError(
            .unavailable, Phrase(english, chinese),
            advice: Phrase(
                "try again in a moment; if it stays so, the log of the node says why", "请稍后重试；若持续如此，请查看节点日志"))
    }

    private static func told(_ error: NodeError) -> ConsoleError {
        switch error.code {
        case .notFound: .notFound(Phrase("there is no such thing on this ledger", "账本上没有该内容"))
        case .pruned:
            ConsoleError(
                .gone, Phrase("this node does not keep it any more", "本节点已不再保存该内容"),
                advice: Phrase("ask a node that keeps everything", "请向保存全部历史的节点查询"))
        case .notSealedYet:
            ConsoleError(
                .notYet, Phrase("no later header vouches for it yet", "尚无后续块头为其背书"),
                advice: Phrase("try again after the next block", "请在下一个区块之后重试"))
        case .overloaded:
            ConsoleError(
                .busy, Phrase("the node has too much to do", "节点繁忙"),
                advice: Phrase("try again in a moment", "请稍后重试"))
        case .invalidQuery: .badQuestion("the ledger does not understand the question", "账本不理解该查询")
        case .invalidTransaction:
            .badQuestion("the ledger does not take this transaction: \(error.message)", "账本不接受该交易：\(error.message)")
        case .notEntitled:
            ConsoleError(
                .notEntitled, Phrase("the certificate does not entitle: \(error.message)", "证书无此权限：\(error.message)"),
                advice: Phrase("have your authority sign a new one", "请由本部门机构重新签发"))
        case .expired:
            ConsoleError(
                .gone, Phrase("its time is over: it never took effect", "已过有效高度：未生效，也不会再生效"),
                advice: Phrase("sign anew", "请重新签署"))
        case .notInTime:
            unavailable("there is no outcome yet, and it may still take effect", "尚无结果，仍可能生效")
        default: unavailable("the node could not answer: \(error.code.rawValue)", "节点未能答复：\(error.code.rawValue)")
        }
    }

    private static func told(_ error: LedgerError) -> ConsoleError {
        switch error.code {
        case .timeLimitExceeded, .sizeLimitExceeded:
            ConsoleError(
                .busy, Phrase("the question takes too long", "查询耗时过长"),
                advice: Phrase("narrow it: a shorter period, one department", "请缩小范围：更短时段或单个部门"))
        default:
            unavailable("the read model could not answer: \(error.code.rawValue)", "读模型未能答复：\(error.code.rawValue)")
        }
    }
}
