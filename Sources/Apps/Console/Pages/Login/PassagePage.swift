/// Says what has become of a session, and has the browser go on by itself.
enum PassagePage {
    struct Model: Sendable {
        /// In both languages, as a page that is passed in an instant has no choice of one.
        let chinese: String
        let english: String
        let address: String
    }

    /// After logging in: to a path of this console.
    static func arriving(at path: String) -> Page { page(Phrase("You are logged in.", "您已登录。"), path) }

    /// After logging out here: to the platform, where the person is still logged in.
    static func departing(to address: String) -> Page {
        page(
            Phrase(
                "You are logged out of this console, and go on to log out of the identity platform.",
                "您已退出本控制台，即将前往身份认证平台退出登录。"), address)
    }

    private static func page(_ statement: Phrase, _ address: String) -> Page {
        var page = Page(Words.passage, Model(chinese: statement.chinese, english: statement.english, address: address))
        // Its own address has the platform's answer in it, or takes forms alone.
        page.languagePath = "/"
        return page
    }
}

extension Words {
    static let passage = WordTable(
        "passage", ["title": Phrase("One moment", "请稍候"), "go": Phrase("Go on", "继续")])
}
