import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The contract `misconduct`: proofs that hold are kept once, and nothing else is.
struct MisconductTests {
    private func vote(
        _ scene: MembershipScene,
        _ validator: Int,
        _ statement: VoteStatement,
        key: (any SigningKey)? = nil
    ) throws -> Vote {
        try Vote(
            statement, by: ValidatorIndex(rawValue: validator),
            key: key ?? scene.consortium.validators[validator].key, suite: scene.consortium.suite)
    }

    private func statement(
        _ scene: MembershipScene,
        _ block: UInt8,
        view: UInt64 = 9,
        epoch: Epoch = .zero
    ) -> VoteStatement {
        .finalize(
            scene.consortium.suite.digest(of: [block]), in: View(rawValue: view), epoch: epoch,
            channel: scene.consortium.genesis.channel)
    }

    private func evidence(_ scene: MembershipScene, _ validator: Int = 2, view: UInt64 = 9) throws -> Evidence {
        .votes(
            try vote(scene, validator, statement(scene, 1, view: view)),
            try vote(scene, validator, statement(scene, 2, view: view)))
    }

    @Test func aProofIsKeptOnceWhoeverReportsIt() throws {
        var scene = try MembershipScene()
        let proof = try evidence(scene)
        let node = scene.consortium.validators[1]
        let first = try scene.outcome(of: [MisconductContract.report(of: proof)], by: node)
        #expect(first.eventNames == ["reported"])
        let observer = try scene.consortium.member("mirror", role: .observer)
        for caller in [node, scene.administrators[3], observer] {
            let again = try scene.outcome(of: [MisconductContract.report(of: proof)], by: caller)
            #expect(again.rejectionCode == nil && again.eventNames == [])
            #expect(!(scene.scene.chain.executed.last?.changes.contains { $0.contract == "misconduct" } ?? true))
        }
        for role in [Role.client, .auditor] {
            let caller = try scene.consortium.member("caller", role: role)
            let outcome = try scene.outcome(of: [MisconductContract.report(of: proof)], by: caller)
            #expect(outcome.rejectionCode == "notPermitted")
        }
    }

    @Test func twoProposalsOfOneLeaderAreKept() throws {
        var scene = try MembershipScene()
        let consortium = scene.consortium
        func proposal(_ block: UInt8, by index: Int = 1) throws -> SignedProposal {
            let statement = ProposalStatement(
                channel: consortium.genesis.channel, epoch: .zero, view: View(rawValue: 5),
                parentView: View(rawValue: 4), parent: consortium.genesis.digest,
                block: consortium.suite.digest(of: [block]))
            return try SignedProposal(statement, key: consortium.validators[index].key, suite: consortium.suite)
        }
        let proof = Evidence.proposals(try proposal(1), try proposal(2))
        #expect(proof.kind == .twoProposals)
        let outcome = try scene.outcome(of: [MisconductContract.report(of: proof)], by: scene.administrators[0])
        #expect(outcome.eventNames == ["reported"])
        let other = Evidence.proposals(try proposal(1, by: 0), try proposal(3, by: 0))
        let refused = try scene.outcome(of: [MisconductContract.report(of: other)], by: scene.administrators[1])
        // The same view and kind of the same leader is on the ledger already: nothing is looked at again.
        #expect(refused.rejectionCode == nil && refused.eventNames == [])
    }

    @Test func whatProvesNothingIsRefused() throws {
        var scene = try MembershipScene()
        try scene.register()
        let sound = statement(scene, 1)
        let stranger = scene.consortium.suite.generateSigningKey()
        let channel = ChannelIdentifier(scene.consortium.genesis.digest)
        let elsewhere = [UInt8(1), 2].map { block in
            VoteStatement.finalize(
                scene.consortium.suite.digest(of: [block]), in: View(rawValue: 9), epoch: .zero, channel: channel)
        }
        let later = Epoch(rawValue: 1)
        let forgeries: [Evidence] = [
            .votes(try vote(scene, 2, sound), try vote(scene, 2, sound)),
            .votes(try vote(scene, 2, sound), try vote(scene, 3, statement(scene, 2))),
            .votes(try vote(scene, 2, sound), try vote(scene, 2, statement(scene, 2, view: 10))),
            .votes(try vote(scene, 2, sound), try vote(scene, 2, statement(scene, 2), key: stranger)),
            .votes(try vote(scene, 2, elsewhere[0]), try vote(scene, 2, elsewhere[1])),
            .votes(
                try vote(scene, 2, statement(scene, 1, epoch: later)),
                try vote(scene, 2, statement(scene, 2, epoch: later))),
            .votes(
                try vote(scene, 7, sound, key: stranger), try vote(scene, 7, statement(scene, 2), key: stranger)),
        ]
        for (index, forgery) in forgeries.enumerated() {
            let outcome = try scene.outcome(
                of: [MisconductContract.report(of: forgery)], by: scene.administrators[0])
            #expect(outcome.rejectionCode == "wrongEvidence", "forgery \(index)")
        }
        for bytes in [[], [0x30, 0x00], [UInt8](repeating: 0xa0, count: 2_000)] {
            let call = Call(
                contract: "misconduct", method: "report", arguments: MisconductArguments(evidence: bytes).derBytes)
            let outcome = try scene.outcome(of: [call], by: scene.administrators[0])
            #expect(outcome.rejectionCode == "malformedArguments")
        }
    }

    @Test func casesOfOneValidatorAreBoundedAndListedByPages() async throws {
        var scene = try MembershipScene()
        try scene.register()
        for view in 1...17 as ClosedRange<UInt64> {
            let proof = try evidence(scene, view: view)
            let outcome = try scene.outcome(
                of: [MisconductContract.report(of: proof)], by: scene.administrators[0])
            #expect(outcome.rejectionCode == (view == 17 ? "enoughEvidence" : nil))
        }
        let other = try evidence(scene, 3)
        let call = MisconductContract.report(of: other)
        #expect(try scene.outcome(of: [call], by: scene.administrators[0]).rejectionCode == nil)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.scene.chain.blocks)
        var records: [MisconductRecord] = []
        while true {
            let arguments = MisconductPageArguments(first: UInt64(records.count), limit: 5)
            let answer = try await disk.ledger.query("misconduct", "list", arguments: arguments.derBytes)
            let page = try MisconductPage(derBytes: try answer.value(), limit: 1 << 20)
            #expect(page.count == 17)
            guard !page.records.isEmpty else { break }
            records += page.records
        }
        #expect(records.count == 17)
        for record in records {
            let proof = try Evidence(derBytes: record.evidence)
            try proof.verify(in: scene.consortium.genesis.validators, suite: scene.consortium.suite)
            #expect(record.view == proof.view && record.kind == .twoFinalizations)
        }
        #expect(records.last?.offender == scene.name(3))
    }
}
