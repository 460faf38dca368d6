import Formats
import Identity
import LedgerTestKit
import OneThingNode
import OneThings
import Testing
import ZhenglianClient

/// What a case's content goes to: the step that needs it, while it is in hand, and nowhere else.
@Suite("Content of cases, kept and fetched")
struct FetchTests {
    @Test func aStepGetsWhatItNeedsAndTheLedgerKnowsFirst() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let key = scene.suite.recipientCipher.generateKey()
        let released = try await scene.fetch(
            [Name.company, Name.articles], of: code, step: Name.seal, by: 1, key: key)
        #expect(released.disclosures.map(\.item.name) == [Name.articles, Name.company])
        #expect(released.disclosures.last?.item.datum == "示例有限公司")
        #expect(released.file(of: Name.articles) == scene.file)
        let release = try #require(try await scene.lead.events(of: code).map(\.event).first { $0.kind == .released })
        #expect(release.digest == released.digest(suite: scene.suite))
        #expect(release.items == [Name.articles, Name.company])
        #expect(release.step == Name.seal)
    }

    @Test func sourcesSayWhoKeepsWhatAStepNeeds() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let sources = try await scene.clients[1].oneThings.contents.sources(of: code, step: Name.seal)
        // The code is on the ledger: nobody has to fetch it.
        #expect(sources.map(\.items) == [[Name.articles, Name.company]])
        #expect(sources.first?.stored.department == scene.consortium.validators[0].member.department)
        #expect(
            try await serviceCode {
                try await scene.clients[1].oneThings.contents.sources(
                    of: code, step: Name.seal, items: [Name.phone])
            } == .notNeeded)
    }

    /// The answer was lost: the same order has the same bytes, and the ledger has one release.
    @Test func theSameOrderGetsTheSameAgain() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let key = scene.suite.recipientCipher.generateKey()
        let order = try CaseFetchOrder(
            channel: scene.genesis.channel, code: code, step: Name.seal, attempt: 1, content: 0,
            items: [Name.company], recipientKey: key.subjectPublicKeyInfo)
        let caller = scene.clients[1].identity.member
        let first = try await scene.service.fetch(FetchItemsMessage(order: order.derBytes), caller: caller)
        let second = try await scene.service.fetch(FetchItemsMessage(order: order.derBytes), caller: caller)
        #expect(first.sealed == second.sealed)
        #expect(try await scene.lead.events(of: code).count { $0.event.kind == .released } == 1)
    }

    @Test func whatIsNotTheCallersOrNotNeededIsRefused() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        let key = scene.suite.recipientCipher.generateKey()
        // Before the step has begun.
        #expect(
            try await serviceCode {
                try await scene.fetch([Name.company], of: code, step: Name.seal, by: 1, key: key)
            } == .notOpen)
        try await scene.register(code)
        let company = [Name.company]
        // Another department's step, and a datum that the step does not need.
        #expect(
            try await serviceCode {
                try await scene.fetch(company, of: code, step: Name.seal, by: 2, key: key)
            } == .notEntitled)
        #expect(
            try await serviceCode {
                try await scene.fetch([Name.phone], of: code, step: Name.seal, by: 1, key: key)
            } == .notNeeded)
        #expect(try await scene.lead.events(of: code).contains { $0.event.kind == .released } == false)
    }

    @Test func nothingIsGivenOutOnceTheStepIsOver() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let key = scene.suite.recipientCipher.generateKey()
        _ = try await scene.fetch([Name.company], of: code, step: Name.seal, by: 1, key: key)
        try await scene.clients[1].oneThings.cases.act(.answer(Name.seal, attempt: 1, Name.done), in: code)
        #expect(
            try await serviceCode {
                try await scene.fetch([Name.company], of: code, step: Name.seal, by: 1, key: key)
            } == .notOpen)
    }

    @Test func onlyTheNodesOwnDepartmentStoresThere() async throws {
        let scene = try await OneThingScene()
        #expect(
            try await serviceCode {
                try await scene.clients[1].oneThings.contents.store(
                    try scene.items(), files: [], at: scene.service)
            } == .notEntitled)
        // A paper without its file, and a file that is another's.
        #expect(
            try await serviceCode {
                try await scene.clients[0].oneThings.contents.store(
                    try scene.items(), files: [], at: scene.service)
            } == .malformed)
        #expect(
            try await serviceCode {
                try await scene.clients[0].oneThings.contents.store(
                    try scene.items(), files: [CaseFile(paper: Name.articles, bytes: [1])],
                    at: scene.service)
            } == .malformed)
    }

    @Test func whatRatesLetThroughTheVaultCanKeep() {
        let rates = OneThingNodeLimits()
        let kept = CaseVaultLimits()
        // A vault that is full sooner than the rates say stops every department's work.
        let windows = Int(kept.keptReleaseTime / rates.window)
        #expect(kept.keptReleaseCount >= 2 * windows * rates.fetchesPerDepartment)
    }

    @Test func aDepartmentThatFetchesTooMuchIsToldToWait() async throws {
        var limits = OneThingNodeLimits()
        limits.fetchesPerDepartment = 1
        let scene = try await OneThingScene(limits: limits)
        let code = try await scene.open()
        try await scene.register(code)
        let key = scene.suite.recipientCipher.generateKey()
        _ = try await scene.fetch([Name.company], of: code, step: Name.seal, by: 1, key: key)
        #expect(
            try await serviceCode {
                try await scene.fetch([Name.articles], of: code, step: Name.seal, by: 1, key: key)
            } == .overloaded)
        // Another department's rate is its own.
        _ = try await scene.fetch([Name.phone], of: code, step: Name.tax, by: 2, key: key)
    }

    /// What is destroyed is gone; what the ledger has of it says nothing any more.
    @Test func whatIsDestroyedIsGivenToNobody() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let root = try await scene.lead.content(0, of: code).content.root
        #expect(try scene.vault.destroy(root, basis: "档案管理办法", at: scene.clock.now))
        #expect(try !scene.vault.destroy(root, basis: "档案管理办法", at: scene.clock.now))
        let key = scene.suite.recipientCipher.generateKey()
        #expect(
            try await serviceCode {
                try await scene.fetch([Name.company], of: code, step: Name.seal, by: 1, key: key)
            } == .destroyed)
    }
}
