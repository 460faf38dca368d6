import Mustache

/// Turns pages into HTML. Whatever is put into a template is escaped there.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let texts: [ConsoleLanguage: [String: [String: String]]]

    /// What a template sees: the page's own value first, then its words and the frame.
    private struct Context {
        let words: [String: String]
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
        let common = Words.layout
        texts = Dictionary(
            uniqueKeysWithValues: ConsoleLanguage.allCases.map { language in
                let frame = common.texts(in: language)
                return (
                    language,
                    Dictionary(
                        uniqueKeysWithValues: Words.tables.map { table in
                            (table.page, frame.merging(table.texts(in: language)) { $1 })
                        })
                )
            })
    }

    /// - Throws: ``ConsoleError`` where the page has no template, which is a fault of this program.
    func render(_ page: Page, in frame: Frame, language: ConsoleLanguage) throws(ConsoleError) -> String {
        let context = Context(words: texts[language]?[page.words.page] ?? [:], frame: frame, page: page.model)
        guard let text = library.render(context, withTemplate: page.words.page) else {
            throw ConsoleError(
                .internal, Phrase("the page '\(page.words.page)' has no template", "页面 \(page.words.page) 缺少模板"),
                advice: Phrase("install the program whole", "请完整安装程序"))
        }
        return text
    }
}
