import Console
import Formats
import Foundation
import Hummingbird
import HummingbirdTesting
import Identity
import Licences
import OneThings
import Testing
import ZhenglianClient

/// The figures of the dashboard are what has happened on the ledger.
@Suite struct DashboardTests {
    private struct Document: Decodable {
        struct Cases: Decodable {
            let opened, running, completed, endedOtherwise, overdueSteps: Int
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
            let allowed, denied, released: Int
            let hours: [Hour]
            let reasons: [Reason]
        }
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
        #expect(data.cases.openedByDay.last == 3)
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
