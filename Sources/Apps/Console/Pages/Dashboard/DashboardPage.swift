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
        let time = Timestamp(milliseconds: data.time)
        let panels = DashboardQuestion.allCases.map { question in
            (
                question.rawValue,
                Panel(
                    title: request.tell(question.title), definition: request.tell(question.definition),
                    path: question.path(at: time),
                    definitionPath: "/dashboard/definitions#\(question.rawValue)")
            )
        }
        var page = Page(
            Words.dashboard,
            Model(panels: Dictionary(uniqueKeysWithValues: panels), words: try words(request.language)),
            asOf: AsOf(.init(rawValue: data.height), time))
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
                definition: request.tell(question.definition), sql: question.question(at: state.time),
                path: question.path(at: state.time))
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
            "opened": Phrase("opened in 30 days", "近 30 日受理"), "today": Phrase("today", "今日受理"),
            "ever": Phrase("of any age", "累计受理"), "running": Phrase("in hand", "在办"),
            "completed": Phrase("completed", "办结"), "ended": Phrase("ended otherwise", "其他终结"),
            "late": Phrase("steps overdue", "超期环节"), "nodes": Phrase("Nodes of the region", "区域节点"),
            "allowed": Phrase("allowed", "允许"), "denied": Phrase("denied", "拒绝"),
            "released": Phrase("released", "释放"), "presented": Phrase("presented", "亮证"),
            "matched": Phrase("verified: consistent", "核验一致"), "differing": Phrase("verified: not", "核验不一致"),
            "windowsRunning": Phrase("run now", "公告中"), "endingSoon": Phrase("end in 3 days", "三日内到期"),
            "objections": Phrase("objections in 30 days", "近 30 日异议"),
            "onTime": Phrase("steps in time", "按时办结率"), "reuse": Phrase("steps supplied", "材料复用率"),
            "given": Phrase("papers not asked for again", "免提交材料"), "grade": Phrase("grade of 5", "好差评（满分 5）"),
            "grantsInForce": Phrase("grants in force", "有效授权"), "grantsNew": Phrase("new in 30 days", "近 30 日新增"),
            "grantsEnded": Phrase("ended in 30 days", "近 30 日终止"),
            "licencesAll": Phrase("licences", "上链证照"), "licencesInForce": Phrase("in force", "其中有效"),
            "licencesToday": Phrase("today", "今日上链"),
            "nodesSays": Phrase(
                "Validators and observers of the epoch as this node sees them: reachable, and how far behind.",
                "本节点所见的本纪元验证节点与观察节点：是否连通及落后高度。"),
            "loading": Phrase("The figures are being fetched.", "正在读取数据。"),
            "jsLost": Phrase("The node does not answer; figures are as of the height above.", "节点未答复，数据截至上方高度。"),
            "jsNone": Phrase("none", "无"), "jsReplies": Phrase("replies", "回复"),
            "jsObjections": Phrase("objections", "异议"), "jsUnreachable": Phrase("unreachable", "未连通"),
            "jsBehind": Phrase("behind", "落后"), "jsQuorum": Phrase("quorum", "法定人数"),
            "jsBlock": Phrase("block", "出块间隔"), "jsCommit": Phrase("commit", "确认用时"),
            "jsMedian": Phrase("median", "中位"), "jsP95": Phrase("p95", "P95"),
            "jsOwn": Phrase("this node", "本节点"), "jsMore": Phrase("more", "其余"),
            "jsDone": Phrase("done", "办结"), "jsInHand": Phrase("in hand", "在办"),
            "jsFree": Phrase("disk free", "磁盘可用"), "jsGrowth": Phrase("a day", "日增"),
            "jsPast": Phrase("past", "已过"),
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
