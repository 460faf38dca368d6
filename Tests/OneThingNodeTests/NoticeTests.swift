import Formats
import Identity
import OneThingNode
import OneThings
import Testing
import ZhenglianClient

/// What concerns a department is told at once, and again to whoever asks again.
@Suite("Notices of cases")
struct NoticeTests {
    private func kinds(_ reply: NoticesReply) throws -> [CaseEvent.Kind] {
        try reply.notices.map { try CaseNotice(derBytes: $0, limit: 1 << 12).kind }
    }

    @Test func whoWaitsIsWokenByTheBlockThatBringsSomething() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        let caller = scene.clients[1].identity.member
        let service = scene.service
        async let told = service.notices(NoticesQuestion(cursor: 0, limit: 10, wait: 60_000), caller: caller)
        // A block without anything for the department does not wake the caller for good.
        try await scene.ledger.wait(.seconds(1))
        try await scene.register(code)
        let reply = try await told
        #expect(try kinds(reply) == [.pushed])
        #expect(reply.cursor == 1)
    }

    @Test func theStreamIsReadAgainFromAnyPlace() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        try await scene.clients[1].oneThings.cases.act(.acknowledge(Name.seal, attempt: 1), in: code)
        let caller = scene.clients[1].identity.member
        let all = try await scene.service.notices(
            NoticesQuestion(cursor: 0, limit: 10, wait: 0), caller: caller)
        #expect(try kinds(all) == [.pushed, .acknowledged])
        let last = try await scene.service.notices(
            NoticesQuestion(cursor: 1, limit: 10, wait: 0), caller: caller)
        #expect(last.notices == Array(all.notices.dropFirst()))
        let first = try await scene.service.notices(
            NoticesQuestion(cursor: 0, limit: 1, wait: 0), caller: caller)
        #expect(first.notices == Array(all.notices.prefix(1)))
        #expect(first.cursor == 1)
    }

    @Test func aWaitThatBringsNothingEndsWithoutAnError() async throws {
        let scene = try await OneThingScene()
        let caller = scene.clients[3].identity.member
        let reply = try await scene.service.notices(
            NoticesQuestion(cursor: 0, limit: 10, wait: 20), caller: caller)
        #expect(reply.notices.isEmpty)
        #expect(reply.cursor == 0)
    }

    @Test func noMoreWaitThanTheDepartmentMay() async throws {
        var limits = OneThingNodeLimits()
        limits.waitersPerDepartment = 0
        let scene = try await OneThingScene(limits: limits)
        let caller = scene.clients[1].identity.member
        #expect(
            try await serviceCode {
                try await scene.service.notices(
                    NoticesQuestion(cursor: 0, limit: 10, wait: 1_000), caller: caller)
            } == .overloaded)
    }
}
