import HTTPTypes
import Identity

/// Where people log in with a name and a password, or go to the identity platform's own pages; certificates need no
/// form.
enum LoginPage {
    struct Model: Sendable {
        let next: String
        let trouble: String?
        let platformPath: String?
        let token: String?
    }

    static func page(_ request: PageRequest) async throws -> Page {
        page(request, next: Protected.localPath(try request.value("next")), outcome: nil)
    }

    static func page(_ request: PageRequest, next: String, outcome: LogInOutcome?) -> Page {
        let trouble: Phrase? =
            switch outcome {
            case .refused: Phrase("Name and password do not belong together.", "用户名或密码不正确。")
            case .locked(let until):
                Phrase(
                    "Too many failures: try again after \(Told.time(until)).", "失败次数过多：请于 \(Told.time(until)) 之后再试。")
            case .accepted, nil: nil
            }
        var page = Page(
            Words.login,
            Model(
                next: next, trouble: trouble.map(request.tell),
                platformPath: request.services.access.hasPlatform
                    ? Query.path(PlatformCookie.path, [("next", next)]) : nil,
                token: request.visitor.formToken))
        if case .refused = outcome { page.status = .unauthorized }
        if case .locked = outcome { page.status = .tooManyRequests }
        return page
    }
}

extension Words {
    static let login = WordTable(
        "login",
        [
            "title": Phrase("Log in", "登录"), "name": Phrase("Name", "用户名"), "password": Phrase("Password", "密码"),
            "button": Phrase("Log in", "登录"),
            "platform": Phrase("Log in by the unified identity platform", "通过统一身份认证平台登录"),
            "certificate": Phrase(
                "With a member's certificate in the browser no log-in is needed: open the console by the address for "
                    + "certificates.", "浏览器已安装成员证书的，无需登录：请使用证书访问地址。"),
            "lock": Phrase(
                "Five failures lock an account for 15 minutes.", "连续失败五次，账户锁定 15 分钟。"),
        ])
}
