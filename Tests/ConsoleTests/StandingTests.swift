import Console
import Formats
import Foundation
import HTTPTypes
import HummingbirdTesting
import Identity
import LedgerTestKit
import Licences
import NIOCore
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// A node that falls out of the quorum while people look: the pages say so.
@Suite struct StandingTests {
    @Test func pagesSayThatTheNodeHasFallenOutOfTheQuorumAndSinceWhen() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(3)
        #expect(try await scene.page("/explorer?lang=en").contains("aria-live=\"polite\" hidden>"))
        // One validator less is no loss of the quorum; the second one is, since it went.
        scene.node.change { $0.lost = [900, 0, 0] }
        scene.clock.advance(by: .seconds(2))
        #expect(try await scene.page("/explorer?lang=en").contains("aria-live=\"polite\" hidden>"))
        scene.node.change { $0.lost = [900, 300, 0] }
        scene.clock.advance(by: .seconds(2))
        let page = try await scene.page("/explorer?lang=en")
        #expect(page.contains("has fallen out of the quorum since 2026-01-01 08:55:04"))
        #expect(page.contains("as of height 3,"))
        #expect(try await scene.page("/explorer?lang=zh").contains("脱离法定人数"))
        let state = String(buffer: try await scene.get("/console/state?lang=en").body)
        #expect(state.contains("\"standing\":\"outOfQuorum\"") && state.contains("fallen out of the quorum"))
        let operations = try await scene.page("/operations?lang=en")
        #expect(operations.contains("The quorum is lost"))
        #expect(operations.contains("noQuorum"))
    }

    @Test func aNodeThatDoesNotSayHowItIsIsToldAsSuch() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        scene.node.change { $0.isSilent = true }
        #expect(try await scene.page("/explorer?lang=en").contains("does not say how it is"))
        #expect(try await scene.get("/operations").status == .serviceUnavailable)
    }

    @Test func operationsTellTheMarginAndWhenCertificatesEndTheQuorum() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let page = try await scene.page("/operations?lang=en")
        #expect(page.contains("more may be lost"))
        #expect(page.contains("Without renewal the quorum is lost on"))
        #expect(page.contains("with this one the quorum is lost"))
        scene.node.change { $0.lost = [900, 0, 0] }
        #expect(try await scene.page("/operations?lang=en").contains("The next loss stops the ledger."))
    }

    @Test func operationsTellTheLastBackupsOrWhyTheyAreNotKnown() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(3)
        #expect(try await scene.page("/operations?lang=en").contains("None was made on this machine."))
        let maintenance = LedgerMaintenance(dataPath: scene.directory.url.path, genesis: scene.consortium.genesis)
        try maintenance.note(
            BackupRecord(
                time: TestConsortium.createdAt, height: Height(rawValue: 1), path: "/mnt/<a>.backup",
                byteCount: 5 << 20))
        let page = try await scene.page("/operations?lang=en")
        #expect(page.contains("/mnt/&lt;a&gt;.backup") && page.contains("5.0 MiB"))
        #expect(page.contains("<td class=\"num right\">1</td><td class=\"num right\">2</td>"))
        try Data("{}".utf8).write(to: scene.directory.url.appendingPathComponent("backups.json"))
        #expect(try await scene.page("/operations?lang=en").contains("backups.json cannot be read"))
    }

    @Test func whatIsProposedIsShownWithTheCommandThatApprovesIt() async throws {
        let scene = try ConsoleScene()
        let office = ZhenglianClient(
            ledger: scene.ledger, identity: try scene.consortium.member("office", role: .administrator))
        let definition = try SceneMatter.opening()
        try await office.oneThings.definitions.propose(definition)
        let calendar = try StatutoryCalendar(
            version: 2,
            years: [
                try CalendarYear(
                    year: 2026, basis: "notice", holidays: [try CalendarDate("20260101")], workingWeekendDays: [])
            ])
        try await office.oneThings.propose(calendar)
        let page = try await scene.page("/operations?lang=en")
        let digest = scene.suite.digest(of: calendar.derBytes)
        #expect(page.contains("zhenglian onething calendar approve \(digest)"))
        let matters = try await scene.page("/onethings/matters/enterprise-opening?lang=en")
        let proposed = scene.suite.digest(of: definition.derBytes)
        #expect(matters.contains("zhenglian onething define approve enterprise-opening \(proposed)"))
    }

    @Test func openPagesHearOfBlocksAndOfTheStandingUntilTheNodeStops() async throws {
        var limits = ConsoleLimits()
        limits.liveInterval = .milliseconds(1)
        limits.livePatience = .milliseconds(200)
        limits.freshness = .zero
        let scene = try ConsoleScene(limits: limits)
        try await scene.ledger.idle(1)
        async let stream = scene.get("/console/events?lang=en")
        try await scene.ledger.idle(2)
        scene.node.change { $0.lost = [900, 300, 0] }
        try await scene.ledger.idle(1)
        // The first question after that brings news; before the third, the second was answered with silence.
        let asked = scene.node.healthQuestions
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while scene.node.healthQuestions < asked + 4, ContinuousClock.now < deadline {
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        scene.ledger.heights.end(with: NodeError(.unavailable, "the node stops"))
        let response = try await stream
        let text = String(buffer: response.body)
        #expect(response.headers[.contentType] == "text/event-stream; charset=utf-8")
        #expect(text.hasPrefix("retry: 3000\n\n"))
        #expect(text.contains("id: 4\nevent: state\ndata: {"))
        #expect(text.contains("\"standing\":\"outOfQuorum\""))
        // Silence is used to keep the connection.
        #expect(text.contains("\n: \n\n"))
    }

    @Test func whoComesWhenAllPlacesAreTakenAsksInstead() async throws {
        var limits = ConsoleLimits()
        limits.liveClientCount = 0
        let scene = try ConsoleScene(limits: limits)
        try await scene.ledger.idle(1)
        #expect(try await scene.get("/console/events").status == .serviceUnavailable)
        #expect(try await scene.get("/console/state").status == .ok)
    }
}
