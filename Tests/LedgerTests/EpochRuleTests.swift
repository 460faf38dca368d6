import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The rules of blocks where a change of members is announced.
struct EpochRuleTests {
    private func verdict(
        _ scene: MembershipScene,
        results: ExecutedState? = nil,
        term: ValidatorSchedule.Term? = nil,
        schedule: ValidatorSchedule? = nil
    ) -> Result<ProposalVerdict, BlockError> {
        let chain = scene.scene.chain
        let genesis = scene.consortium.genesis
        let block = BlockBuilder(genesis: genesis).block(
            of: [], on: chain.parent, in: term ?? chain.schedule.current, view: chain.parent.view.next,
            now: chain.parent.timestamp.advanced(by: .seconds(1)), executed: results ?? chain.results)
        let context = ProposalContext(
            parent: chain.parent, parentIsFinal: true, now: block.header.timestamp, knownTransactions: [],
            results: block.header.executed, schedule: schedule ?? chain.schedule)
        return Result { () throws(BlockError) in
            try BlockValidator(genesis: genesis).validate(block.header, transactions: [], in: context)
        }
    }

    private func code(_ result: Result<ProposalVerdict, BlockError>) -> BlockError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    @Test func anIdleChainComesToTheAnnouncedHeightAndRestsThere() throws {
        var scene = try MembershipScene()
        let endpoint = NodeEndpoint(host: "10.0.0.9", port: 7_009)
        _ = try scene.propose([.move(scene.name(0), to: endpoint)])
        let first = try #require(scene.schedule.next).firstHeight
        try scene.scene.append()
        while scene.height.next < first {
            #expect(code(verdict(scene)) == nil, "block \(scene.height.next)")
            try scene.scene.append()
        }
        #expect(scene.schedule.next == nil)
        #expect(code(verdict(scene)) == .needlessBlock)
    }

    @Test func aBlockIsOfTheEpochOfItsHeight() throws {
        var scene = try MembershipScene()
        let node = try scene.node("second")
        let genesis = ValidatorSchedule.Term(genesis: scene.consortium.genesis)
        try scene.change([.add(MembershipScene.member(node))])
        try scene.scene.append([scene.scene.transaction([NotesContract.call("put")])])
        #expect(code(verdict(scene)) == nil)
        #expect(code(verdict(scene, term: genesis)) == .wrongEpoch)
    }

    @Test func theLastBlockOfAnEpochStatesResultsThatNameTheNext() throws {
        var scene = try MembershipScene()
        try scene.register()
        let stale = scene.scene.chain.results
        let endpoint = NodeEndpoint(host: "10.0.0.9", port: 7_009)
        _ = try scene.propose([.move(scene.name(0), to: endpoint)])
        let next = try #require(scene.schedule.next)
        while scene.height.next.next < next.firstHeight {
            // Leaders that are behind state old results.
            try scene.scene.chain.append(results: stale)
        }
        #expect(scene.schedule.isLast(scene.height.next))
        #expect(code(verdict(scene, results: stale)) == .wrongExecutedHeight)
        #expect(code(verdict(scene)) == nil)
    }

    @Test func whoeverIsBehindWaitsUntilTheValidatorsAreCertain() throws {
        var scene = try MembershipScene()
        let early = scene.schedule
        for _ in 0..<17 {
            guard case .success(.valid) = verdict(scene, schedule: early) else { break }
            try scene.scene.append([scene.scene.transaction([NotesContract.call("put")])])
        }
        while scene.height.next <= early.knownThrough {
            try scene.scene.append([scene.scene.transaction([NotesContract.call("put")])])
        }
        guard case .success(.waitFor(let height)) = verdict(scene, schedule: early) else {
            Issue.record("not asked to wait")
            return
        }
        #expect(height == early.head.next)
    }
}
