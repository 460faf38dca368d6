import HTTPTypes

/// Says why nobody was logged in by the identity platform's pages, and what to do.
enum RefusalPage {
    /// In both languages, because whoever sees it may not have chosen one.
    struct Model: Sendable {
        let code: String
        let chinese: String
        let chineseAdvice: String
        let english: String
        let englishAdvice: String
        /// Where to begin again.
        let again: String
    }

    static func page(_ refusal: PlatformRefusal, next: String) -> Page {
        let (statement, advice) = (refusal.statement, refusal.advice)
        let again = next == "/" ? "/login" : Query.path("/login", [("next", next)])
        var page = Page(
            Words.refusal,
            Model(
                code: refusal.rawValue, chinese: statement.chinese, chineseAdvice: advice.chinese,
                english: statement.english, englishAdvice: advice.english,
                again: again))
        // Its own address has the platform's answer in it, which nobody should follow or copy.
        page.languagePath = again
        page.status = status(of: refusal)
        return page
    }

    private static func status(of refusal: PlatformRefusal) -> HTTPResponse.Status {
        switch refusal {
        case .cancelled: .unauthorized
        case .unknownLogIn: .badRequest
        case .unknownPerson, .closedApplication, .untrustedPlatform: .forbidden
        case .invalidAnswer: .badGateway
        case .unavailable: .serviceUnavailable
        case .busy: .tooManyRequests
        }
    }
}

extension PlatformRefusal {
    /// What has happened.
    fileprivate var statement: Phrase {
        switch self {
        case .cancelled: Phrase("You have not logged in at the identity platform.", "您未在身份认证平台完成登录。")
        case .unknownLogIn:
            Phrase(
                "This log-in is not under way in this browser: it is completed, over, or was begun elsewhere.",
                "本浏览器中没有该登录请求：可能已经完成、已经超时，或是在其他浏览器中发起的。")
        case .unknownPerson:
            Phrase(
                "The identity platform knows you; the department has registered no role for you, or it is over.",
                "身份认证平台已确认您的身份，但本部门未登记您的权限，或权限已到期。")
        case .closedApplication:
            Phrase(
                "This console is no application of the department, is suspended, or its last day is over.",
                "本控制台未登记为本部门的应用，或该应用已停用、已到期。")
        case .untrustedPlatform:
            Phrase("The department does not trust this identity platform.", "本部门未登记该身份认证平台。")
        case .invalidAnswer:
            Phrase(
                "The identity platform has answered what cannot be accepted; you are not logged in.",
                "身份认证平台的答复不能采信，登录未完成。")
        case .unavailable: Phrase("The log-in cannot be completed at the moment.", "暂时无法完成登录。")
        case .busy: Phrase("Too many people log in at once.", "同时登录的人数过多。")
        }
    }

    /// What to do.
    fileprivate var advice: Phrase {
        switch self {
        case .cancelled: Phrase("Log in again when you want to.", "如需使用，请重新登录。")
        case .unknownLogIn:
            Phrase(
                "Log in again here. If you came by a link that somebody has sent you, do not use it.",
                "请在此重新登录。如果您是通过他人发送的链接进入的，请勿使用该链接。")
        case .unknownPerson:
            Phrase(
                "Ask the administrator of your department to register you (zhenglian gateway people register).",
                "请联系本部门管理员为您登记权限（zhenglian gateway people register）。")
        case .closedApplication, .untrustedPlatform:
            Phrase(
                "Ask the administrator of your department; until then log in with a certificate or an account.",
                "请联系本部门管理员；在此之前可使用证书或本地账号登录。")
        case .invalidAnswer:
            Phrase(
                "Log in again; if it stays so, tell your administrator: the log of the node says what is wrong.",
                "请重新登录；若持续如此，请告知管理员，节点日志中有具体原因。")
        case .unavailable:
            Phrase(
                "Try again in a moment; with a certificate or an account you can log in without the platform.",
                "请稍后重试；也可使用证书或本地账号登录，无需身份认证平台。")
        case .busy: Phrase("Try again in a minute.", "请一分钟后重试。")
        }
    }
}

extension Words {
    static let refusal = WordTable(
        "refusal", ["title": Phrase("Not logged in", "未能登录"), "again": Phrase("To the log-in", "前往登录")])
}
