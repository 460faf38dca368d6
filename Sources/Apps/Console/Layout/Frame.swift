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
    let node: String
    let entries: [Entry]
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
