import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Licences
import NIOCore
import Nodes
import OneThings
import Testing

/// What comes from outside stays text, forms are ours, files are only those that there are.
@Suite struct SecurityTests {
    private let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    @Test func everyAnswerCarriesTheStrictPolicy() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(2)
        let name = try #require(HTTPField.Name("Content-Security-Policy"))
        let sniff = try #require(HTTPField.Name("X-Content-Type-Options"))
        for path in [
            "/", "/explorer", "/explorer/blocks/99", "/assets/console.css", "/assets/none", "/console/state",
            "/dashboard/data", "/verify/genesis", "/login",
        ] {
            let response = try await scene.get(path)
            #expect(response.headers[name] == policy, "\(path)")
            #expect(response.headers[sniff] == "nosniff", "\(path)")
        }
    }

    @Test func hostileTextOfTheLedgerAndOfTheAddressStaysText() async throws {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.opening(hostile: ConsoleScene.hostile))
        let code = try await scene.open("enterprise-opening", items: ["name"])
        try await scene.answer(code, "acceptance", by: 0)
        scene.node.change {
            $0.refusals = [.init(member: nil, reason: ConsoleScene.hostile, count: 1, secondsAgo: 1)]
            $0.gateway = GatewayStanding(
                queues: [.init(ConsoleScene.hostile, count: 1, limit: 2)],
                lockouts: [.init(ConsoleScene.hostile, until: Timestamp(milliseconds: 0))])
        }
        let asked = "%3Cscript%3Ealert(%27%26%22%27)%3C%2Fscript%3E%7B%7Bframe.node%7D%7D"
        let paths = [
            "/", "/onethings", "/onethings/\(code.text)", "/onethings/inbox?department=department-0",
            "/onethings/matters", "/dashboard", "/operations", "/operations/administration",
            "/explorer/search?q=\(asked)", "/trace?licence=\(asked)",
            "/trace?holder=\(asked)", "/onethings/\(asked)", "/explorer/licences/\(asked)", "/login?next=\(asked)",
            "/onethings?status=\(asked)&matter=\(asked)", "/trace?department=\(asked)",
        ]
        for path in paths {
            for language in ["zh", "en"] {
                let address = path + (path.contains("?") ? "&" : "?") + "lang=\(language)"
                let page = try await scene.page(address, visitor: "hostile")
                #expect(!page.contains("<script>alert"), "\(address)")
                #expect(!page.contains("\"')</script>"), "\(address)")
                // The dashboard shows nobody's name.
                guard path != "/dashboard" else { continue }
                #expect(page.contains("&lt;script&gt;alert"), "\(address) shows the visitor's name")
                // No second reading of what was put in: the braces are still there.
                #expect(page.contains("{{frame.node}}"), "\(address)")
            }
        }
    }

    @Test func noTemplatePutsAnythingInUnescaped() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Apps/Console/Resources")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        let templates = files.filter { $0.hasSuffix(".mustache") || $0.hasSuffix(".html") }
        #expect(templates.count > 20)
        for name in templates {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("{{%"), "\(name)")
            guard name.hasSuffix(".mustache") else { continue }
            #expect(
                !text.contains(" style=") && !text.contains(" onclick=") && !text.contains("javascript:"), "\(name)")
            #expect(!text.contains("<script>") && !text.contains("<style"), "\(name)")
            #expect(!text.contains("http:") && !text.contains("https:"), "\(name)")
        }
        for name in files where name.hasPrefix("assets/") && name.hasSuffix(".js") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for word in [".innerHTML =", "insertAdjacentHTML", "document.write", "eval(", "new Function", "outerHTML"] {
                #expect(!text.contains(word), "\(name): \(word)")
            }
        }
    }

    @Test func filesAreServedForEverByTheirEditionAndAskedAgainOtherwise() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let page = try await scene.page("/")
        let sheet = try #require(page.split(separator: "\"").first { $0.hasSuffix("console.css") })
        let response = try await scene.get(String(sheet))
        #expect(response.headers[.cacheControl] == "public, max-age=31536000, immutable")
        #expect(response.headers[.contentType] == "text/css; charset=utf-8")
        let tag = try #require(response.headers[.eTag])
        let again = try await scene.get("/assets/console.css")
        #expect(again.headers[.cacheControl] == "no-cache")
        #expect(again.headers[.eTag] == tag)
        let known = try await scene.get("/assets/console.css", headers: [.ifNoneMatch: tag])
        #expect(known.status == .notModified)
        #expect(known.body.readableBytes == 0)
        #expect(try await scene.get("/assets/console.js").headers[.contentType] == "text/javascript; charset=utf-8")
    }

    @Test func noPathLeadsOutOfTheFiles() async throws {
        let scene = try ConsoleScene()
        for path in [
            "/assets/../Console.swift", "/assets/..%2f..%2fetc/passwd", "/assets/%2e%2e/templates/layout.mustache",
            "/assets/templates/layout.mustache", "/assets//etc/passwd", "/assets/",
            "/assets/0000000000000000/console.css",
        ] {
            #expect(try await scene.get(path).status == .notFound, "\(path)")
        }
    }

    @Test func aFormFromElsewhereIsRefused() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        let form = "token=t0ken&name=operator&password=correct+horse&next=/explorer"
        #expect(try await scene.post("/login", form, headers: [:]).status == .forbidden)
        #expect(try await scene.post("/login", form, headers: [site: "cross-site"]).status == .forbidden)
        #expect(try await scene.post("/login", form, headers: [site: "same-site"]).status == .forbidden)
        #expect(try await scene.post("/login", form, headers: [.origin: "https://evil.example"]).status == .forbidden)
        let wrong = form.replacingOccurrences(of: "t0ken", with: "t0kem")
        #expect(try await scene.post("/login", wrong, headers: [site: "same-origin"]).status == .forbidden)
        #expect(try await scene.post("/logout", "", headers: [site: "same-origin"]).status == .forbidden)
        let accepted = try await scene.post("/login", form, headers: [site: "same-origin"])
        #expect(accepted.status == .seeOther)
        #expect(accepted.headers[.location] == "/explorer")
        #expect(accepted.headers[.setCookie]?.hasPrefix("session=1") == true)
        let left = try await scene.post("/logout", "token=t0ken", headers: [site: "same-origin"])
        #expect(left.status == .seeOther && left.headers[.setCookie]?.contains("Max-Age=0") == true)
    }

    @Test func loggingInSendsNobodyElsewhere() async throws {
        let scene = try ConsoleScene()
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        for next in ["https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", ""] {
            let response = try await scene.post(
                "/login", "token=t0ken&name=operator&password=correct+horse&next=\(next)",
                headers: [site: "same-origin"])
            #expect(response.headers[.location] == "/", "\(next)")
        }
    }

    @Test func failuresAreToldWithoutSayingWhichWasWrongUntilTheAccountIsLocked() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        for _ in 0..<5 {
            let response = try await scene.post(
                "/login?lang=en", "token=t0ken&name=operator&password=wrong", headers: [site: "same-origin"])
            #expect(response.status == .unauthorized)
            #expect(String(buffer: response.body).contains("do not belong together"))
        }
        let locked = try await scene.post(
            "/login", "token=t0ken&name=operator&password=correct+horse", headers: [site: "same-origin"])
        #expect(locked.status == .tooManyRequests)
        let huge = String(repeating: "a", count: 100_000)
        #expect(try await scene.post("/login", huge, headers: [site: "same-origin"]).status == .badRequest)
    }

    @Test func whoHasNotLoggedInIsAskedToAndWhoMayNotIsToldSo() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        for path in [
            "/explorer", "/trace?department=department-1", "/onethings", "/dashboard", "/operations",
            "/operations/administration",
            "/trace/proof?department=department-1", "/dashboard/data",
        ] {
            let anonymous = try await scene.get(path, visitor: "anonymous")
            #expect(anonymous.status == .seeOther, "\(path)")
            #expect(anonymous.headers[.location]?.hasPrefix("/login?next=%2F") == true)
            #expect(try await scene.get(path, visitor: "stranger").status == .forbidden, "\(path)")
        }
        for path in ["/", "/verify", "/login", "/console/state", "/verify/genesis"] {
            #expect(try await scene.get(path, visitor: "anonymous").status == .ok, "\(path)")
        }
    }
}
