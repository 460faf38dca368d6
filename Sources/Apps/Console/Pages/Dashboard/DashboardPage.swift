import Formats
import Foundation
import Identity

/// The figures of all, for a wall: the page is a frame, its module draws what ``data(_:)`` gives.
enum DashboardPage {
    struct Model: Sendable {
        let panels: [String: Panel]
        let words: String
    }

    struct Panel: Sendable {
        let title: String
        let definition: String
        let path: String
        let definitionPath: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let data = try await request.parts.dashboard.data()
        let panels = DashboardQuestion.allCases.map { question in
            (
                question.rawValue,
                Panel(
                    title: request.tell(question.title), definition: request.tell(question.definition),
                    path: question.path, definitionPath: "/dashboard/definitions#\(question.rawValue)")
            )
        }
        var page = Page(
            Words.dashboard,
            Model(panels: Dictionary(uniqueKeysWithValues: panels), words: try words(request.language)),
            asOf: AsOf(.init(rawValue: data.height), .init(milliseconds: data.time)))
        page.frame = "wall"
        return page
    }

    /// The numbers of every panel, in one document.
    static func data(_ request: PageRequest) async throws -> ConsoleFile {
        let data = try await request.parts.dashboard.data()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ConsoleFile(Array(try encoder.encode(data)), ContentType.json, entityTag: "\"\(data.height)\"")
    }

    /// The words that the module puts beside numbers.
    private static func words(_ language: ConsoleLanguage) throws -> String {
        let names = Words.dashboard.phrases.keys.filter { $0.hasPrefix("js") }.sorted()
        let texts = Dictionary(
            uniqueKeysWithValues: names.map { ($0, Words.dashboard.text($0, in: language)) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(texts), as: UTF8.self)
    }
}

/// What each figure of the dashboard counts, and how.
enum DefinitionsPage {
    struct Row: Sendable {
        let name: String
        let title: String
        let definition: String
        let sql: String
        let path: String
    }

    struct Model: Sendable {
        let rows: [Row]
        let command: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let state = try await request.parts.state.state()
        let rows = DashboardQuestion.allCases.map { question in
            Row(
                name: question.rawValue, title: request.tell(question.title),
                definition: request.tell(question.definition), sql: question.sql, path: question.path)
        }
        return Page(
            Words.definitions, Model(rows: rows, command: "zhenglian ledger sql --data DATA \"SELECT …\""),
            asOf: AsOf(state.height, state.time))
    }
}

extension Words {
    static let dashboard = WordTable(
        "dashboard",
        [
            "title": Phrase("Dashboard", "运行大屏"), "leave": Phrase("Leave", "退出"),
            "fullScreen": Phrase("Full screen", "全屏"), "definition": Phrase("What is this?", "口径"),
            "opened": Phrase("opened in 30 days", "近 30 日受理"), "running": Phrase("running", "在办"),
            "completed": Phrase("completed", "办结"), "ended": Phrase("ended otherwise", "其他终结"),
            "late": Phrase("steps overdue", "超期环节"), "nodes": Phrase("Nodes of the region", "区域节点"),
            "nodesSays": Phrase(
                "Validators and observers of the epoch as this node sees them: reachable, and how far behind.",
                "本节点所见的本纪元验证节点与观察节点：是否连通及落后高度。"),
            "loading": Phrase("The figures are being fetched.", "正在读取数据。"),
            "jsLost": Phrase("The node does not answer; figures are as of the height above.", "节点未答复，数据截至上方高度。"),
            "jsInTime": Phrase("in time", "按时"), "jsMedian": Phrase("median", "中位"),
            "jsPromise": Phrase("promise", "承诺"),
            "jsNone": Phrase("none", "无"), "jsEnds": Phrase("ends", "到期"), "jsReplies": Phrase("replies", "回复"),
            "jsObjections": Phrase("objections", "异议"), "jsAllowed": Phrase("allowed", "允许"),
            "jsDenied": Phrase("denied", "拒绝"), "jsReleased": Phrase("released", "释放"),
            "jsTransactions": Phrase("transactions", "笔交易"), "jsRejected": Phrase("rejected", "被拒绝"),
            "jsInHand": Phrase("in hand", "在办"), "jsSettled": Phrase("done", "办结"), "jsBegun": Phrase("begun", "已开始"),
            "jsUnreachable": Phrase("unreachable", "未连通"), "jsBehind": Phrase("behind", "落后"),
            "jsQuorum": Phrase("quorum", "法定人数"), "jsInForce": Phrase("in force", "有效"),
            "jsBlock": Phrase("block", "出块"), "jsCommit": Phrase("commit", "确认"), "jsP95": Phrase("p95", "P95"),
            "jsOwn": Phrase("this node", "本节点"),
        ])

    static let definitions = WordTable(
        "definitions",
        [
            "title": Phrase("What the figures count", "指标口径"),
            "lead": Phrase(
                "Each figure of the dashboard is the answer of this node's read model to one question. The same "
                    + "question on the command line gives the same answer.",
                "大屏各指标均为本节点读模型对一个查询的答复，用命令行执行同一查询得到同样结果。"),
            "question": Phrase("Question", "查询"), "opens": Phrase("What it counts", "查看明细"),
            "command": Phrase("By command", "命令"),
        ])
}
