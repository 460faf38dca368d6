import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The contract `membership`: who decides, what is refused, and what is announced.
struct MembershipTests {
    @Test func aNodeJoinsWhenMoreThanHalfOfTheDepartmentsApprove() throws {
        var scene = try MembershipScene()
        let node = try scene.node("second")
        let proposed = try scene.propose([.add(MembershipScene.member(node))], notice: 20)
        #expect(proposed.eventNames == ["proposed"])
        let open = try proposed.standing()
        #expect(open.neededCount == 3 && open.approvals.count == 1 && open.announcement == nil)
        #expect(try scene.approve(open.number, by: 1).eventNames == ["approved"])
        #expect(scene.schedule.next == nil)
        let decided = try scene.approve(open.number, by: 2)
        #expect(decided.eventNames == ["approved", "announced"])
        let announcement = try #require(try decided.standing().announcement)
        #expect(announcement.epoch == Epoch(rawValue: 1))
        #expect(announcement.firstHeight == scene.height.advanced(by: 21))
        let next = try #require(scene.schedule.next)
        #expect(next.firstHeight == announcement.firstHeight && next.announcedAt == scene.height)
        #expect(
            next.validators.count == 5
                && next.validators[ValidatorIndex(rawValue: 4)]?.member == node.certificate.member)
        #expect(next.endpoints[node.certificate.member] == NodeEndpoint(host: "node.example", port: 7_001))
        #expect(scene.schedule.isLast(try #require(announcement.firstHeight.previous)))
        #expect(try scene.approve(open.number, by: 3).rejectionCode == "notFound")
        try scene.pass()
        #expect(scene.schedule.current == next)
        #expect(scene.height.next == next.firstHeight)
    }

    @Test func aDepartmentDecidesAloneAboutItsOwnNodes() throws {
        var scene = try MembershipScene()
        let renewed = try scene.node("node")
        #expect(try scene.propose([.rotate(renewed.certificate.der)]).standing().announcement != nil)
        try scene.pass()
        #expect(
            scene.schedule.current.validators[ValidatorIndex(rawValue: 0)]?.key.identifier
                == renewed.certificate.publicKey.identifier)
        let endpoint = NodeEndpoint(host: "10.0.0.9", port: 7_009)
        #expect(try scene.propose([.move(scene.name(1), to: endpoint)], by: 1).standing().announcement != nil)
        try scene.pass()
        #expect(scene.schedule.current.endpoints[scene.name(1)] == endpoint)
        // Not about another department's, and not about a node in its node's place.
        #expect(try scene.propose([.move(scene.name(2), to: endpoint)], by: 1).standing().announcement == nil)
        let other = try scene.node("other", department: 1)
        let replacement = MembershipOperation.replace(scene.name(1), by: MembershipScene.member(other))
        #expect(try scene.propose([replacement], by: 1).standing().announcement == nil)
        let leave = try scene.propose([.remove(scene.name(3))], by: 3, acceptsNoFaultTolerance: true)
        #expect(try leave.standing().announcement != nil)
    }

    @Test func anObserverHasNoVote() throws {
        var scene = try MembershipScene()
        let observer = try scene.node("mirror", role: .observer)
        try scene.change([.add(MembershipScene.member(observer))])
        #expect(scene.schedule.current.validators.count == 4)
        #expect(scene.schedule.current.observers.map(\.member) == [observer.certificate.member])
        try scene.change([.remove(observer.certificate.member)])
        #expect(scene.schedule.current.observers.isEmpty)
    }

    @Test func onlyAdministratorsDecide() throws {
        var scene = try MembershipScene()
        let node = try scene.node("second")
        let call = MembershipContract.proposal(
            MembershipProposalArguments(operations: [.add(MembershipScene.member(node))]))
        for role in Role.allCases where role != .administrator {
            let caller = try scene.consortium.member("caller", role: role)
            #expect(try scene.outcome(of: [call], by: caller).rejectionCode == "notPermitted")
        }
        #expect(try scene.propose([.add(MembershipScene.member(node))]).standing().number == 1)
        #expect(try scene.approve(1, by: 0).rejectionCode == "alreadyApproved")
        let withdrawal = MembershipContract.withdrawal(of: 1)
        #expect(try scene.outcome(of: [withdrawal], by: scene.administrators[1]).rejectionCode == "notPermitted")
        #expect(try scene.outcome(of: [withdrawal], by: scene.administrators[0]).eventNames == ["withdrawn"])
        #expect(try scene.approve(1, by: 1).rejectionCode == "notFound")
    }

    @Test func aDepartmentWithoutAValidatorProposesAndDoesNotDecide() throws {
        var scene = try MembershipScene(departments: 5)
        let node = scene.name(4)
        try scene.change([.remove(node)])
        let back = try scene.propose(
            [.add(MembershipScene.member(scene.consortium.validators[4]))], by: 4)
        let standing = try back.standing()
        #expect(standing.approvals == [] && standing.neededCount == 3)
        #expect(try scene.approve(standing.number, by: 4).rejectionCode == "notPermitted")
        for department in 0..<3 { _ = try scene.approve(standing.number, by: department).standing() }
        #expect(scene.schedule.next?.validators.count == 5)
    }

    @Test func whatBreaksARuleIsRefused() throws {
        var scene = try MembershipScene()
        let node = try scene.node("second")
        let sameKey = try scene.node("third", key: scene.consortium.validators[2].key)
        let client = try scene.consortium.member("client")
        let observer = try scene.node("mirror", role: .observer)
        let elsewhere = try scene.node("node-b", department: 1)
        let stranger = try TestConsortium().member("second", role: .validator)
        let createdAt = TestConsortium.createdAt
        let expired = try scene.consortium.member(
            "old", role: .validator, validity: TestConsortium.validity.lowerBound...createdAt)
        let ending = try scene.consortium.member(
            "ending", role: .validator,
            validity: TestConsortium.validity.lowerBound...createdAt.advanced(by: .seconds(86_400)))
        let revoked = try scene.consortium.member("gone", role: .validator)
        let list = try scene.consortium.revocationList(revoking: [revoked.certificate], number: 1)
        _ = try scene.outcome(of: [CertificatesContract.publication(of: list.der)], by: scene.administrators[0])
        func add(_ identity: MemberIdentity) -> MembershipOperation { .add(MembershipScene.member(identity)) }
        let (first, second) = (scene.name(0), scene.name(1))
        let cases: [(String, [MembershipOperation])] = [
            ("duplicateMember", [add(scene.consortium.validators[0])]),
            ("duplicateMember", [add(node), add(node)]),
            ("duplicateMember", [.remove(first), add(scene.consortium.validators[0])]),
            ("duplicateMember", [.replace(first, by: MembershipScene.member(scene.consortium.validators[0]))]),
            ("duplicateKey", [add(sameKey)]),
            ("unknownMember", [.remove(node.certificate.member)]),
            ("unknownMember", [.rotate(node.certificate.der)]),
            ("unknownMember", [.move(node.certificate.member, to: NodeEndpoint(host: "a", port: 1))]),
            ("wrongDepartment", [.replace(first, by: MembershipScene.member(elsewhere))]),
            ("wrongRole", [add(client)]),
            ("wrongRole", [.replace(first, by: MembershipScene.member(observer))]),
            ("unknownAuthority", [add(stranger)]),
            ("expired", [add(expired)]),
            ("certificateExpires", [add(ending)]),
            ("revoked", [add(revoked)]),
            ("malformedCertificate", [.add(MemberNode(certificate: [1], endpoint: NodeEndpoint(host: "a", port: 1)))]),
            ("nothingChanges", [.rotate(scene.consortium.validators[0].certificate.der)]),
            ("nothingChanges", [.move(first, to: NodeEndpoint(host: "localhost", port: 7_000))]),
            ("tooManyLeave", [.remove(first), .remove(second)]),
            ("tooManyLeave", [.replace(first, by: MembershipScene.member(node)), .remove(second)]),
            ("faultToleranceLost", [.remove(first)]),
        ]
        for (index, (code, operations)) in cases.enumerated() {
            #expect(try scene.propose(operations).rejectionCode == code, "case \(index)")
        }
        for notice in [0, 15, 10_001, UInt64(Int64.max)] {
            #expect(try scene.propose([add(node)], notice: notice).rejectionCode == "wrongNotice")
        }
        #expect(scene.schedule.next == nil)
        let malformed = Call(contract: "membership", method: "propose", arguments: [0x30, 0x00])
        #expect(
            try scene.outcome(of: [malformed], by: scene.administrators[0]).rejectionCode == "malformedArguments")
    }

    @Test func oneChangeIsAnnouncedAtATime() throws {
        var scene = try MembershipScene()
        try scene.register()
        let node = try scene.node("second")
        let open = try scene.propose([.add(MembershipScene.member(node))]).standing().number
        _ = try scene.approve(open, by: 1)
        let endpoint = NodeEndpoint(host: "10.0.0.9", port: 7_009)
        let first = try #require(
            try scene.propose([.move(scene.name(3), to: endpoint)], by: 3).standing().announcement)
        let refused = try scene.approve(open, by: 2)
        #expect(refused.rejectionCode == "changePending")
        guard case .rejected(let rejection) = refused.status else { return }
        #expect(rejection.message.contains("\(first.firstHeight)"))
        try scene.pass()
        // The block at the announced height may decide the next one.
        #expect(try scene.approve(open, by: 2).standing().announcement?.epoch == Epoch(rawValue: 2))
        #expect(scene.schedule.current.epoch == Epoch(rawValue: 1))
        #expect(scene.schedule.next?.epoch == Epoch(rawValue: 2))
    }

    @Test func openProposalsAreBounded() throws {
        var scene = try MembershipScene()
        try scene.register()
        let node = try scene.node("second")
        for _ in 0..<MembershipContract.maximumProposalsPerDepartment {
            #expect(try scene.propose([.add(MembershipScene.member(node))]).rejectionCode == nil)
        }
        #expect(try scene.propose([.add(MembershipScene.member(node))]).rejectionCode == "tooManyProposals")
        #expect(try scene.propose([.add(MembershipScene.member(node))], by: 1).rejectionCode == nil)
        let call = MembershipContract.proposal(
            MembershipProposalArguments(operations: [.add(MembershipScene.member(node))]))
        let withdraw = (10..<18).map { [call, MembershipContract.withdrawal(of: $0)] }.flatMap { $0 }
        #expect(try scene.outcome(of: withdraw, by: scene.administrators[2]).rejectionCode == nil)
        let more = (18..<27).map { [call, MembershipContract.withdrawal(of: $0)] }.flatMap { $0 }
        #expect(try scene.outcome(of: more, by: scene.administrators[2]).rejectionCode == "tooManyProposals")
    }

    @Test func aConsortiumIsBoundedByCountAndByWhatAnEntryHolds() throws {
        var scene = try MembershipScene()
        func add(_ name: String, _ role: Role, host: String = "node.example") throws -> [MembershipOperation] {
            try (0..<32).map { index in
                let node = try scene.node("\(name)-\(index)", department: index % 4, role: role)
                return .add(
                    MemberNode(
                        certificate: node.certificate.der, endpoint: NodeEndpoint(host: host, port: 7_000 + index)))
            }
        }
        for name in ["a", "b", "c"] { try scene.change(add(name, .validator)) }
        #expect(scene.schedule.current.validators.count == 100)
        let one = try scene.node("one-more")
        #expect(try scene.propose([.add(MembershipScene.member(one))]).rejectionCode == "tooManyMembers")
        let host = String(repeating: "h", count: 250)
        for name in ["d", "e"] { try scene.change(add(name, .observer, host: host)) }
        #expect(scene.schedule.current.observers.count == 64)
        let last = try scene.propose(add("f", .observer, host: host)).standing()
        _ = try scene.approve(last.number, by: 1)
        #expect(try scene.approve(last.number, by: 2).rejectionCode == "tooLarge")
    }

    /// ChainMaker 2.3.1: a node that was added, removed and added again could no longer be added or removed.
    @Test func addingAndRemovingTheSameNodeAgainAndAgain() throws {
        var scene = try MembershipScene()
        let node = try scene.node("second")
        for round in 0..<6 {
            try scene.change([.add(MembershipScene.member(node))])
            #expect(scene.latest.count == 5, "round \(round)")
            #expect(scene.latest.last == node.certificate.member.description)
            try scene.change([.remove(node.certificate.member)])
            #expect(scene.latest.count == 4, "round \(round)")
        }
        #expect(scene.schedule.current.epoch == Epoch(rawValue: 12))
        #expect(scene.schedule.current.validators.count == 4)
    }

    /// ChainMaker 2.3.7: the last validator could be removed, and the chain stopped for ever.
    @Test func removingTheLastValidatorIsRefused() throws {
        var scene = try MembershipScene(departments: 1)
        #expect(try scene.propose([.remove(scene.name(0))]).rejectionCode == "lastValidator")
        #expect(
            try scene.propose([.remove(scene.name(0))], acceptsNoFaultTolerance: true).rejectionCode == "lastValidator")
        var larger = try MembershipScene(departments: 4)
        for department in [3, 2, 1] {
            try larger.change([.remove(larger.name(department))], acceptsNoFaultTolerance: true)
        }
        #expect(larger.latest == [larger.name(0).description])
        #expect(
            try larger.propose([.remove(larger.name(0))], acceptsNoFaultTolerance: true).rejectionCode
                == "lastValidator")
    }
}
