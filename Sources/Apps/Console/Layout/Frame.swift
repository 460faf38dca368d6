import Nodes

/// What stands around every page.
struct Frame: Sendable {
    struct Entry: Sendable {
        let title: String
        let path: String
        let isCurrent: Bool
    }

    let title: String
    let languageTag: String
    let otherLanguageTag: String
    let otherLanguagePath: String
    /// `light`, `dark` or `auto`.
    let theme: String
    let assets: String
    let consortium: String
    /// The node whose word the page is; `nil` where it does not answer.
    let node: String?
    let entries: [Entry]
    /// The parts of the section.
    let tabs: [Entry]
    let visitorName: String?
    let formToken: String?
    let returnPath: String
    /// The height that the page is as of, for the module that follows the chain.
    let height: String?
    let heightText: String?
    let timeText: String?
    let isLive: Bool
    /// Why what is seen may be old; `nil` where it is not.
    let trouble: String?
    let version: String
}

/// The parts of the console that a visitor moves between.
enum ConsoleSection: String, CaseIterable, Sendable {
    case verify, explorer, trace, onethings, dashboard, operations

    var title: Phrase {
        switch self {
        case .verify: Phrase("Verify", "核验")
        case .explorer: Phrase("Explorer", "浏览")
        case .trace: Phrase("Trace", "用证轨迹")
        case .onethings: Phrase("One-things", "一件事")
        case .dashboard: Phrase("Dashboard", "大屏")
        case .operations: Phrase("Operations", "运维")
        }
    }

    var path: String { "/\(rawValue)" }

    /// The parts of a section that has several: the first is its own page.
    static func tabs(_ section: ConsoleSection) -> [(title: Phrase, path: String)] {
        switch section {
        case .explorer:
            [
                (Phrase("Overview", "概览"), "/explorer"), (Phrase("Blocks", "区块"), "/explorer/blocks"),
                (Phrase("Licences", "证照"), "/explorer/licences"),
                (Phrase("Contracts", "合约"), "/explorer/contracts"), (Phrase("Nodes", "节点"), "/explorer/nodes"),
            ]
        case .trace:
            [(Phrase("Uses", "用证"), "/trace"), (Phrase("Authorisations", "授权"), "/trace/authorisations")]
        case .onethings:
            [
                (Phrase("Cases", "办件"), "/onethings"), (Phrase("Inbox", "收件箱"), "/onethings/inbox"),
                (Phrase("Definitions", "一件事定义"), "/onethings/matters"),
            ]
        case .operations:
            [
                (Phrase("This node", "本节点"), "/operations"),
                (Phrase("Administration", "管理"), "/operations/administration"),
            ]
        case .verify, .dashboard: []
        }
    }

    var entitlement: ConsoleEntitlement? {
        switch self {
        case .verify: nil
        case .explorer, .dashboard: .readLedger
        case .trace: .readTraces
        case .onethings: .readCases
        case .operations: .readOperations
        }
    }
}
