import Console
import Formats
import Foundation
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// The figures of the dashboard are what has happened on the ledger.
@Suite struct DashboardTests {
    private struct Document: Decodable {
        struct Cases: Decodable {
            let opened, today, ever, running, completed, endedOtherwise, overdueSteps: Int
            let openedByDay: [Int]
        }
        struct Duration: Decodable {
            let step: String
            let settled, inTime: Int
            let medianMilliseconds: Int64?
        }
        struct Funnel: Decodable {
            struct Step: Decodable {
                let step: String
                let begun, inHand, settled: Int
            }
            let matter: String
            let opened: Int
            let steps: [Step]
        }
        struct Window: Decodable {
            let code: String
            let consents, asked, objections: Int
            let endsAt: Int64?
        }
        struct Share: Decodable {
            let name: String
            let count, inForce: Int
        }
        struct Uses: Decodable {
            struct Hour: Decodable { let allowed, denied: Int }
            struct Reason: Decodable {
                let reason: String
                let count: Int
            }
            let allowed, denied, released, presented, matched, differing: Int
            let hours: [Hour]
            let reasons: [Reason]
        }
        struct WindowTotals: Decodable { let running, endingSoon, objections: Int }
        struct Service: Decodable {
            let settled, inTime, given, begunSteps, suppliedSteps: Int?
            let ratings: [Int]?
        }
        struct Grants: Decodable { let inForce, new, ended: Int }
        struct Licences: Decodable { let count, inForce, today, types, regions: Int }
        struct Storage: Decodable { let freeBytes, dailyGrowthBytes: UInt64? }
        struct Block: Decodable { let height: UInt64 }
        struct Node: Decodable { let isReachable, isOwn: Bool }
        struct Pace: Decodable {
            let blockMedian, commitMedian: Int64?
        }

        let height: UInt64
        let standing: String
        let cases: Cases
        let durations: [Duration]
        let funnels: [Funnel]
        let windows: [Window]
        let windowTotals: WindowTotals
        let service: Service
        let grants: Grants
        let licences: Licences
        let storage: Storage
        let licencesByType, licencesByRegion: [Share]
        let uses: Uses
        let blocks: [Block]
        let nodes: [Node]
        let pace: Pace
        let quorum: Int
    }

    private func data(_ scene: ConsoleScene) async throws -> Document {
        scene.clock.advance(by: .seconds(5))
        let response = try await scene.get("/dashboard/data")
        #expect(response.status == .ok)
        return try JSONDecoder().decode(Document.self, from: Data(Array(buffer: response.body)))
    }

