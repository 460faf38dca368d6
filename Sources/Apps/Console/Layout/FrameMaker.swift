import Formats
import Identity
import Nodes
import ZhenglianClient

/// Puts together what stands around a page.
struct FrameMaker {
    let request: PageRequest
    let page: Page
    let section: ConsoleSection?
    let state: StateSource.State?

    var frame: Frame {
        let language = request.language
        let asOf = page.asOf ?? state.map { AsOf($0.height, $0.time) }
        let genesis = request.services.genesis
        let title = page.words.text("title", in: language)
        let theme = request.parameter("theme")
        return Frame(
            title: page.subject.map { "\($0) · \(title)" } ?? title,
            languageTag: language.tag,
            otherLanguageTag: language.other.tag,
            otherLanguagePath: otherLanguagePath,
            theme: ["light", "dark"].contains(theme) ? theme : "auto",
            assets: request.parts.assets.base,
            consortium: genesis.document.consortium.rawValue,
            node: state?.member.description,
            entries: ConsoleSection.allCases.map { entry in
                Frame.Entry(title: request.tell(entry.title), path: entry.path, isCurrent: entry == section)
            },
            tabs: tabs,
            visitorName: request.visitor.name,
            formToken: request.visitor.formToken,
            returnPath: request.path,
            height: asOf.map { String($0.height.rawValue) },
            heightText: asOf.map { Told.number($0.height.rawValue) },
            timeText: asOf.map { Told.time($0.time) },
            isLive: page.isLive,
            trouble: state.flatMap { $0.standing.sentence(asOf: $0.height)?.text(in: language) },
            version: NodeStatus.currentVersion)
    }

    /// The parts of the section that the page is in, where it has several.
    private var tabs: [Frame.Entry] {
        let path = request.path.prefix { $0 != "?" }
        let words = section.map(ConsoleSection.tabs) ?? []
        let current = words.last { path == $0.path || path.hasPrefix("\($0.path)/") }?.path
        return words.map {
            Frame.Entry(title: request.tell($0.title), path: $0.path, isCurrent: $0.path == current)
        }
    }

    private var otherLanguagePath: String {
        let path = page.languagePath ?? request.path
        let separator = path.contains("?") ? "&" : "?"
        return "\(path)\(separator)lang=\(request.language.other.rawValue)"
    }
}
