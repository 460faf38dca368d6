import Console
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// Logging in by an identity platform's pages: what the console shows of it, and where it sends people.
@Suite struct PlatformPagesTests {
    private static let cookie = PlatformCookie.name

    private func get(_ path: String, browser: String = "x") async throws -> TestResponse {
        try await ConsoleScene().get(
            path, visitor: "anonymous", headers: [.cookie: "\(Self.cookie)=\(browser)"])
    }

    @Test func theWayThereIsARedirectionWithACookieOfItsOwn() async throws {
        let response = try await get("/login/platform?next=/trace&lang=en")
        #expect(response.status == .seeOther)
        #expect(response.headers[.location] == "https://id.example/authorize?next=/trace&ui=en")
        #expect(response.headers[.setCookie] == "login=1; SameSite=Lax")
        #expect(response.headers[.cacheControl] == "no-store")
        let page = String(buffer: try await get("/login?next=/trace").body)
        #expect(page.contains("href=\"/login/platform?next=%2Ftrace\""))
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:a",
        "",
    ])
    func nobodyIsSentElsewhereAfterwards(next: String) async throws {
        let there = try await get("/login/platform?lang=zh&next=\(next)")
        #expect(there.headers[.location] == "https://id.example/authorize?next=/&ui=zh")
        // The scene hands the query back as the place to go to, whatever it is.
        let back = String(buffer: try await get("/login/platform/callback?\(next)").body)
        #expect(back.contains("content=\"0; url=/\"") && !back.contains("evil"))
    }

    @Test func theWayBackGoesOnFromAPageOfTheConsoleItself() async throws {
        let response = try await get("/login/platform/callback?/trace")
        #expect(response.status == .ok)
        #expect(response.headers[.setCookie] == "session=2; SameSite=Strict")
        #expect(response.headers[.contentSecurityPolicy]?.contains("form-action 'self'") == true)
        let page = String(buffer: response.body)
        #expect(page.contains("<meta http-equiv=\"refresh\" content=\"0; url=/trace\">"))
        #expect(page.contains("您已登录") && page.contains("You are logged in"))
    }

    @Test func whatThePlatformHasAnsweredStandsInNoLinkOfThePage() async throws {
        for browser in ["x", "unknownPerson"] {
            let page = String(
                buffer: try await get("/login/platform/callback?code=SECRET&state=SECRET", browser: browser).body)
            #expect(!page.contains("SECRET"), "\(browser)")
        }
    }

    @Test(arguments: [
        (PlatformRefusal.cancelled, 401), (.unknownLogIn, 400), (.unknownPerson, 403), (.closedApplication, 403),
        (.untrustedPlatform, 403), (.invalidAnswer, 502), (.unavailable, 503), (.busy, 429),
    ])
    func everyRefusalSaysWhatToDoInBothLanguages(refusal: PlatformRefusal, status: Int) async throws {
        for path in ["/login/platform", "/login/platform/callback"] {
            let response = try await get(path, browser: refusal.rawValue)
            #expect(response.status.code == status)
            let page = String(buffer: response.body)
            #expect(page.contains("<section lang=\"zh-Hans\">") && page.contains("<section lang=\"en\">"))
            #expect(page.contains(refusal.rawValue) && page.contains("href=\"/login\""))
            #expect(response.headers[.setCookie] == nil)
        }
        #expect(try await get("/login/platform", browser: refusal.rawValue).headers[.retryAfter] == "7")
    }

    @Test func whoLogsOutGoesOnToThePlatformFromAPage() async throws {
        let scene = try ConsoleScene()
        let fields = ConsoleScene.fields([("Sec-Fetch-Site", "same-origin"), ("X-Visitor", "person")])
        let response = try await scene.post("/logout", "token=t0ken", headers: fields)
        #expect(response.status == .ok)
        #expect(response.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(String(buffer: response.body).contains("content=\"0; url=https://id.example/out?client_id=a\""))
        let other = try await scene.post(
            "/logout", "token=t0ken", headers: ConsoleScene.fields([("Sec-Fetch-Site", "same-origin")]))
        #expect(other.status == .seeOther && other.headers[.location] == "/")
    }
}
