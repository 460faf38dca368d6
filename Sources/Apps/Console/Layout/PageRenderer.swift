import Mustache

/// Turns pages into HTML. Whatever is put into a template is escaped there.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let texts: [ConsoleLanguage: [String: [String: String]]]

    /// What a template sees: the page's words, those of the frame around it, the frame's value and the page's own.
    private struct Context {
        let words: [String: String]
        let shell: [String: String]
        let frame: Frame
        let page: any Sendable
    }

    /// - Throws: ``ConsoleStartError`` where a template is none.
    init(templates: [String: String], verifyFragment: String?) throws(ConsoleStartError) {
        var library = MustacheLibrary()
        for (name, text) in templates.merging(["verify-fragment": verifyFragment ?? ""], uniquingKeysWith: { $1 }) {
            do {
                try library.register(text, named: name)
            } catch {
                throw ConsoleStartError("the template '\(name)' cannot be read: \(error)")
            }
        }
        self.library = library
        texts = Dictionary(
            uniqueKeysWithValues: ConsoleLanguage.allCases.map { language in
                (
                    language,
                    Dictionary(uniqueKeysWithValues: Words.tables.map { ($0.page, $0.texts(in: language)) })
                )
            })
    }

    /// - Throws: ``ConsoleError`` where the page has no template, which is a fault of this program.
    func render(_ page: Page, in frame: Frame, language: ConsoleLanguage) throws(ConsoleError) -> String {
        let texts = texts[language] ?? [:]
        let context = Context(
            words: texts[page.words.page] ?? [:], shell: texts[Words.layout.page] ?? [:], frame: frame, page: page.model
        )
        guard let text = library.render(context, withTemplate: page.words.page) else {
            throw ConsoleError(
                .internal, Phrase("the page '\(page.words.page)' has no template", "页面 \(page.words.page) 缺少模板"),
                advice: Phrase("install the program whole", "请完整安装程序"))
        }
        return text
    }
}
