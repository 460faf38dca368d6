import HTTPTypes

/// Says why a page is not shown, and what to do.
enum FailurePage {
    static func page(_ error: ConsoleError, status: HTTPResponse.Status) -> Page {
        var page = Page(Words.failure, Model(status: status.code, error: error))
        page.status = status
        return page
    }

    /// In both languages, because whoever sees it may not have chosen one.
    struct Model: Sendable {
        let status: Int
        let code: String
        let chinese: String
        let chineseAdvice: String
        let english: String
        let englishAdvice: String

        init(status: Int, error: ConsoleError) {
            (self.status, code) = (status, error.code.rawValue)
            (chinese, chineseAdvice) = (error.statement.chinese, error.advice.chinese)
            (english, englishAdvice) = (error.statement.english, error.advice.english)
        }
    }
}

extension Words {
    static let failure = WordTable(
        "failure",
        [
            "title": Phrase("Not shown", "无法显示"), "back": Phrase("To the start page", "返回首页"),
        ])
}