    @Test func anEmptyLedgerHasNoughtsAndNoErrors() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let data = try await data(scene)
        #expect(data.cases.opened == 0 && data.uses.allowed == 0 && data.licencesByType.isEmpty)
        #expect(data.blocks.map(\.height) == [1])
        #expect(data.nodes.count == 4)
        #expect(data.quorum == 3)
    }

    @Test func whatHasHappenedIsCounted() async throws {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.opening())
        try await scene.adopt(try SceneMatter.closing())
        for serial in 1...3 { try await scene.issue(serial, region: serial == 3 ? "652300" : "650100") }
        let first = try await scene.open("enterprise-opening", items: ["name"])
        _ = try await scene.open("enterprise-opening", items: ["name"], holder: 2)
        try await scene.answer(first, "acceptance", by: 0)
        let window = try await scene.open("simple-deregistration", items: ["promise"], holder: 3)
        try await scene.answer(window, "announcement", by: 0)
        try await scene.clients[1].oneThings.cases.act(
            .consent(SceneMatter.label("objections"), attempt: 1), in: window)
        try await scene.use([1, 2], denied: [3])
        let data = try await data(scene)
        #expect(data.height == scene.ledger.head.height.rawValue)
        #expect(data.cases.opened == 3 && data.cases.running == 3 && data.cases.completed == 0)
        #expect(data.cases.openedByDay.count == 14 && data.cases.openedByDay.reduce(0, +) == 3)
        #expect(data.cases.openedByDay.last == 3 && data.cases.today == 3 && data.cases.ever == 3)
        #expect(data.windowTotals.running == 1 && data.windowTotals.objections == 0)
        #expect(data.service.settled == 2 && data.service.inTime == 2 && data.service.given == 0)
        #expect((data.service.begunSteps ?? 0) >= 3 && data.service.ratings == [0, 0, 0, 0, 0])
        // A statutory basis is no grant.
        #expect(data.grants.inForce == 0 && data.grants.new == 0 && data.grants.ended == 0)
        #expect(data.licences.count == 3 && data.licences.today == 3)
        #expect(data.licences.types == 1 && data.licences.regions == 2)
        #expect(data.storage.freeBytes == 340 << 30)
        #expect(data.uses.presented == 0 && data.uses.matched == 0 && data.uses.differing == 0)
        let acceptance = try #require(data.durations.first { $0.step == "acceptance" })
        #expect(acceptance.settled == 1 && acceptance.inTime == 1)
        #expect((acceptance.medianMilliseconds ?? 0) > 600_000)
        let funnel = try #require(data.funnels.first { $0.matter == "enterprise-opening" })
        #expect(funnel.opened == 2)
        #expect(funnel.steps.map(\.step).first == "acceptance")
        #expect(funnel.steps[0].begun == 2 && funnel.steps[0].settled == 1 && funnel.steps[0].inHand == 1)
        #expect(data.windows.map(\.code) == [window.text])
        #expect(data.windows[0].consents == 1 && data.windows[0].asked == 2 && data.windows[0].objections == 0)
        #expect(data.licencesByType.map(\.count) == [3])
        #expect(data.licencesByRegion.map(\.name) == ["650100", "652300"])
        #expect(data.uses.allowed == 2 && data.uses.denied == 1)
        #expect(data.uses.hours.count == 24 && data.uses.hours.last?.allowed == 2)
        #expect(data.uses.reasons.map(\.reason) == ["purposeNotCovered"])
        #expect(data.pace.commitMedian == 41 && (data.pace.blockMedian ?? 0) >= 1_000)
        #expect(data.standing == "inQuorum")
    }

    @Test func aStepThatIsLateIsCountedOnceItIsRecorded() async throws {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.opening())
        let code = try await scene.open("enterprise-opening", items: ["name"])
        try await scene.ledger.idle(1, apart: .seconds(86_400))
        try await scene.cases.settle([code])
        #expect(try await data(scene).cases.overdueSteps == 1)
        #expect(try await scene.page("/onethings?late=1").contains(code.text))
    }

    @Test func aTimeForObjectionsThatEndsSoonIsCounted() async throws {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.closing())
        let window = try await scene.open("simple-deregistration", items: ["promise"])
        try await scene.answer(window, "announcement", by: 0)
        let before = try await data(scene)
        #expect(before.windowTotals.running == 1 && before.windowTotals.endingSoon == 0)
        let ends = try #require(before.windows.first?.endsAt)
        let left = (ends - scene.ledger.head.time.milliseconds) / 1_000
        try await scene.ledger.idle(1, apart: .seconds(left - 2 * 86_400))
        #expect(try await data(scene).windowTotals.endingSoon == 1)
    }

    @Test func theQuestionOfADefinitionIsAnsweredAsItStands() async throws {
        let scene = try ConsoleScene()
        try await scene.adopt(try SceneMatter.opening())
        _ = try await scene.open("enterprise-opening", items: ["name"])
        let page = try await scene.page("/dashboard/definitions?lang=en")
        let questions = page.components(separatedBy: "<details><summary>").dropFirst().compactMap { part in
            part.components(separatedBy: "<pre class=\"command\">").last?.components(separatedBy: "</pre>").first
        }
        #expect(questions.count >= 18)
        for question in questions {
            let sql = [("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(question)
            {
                $0.replacingOccurrences(of: $1.0, with: $1.1)
            }
            #expect(!sql.contains("?"), "\(sql)")
            _ = try await scene.services.readModel.ask(sql, arguments: [], limits: SQLLimits())
        }
    }

    @Test func everyFigureOpensAPageThatThereIs() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let page = try await scene.page("/dashboard?lang=en")
        let figures = page.components(separatedBy: "<dt><a href=\"").dropFirst()
        #expect(figures.count >= 25)
        for figure in figures {
            let path = figure.components(separatedBy: "\"")[0].replacingOccurrences(of: "&amp;", with: "&")
            #expect(try await scene.get(path).status == .ok, "\(path)")
            #expect(figure.contains("title=\""), "\(path) has no definition")
        }
    }

    @Test func everyFigureHasADefinitionWithItsQuestion() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let page = try await scene.page("/dashboard?lang=en")
        let definitions = try await scene.page("/dashboard/definitions?lang=en")
        let links = page.split(separator: "\"").filter { $0.hasPrefix("/dashboard/definitions#") }
        #expect(links.count >= 8)
        for link in links {
            let name = link.split(separator: "#").last.map(String.init) ?? ""
            #expect(definitions.contains("id=\"\(name)\""), "\(name)")
        }
    }
}
