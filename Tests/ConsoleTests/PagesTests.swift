import Console
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// Every page, on a real ledger: it comes, in both languages, with what the ledger says.
@Suite struct PagesTests {
    /// A scene in which something of everything has happened.
    private func scene() async throws -> (scene: ConsoleScene, code: OneThingCode, outcome: Outcome) {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.opening())
        try await scene.adopt(try SceneMatter.closing())
        let outcome = try await scene.issue(1, file: scene.suite.digest(of: [1]))
        try await scene.issue(2, region: "652300")
        let code = try await scene.open("enterprise-opening", items: ["name"])
        try await scene.answer(code, "acceptance", by: 0)
        try await scene.answer(
            code, "registration", by: 0, values: [try CaseValue(SceneMatter.label("uscc"), "91650100MA1")])
        try await scene.use([1], denied: [2])
        return (scene, code, outcome)
    }

    @Test func everyPageComesInBothLanguagesAndSaysAsOfWhen() async throws {
        let (scene, code, outcome) = try await scene()
        let transaction = outcome.transaction.description
        let licence = try scene.identifier(1).text
        let paths = [
            "/", "/verify", "/explorer", "/explorer/blocks", "/explorer/blocks/3",
            "/explorer/transactions/\(transaction)", "/explorer/contracts", "/explorer/nodes",
            "/explorer/licences", "/explorer/licences/\(licence)", "/explorer/search?q=3", "/trace",
            "/trace?department=department-1", "/trace/authorisations",
            "/onethings", "/onethings/inbox?department=department-3", "/onethings/matters",
            "/onethings/matters/simple-deregistration", "/onethings/\(code.text)", "/dashboard",
            "/dashboard/definitions", "/operations", "/operations/administration", "/login",
        ]
        let height = "\(scene.ledger.head.height)"
        try await scene.application().test(.router) { client in
            for path in paths {
                for (language, tag) in [("zh", "zh-Hans"), ("en", "en")] {
                    let address = path + (path.contains("?") ? "&" : "?") + "lang=\(language)"
                    try await client.execute(uri: address, method: .get) { response in
                        let text = String(buffer: response.body)
                        #expect(response.status == .ok, "\(address): \(text.prefix(2_000))")
                        #expect(text.contains("<html lang=\"\(tag)\""), "\(address)")
                        // The page that verifies is about files and not about this ledger.
                        #expect(path == "/verify" || text.contains(">\(height)<"), "\(address) says no height")
                        #expect(text.components(separatedBy: "<h1").count == 2, "\(address) has one heading")
                        // Whatever a template asks for in vain leaves nothing behind; a brace is a template's fault.
                        #expect(!text.contains("{{") && !text.contains("}}"), "\(address)")
                    }
                }
            }
        }
    }

    @Test func theFirstPageIsSmallWithAllThatItLoads() async throws {
        let (scene, _, _) = try await scene()
        try await scene.application().test(.router) { client in
            let page = String(buffer: try await client.execute(uri: "/", method: .get).body)
            var byteCount = page.utf8.count
            let assets = page.split(separator: "\"").filter { $0.hasPrefix("/assets/") }
            #expect(assets.count >= 3)
            for asset in Set(assets) {
                let response = try await client.execute(uri: String(asset), method: .get)
                #expect(response.status == .ok, "\(asset)")
                byteCount += response.body.readableBytes
            }
            #expect(byteCount < 100_000, "the first page has \(byteCount) bytes without what its modules load")
            #expect(assets.count { $0.hasSuffix(".css") } == 1)
            // Nothing comes from elsewhere: no address of another host anywhere on the page.
            #expect(!page.contains("http://") && !page.contains("https://"))
        }
    }

    @Test func aBlockSaysWhoHasSignedAndThatTheSignaturesHold() async throws {
        let (scene, _, _) = try await scene()
        let page = try await scene.page("/explorer/blocks/3?lang=en")
        #expect(page.contains("department-0/validator/node"))
        #expect(page.contains("<b class=\"num\">3</b> validators have signed, <b class=\"num\">3</b> are needed"))
        #expect(page.contains("were checked for this page"))
        #expect(page.contains("not among the signatures"))
    }

    @Test func aTransactionIsToldInWordsAndItsReceiptHolds() async throws {
        let (scene, _, outcome) = try await scene()
        let path = "/explorer/transactions/\(outcome.transaction)"
        let page = try await scene.page(path + "?lang=en")
        #expect(page.contains("enters a licence into the catalogue"))
        #expect(page.contains("records the evidence of a licence"))
        #expect(page.contains("took effect"))
        let response = try await scene.get(path + "/receipt")
        let receipt = try Receipt(derBytes: Array(buffer: response.body), limit: Receipt.maximumByteCount)
        let findings = try receipt.verify(against: scene.consortium.genesis)
        guard case .transaction(let found) = findings.subject else {
            Issue.record("the receipt is not of a transaction")
            return
        }
        #expect(found.identifier == outcome.transaction)
        #expect(response.headers[.contentType] == "application/octet-stream")
        let name = "-transaction-\(outcome.transaction.description.prefix(16)).receipt"
        let disposition = try #require(HTTPField.Name("Content-Disposition"))
        #expect(response.headers[disposition]?.hasSuffix("\(name)\"") == true)
        #expect(page.contains("\(name) --genesis"))
    }

    @Test func aRejectedTransactionSaysWhichCallFailedAndWhy() async throws {
        let scene = try ConsoleScene()
        try await scene.issue(1)
        let rejected = try await #require(throws: TransactionRejected.self) {
            // The same licence once more, with another transaction.
            try await scene.issue(1, region: "652300")
        }
        let last = try await scene.page("/explorer?lang=en")
        let path = try #require(last.split(separator: "\"").first { $0.hasPrefix("/explorer/transactions/") })
        let page = try await scene.page("\(path)?lang=en")
        #expect(page.contains("rejected") && page.contains(rejected.code.rawValue))
        #expect(page.contains("</span> failed</span>"))
        let chinese = try await scene.page("\(path)?lang=zh")
        let words = try #require(Vocabulary.refusal(rejected.code.rawValue))
        #expect(page.contains(words.english) && chinese.contains(words.chinese))
        // What the contract has said besides is English on every page, and is marked as such.
        #expect(chinese.contains("<blockquote lang=\"en\">"))
        #expect(try await scene.page("/explorer?lang=zh").contains("\(words.chinese)</span>"))
        #expect(try await scene.page("/explorer/blocks?lang=en").contains("num right bad"))
    }

    @Test func aLicenceLeadsToItsEvidenceAndItsReceipt() async throws {
        let (scene, _, outcome) = try await scene()
        let identifier = try scene.identifier(1).text
        let page = try await scene.page("/explorer/licences/\(identifier)?lang=zh")
        #expect(page.contains("营业执照"))
        #expect(page.contains(scene.suite.digest(of: [1]).description))
        let response = try await scene.get("/explorer/licences/\(identifier)/receipt")
        let receipt = try Receipt(derBytes: Array(buffer: response.body), limit: Receipt.maximumByteCount)
        guard case .transaction(let found) = try receipt.verify(against: scene.consortium.genesis).subject else {
            Issue.record("the receipt is not of a transaction")
            return
        }
        #expect(found.identifier == outcome.transaction)
    }

    @Test func licencesAreListedByKindAndRegionAsTheFiguresCountThem() async throws {
        let (scene, _, _) = try await scene()
        let all = try await scene.page("/explorer/licences?lang=en")
        #expect(all.contains("id=\"licence-count\">2<"))
        #expect(all.contains("Urumqi (1)") && all.contains("Changji (1)") && all.contains("business licence (2)"))
        let one = try await scene.page("/explorer/licences?lang=zh&region=652300")
        let (first, second) = (try scene.identifier(1).text, try scene.identifier(2).text)
        #expect(one.contains("id=\"licence-count\">1<") && one.contains(second))
        #expect(!one.contains(first) && one.contains("昌吉回族自治州"))
        let none = try await scene.page("/explorer/licences?lang=en&type=%27%20OR%201=1%20--")
        #expect(none.contains("There is no such licence."))
        var limits = ConsoleLimits()
        limits.rowCount = 2
        let paged = try ConsoleScene(limits: limits)
        for serial in 1...5 { try await paged.issue(serial) }
        var path: String? = "/explorer/licences?region=650100"
        var found: [String] = []
        while let next = path {
            let page = try await paged.page(next)
            found += page.split(separator: "\"").filter { $0.hasPrefix("/explorer/licences/") }.map(String.init)
            path = Self.next(of: page)
        }
        #expect(found.count == 5 && Set(found).count == 5)
    }

    @Test func authorisationsAreListedByHowTheyStand() async throws {
        let (scene, _, _) = try await scene()
        let inForce = try await scene.page("/trace/authorisations?lang=en&kind=statutoryBasis&standing=inForce")
        #expect(inForce.contains("<b class=\"num\">1</b>") && inForce.contains("TAX-1"))
        #expect(try await scene.page("/trace/authorisations?lang=en&of=grants").contains("There is no such"))
        #expect(try await scene.page("/trace/authorisations?lang=en&standing=expired").contains("There is no such"))
        try await scene.ledger.idle(1, apart: .seconds(900_000))
        let expired = try await scene.page("/trace/authorisations?lang=zh&standing=expired")
        #expect(expired.contains("TAX-1") && expired.contains("已过期"))
        for path in ["kind=x", "standing=x", "skip=x"] {
            #expect(try await scene.get("/trace/authorisations?\(path)").status == .badRequest, "\(path)")
        }
    }

    @Test func casesAreListedAsTheFiguresCountThem() async throws {
        let (scene, code, _) = try await scene()
        #expect(try await scene.page("/onethings?status=open").contains(code.text))
        #expect(try await !scene.page("/onethings?status=otherwise").contains(code.text))
        #expect(try await scene.page("/onethings?from=2020-01-01&status=running").contains(code.text))
        #expect(try await !scene.page("/onethings?from=2090-01-01").contains(code.text))
        #expect(try await !scene.page("/onethings?rated=1").contains(code.text))
        #expect(try await scene.get("/onethings?from=yesterday").status == .badRequest)
    }

    @Test func whatSomebodyHasInHandIsFound() async throws {
        let (scene, code, outcome) = try await scene()
        let licence = try scene.identifier(1).text
        let questions = [
            ("3", "/explorer/blocks/3"), (outcome.transaction.description, "/explorer/transactions/"),
            (licence, "/explorer/licences/\(licence)"), (code.text, "/onethings/\(code.text)"),
            (scene.suite.digest(of: [1]).description, "/explorer/licences/\(licence)"),
            ("department-1", "/trace?department=department-1"),
            (LicenceKey(try scene.identifier(1)).text, "/explorer/licences/\(licence)"),
            (scene.pseudonym(1).text, "/trace?holder=\(scene.pseudonym(1).text)"),
        ]
        for (question, path) in questions {
            let page = try await scene.page("/explorer/search?q=\(question)")
            #expect(page.contains("href=\"\(path)"), "\(question)")
        }
        #expect(try await scene.page("/explorer/search?lang=en&q=nothing").contains("Nothing on this ledger"))
    }

    @Test func aTraceIsShownAndItsFilesProveThatItIsWhole() async throws {
        let (scene, _, _) = try await scene()
        let page = try await scene.page("/trace?lang=en&department=department-1")
        #expect(page.contains("allowed") && page.contains("purposeNotCovered"))
        #expect(page.contains(">the authority does not cover this purpose<"))
        // A list that is taken here is not signed: the page says how to get one that is.
        #expect(page.contains("zhenglian trace --department department-1 --export trace.csv"))
        #expect(page.contains("zhenglian trace verify trace.csv"))
        #expect(try await scene.page("/trace?lang=zh&department=department-1").contains("没有签名"))
        let denied = try await scene.page("/trace?lang=en&department=department-1&outcome=denied")
        #expect(denied.contains("purposeNotCovered"))
        let proof = try await scene.get("/trace/proof?department=department-1")
        let document = try TraceDocument(derBytes: Array(buffer: proof.body), limit: TraceProof.maximumByteCount)
        let proved = try #require(document.traces.first).verify(against: scene.consortium.genesis)
        #expect(proved.events.count == 2)
        let csv = String(buffer: try await scene.get("/trace/export?format=csv&department=department-1").body)
        #expect(csv.split(separator: "\r\n").count == 3)
        #expect(csv.hasPrefix(TraceRow.columns.joined(separator: ",")))
        let json = String(buffer: try await scene.get("/trace/export?format=json&department=department-1").body)
        #expect(json.contains("\"checkpoint\""))
        let cut = String(
            buffer: try await scene.get("/trace/export?format=csv&department=department-1&outcome=denied").body)
        #expect(cut.split(separator: "\r\n").count == 2)
    }

    @Test func aCaseShowsWhoHasItWithTheDrawings() async throws {
        let (scene, code, _) = try await scene()
        let page = try await scene.page("/onethings/\(code.text)?lang=en")
        #expect(page.contains("<svg class=\"graph\"") && page.contains("<svg class=\"timeline\""))
        #expect(page.contains("box-done") && page.contains("box-hand") && page.contains("box-waits"))
        #expect(page.contains("91650100MA1"))
        #expect(page.contains("handed over"))
        let inbox = try await scene.page("/onethings/inbox?lang=en&department=department-3")
        #expect(inbox.contains(code.text) && inbox.contains("Seals"))
        let list = try await scene.page("/onethings?lang=en&status=completed")
        #expect(!list.contains(code.text))
    }

    /// Where the page says that the next one is.
    private static func next(of page: String) -> String? {
        let before = page.components(separatedBy: "\" rel=\"next\"")
        guard before.count == 2 else { return nil }
        return before[0].components(separatedBy: "href=\"").last?.replacingOccurrences(of: "&amp;", with: "&")
    }

    @Test func blocksArePagedWithoutGapsOrDoubles() async throws {
        var limits = ConsoleLimits()
        limits.rowCount = 4
        let scene = try ConsoleScene(limits: limits)
        try await scene.ledger.idle(10)
        var path: String? = "/explorer/blocks"
        var heights: [Int] = []
        while let next = path {
            let page = try await scene.page(next)
            let links = page.split(separator: "\"").filter { $0.hasPrefix("/explorer/blocks/") }
            heights += links.compactMap { Int($0.dropFirst("/explorer/blocks/".count)) }
            path = Self.next(of: page)
        }
        #expect(heights == Array((1...10).reversed()))
    }

    @Test func tracesArePagedWithoutGapsOrDoubles() async throws {
        var limits = ConsoleLimits()
        limits.rowCount = 2
        let scene = try ConsoleScene(limits: limits)
        for serial in 1...5 { try await scene.issue(serial) }
        try await scene.use([1, 2, 3, 4, 5])
        var path: String? = "/trace?department=department-1"
        var count = 0
        while let next = path {
            let page = try await scene.page(next)
            count += page.components(separatedBy: "class=\"digest small\"").count - 1
            path = Self.next(of: page)
        }
        #expect(count == 5)
    }

    @Test func whatIsNotThereIsSaidInBothLanguages() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(2)
        let missing = [
            "/explorer/blocks/99", "/explorer/blocks/0", "/explorer/blocks/x", "/explorer/transactions/ff",
            "/explorer/transactions/\(String(repeating: "ab", count: 32))", "/onethings/matters/nothing",
            "/onethings/inbox?department=nobody", "/onethings/20260101-00000001-S",
        ]
        for path in missing {
            let response = try await scene.get(path)
            #expect(response.status == .notFound || response.status == .badRequest, "\(path): \(response.status)")
            let text = String(buffer: response.body)
            #expect(text.contains("<section lang=\"zh-Hans\">") && text.contains("<section lang=\"en\">"))
        }
        for path in [
            "/explorer/blocks?before=x", "/trace?licence=x", "/trace?before=x", "/trace/export?format=exe",
            "/trace?from=yesterday", "/onethings?before=x",
        ] {
            #expect(try await scene.get(path).status == .badRequest, "\(path)")
        }
        let long = String(repeating: "9", count: 5_000)
        #expect(try await scene.get("/explorer/search?q=\(long)").status == .badRequest)
    }
}
