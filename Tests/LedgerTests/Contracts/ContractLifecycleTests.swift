import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The contract `contracts`: who decides, what is refused, and what is planned.
struct ContractLifecycleTests {
    @Test func aVersionIsPlannedWhenMoreThanHalfOfTheDepartmentsApprove() throws {
        var scene = try ContractScene()
        let change = scene.activation()
        let proposed = try scene.propose(change)
        #expect(proposed.eventNames == ["proposed"])
        let open = try proposed.contractStanding()
        #expect(open.change == change.digest(suite: scene.suite))
        #expect(open.neededCount == 3 && open.approvals.count == 1 && !open.isDecided)
        #expect(try scene.approve(change, by: 1).eventNames == ["approved"])
        let decided = try scene.approve(change, by: 2)
        #expect(decided.eventNames == ["approved", "planned"])
        #expect(try decided.contractStanding().isDecided)
        #expect(try scene.approve(change, by: 3).rejectionCode == "notFound")
    }

    @Test func oneDepartmentAloneDecidesForItself() throws {
        var scene = try ContractScene(departments: 1)
        #expect(try scene.propose(scene.activation()).eventNames == ["proposed", "planned"])
    }

    @Test func onlyAdministratorsOfDepartmentsWithAValidatorDecide() throws {
        var scene = try ContractScene(departments: 5)
        let change = scene.activation()
        for role in Role.allCases where role != .administrator {
            let caller = try scene.consortium.member("caller", role: role)
            let call = ContractLifecycleContract.proposal(of: change)
            #expect(try scene.members.outcome(of: [call], by: caller).rejectionCode == "notPermitted")
        }
        try scene.members.change([.remove(scene.members.name(4))])
        // Whoever has no validator proposes, and does not count.
        let later = scene.activation(after: ContractLifecycleContract.minimumNotice + 100)
        let standing = try scene.propose(later, by: 4).contractStanding()
        #expect(standing.approvals == [] && standing.neededCount == 3)
        #expect(try scene.approve(later, by: 4).rejectionCode == "notPermitted")
        for department in 0..<3 { #expect(try scene.approve(later, by: department).rejectionCode == nil) }
    }

    @Test func anApprovalCountsOnceAndForWhatItNames() throws {
        var scene = try ContractScene()
        let change = scene.activation()
        #expect(try scene.propose(change).rejectionCode == nil)
        #expect(try scene.approve(change, by: 0).rejectionCode == "alreadyApproved")
        #expect(try scene.approve(change, by: 1).rejectionCode == nil)
        #expect(try scene.approve(change, by: 1).rejectionCode == "alreadyApproved")
        let other = ContractChange(.activation, of: "notes", version: 2, at: change.height.next)
        #expect(try scene.approve(other, by: 2).rejectionCode == "notFound")
        #expect(try scene.propose(change, by: 3).rejectionCode == "alreadyProposed")
    }

    @Test func whatBreaksARuleIsRefused() throws {
        var scene = try ContractScene()
        let (minimum, maximum) = (ContractLifecycleContract.minimumNotice, ContractLifecycleContract.maximumNotice)
        #expect(try scene.propose(scene.activation(version: 1)).rejectionCode == "versionNotHigher")
        #expect(try scene.propose(scene.activation(of: "contracts", version: 1)).rejectionCode == "versionNotHigher")
        for notice in [0, 1, minimum - 1, maximum + 1] {
            #expect(try scene.propose(scene.activation(after: notice)).rejectionCode == "wrongNotice")
        }
        let past = ContractChange(.activation, of: "notes", version: 2, at: Height(rawValue: 1))
        #expect(try scene.propose(past).rejectionCode == "wrongNotice")
        let absent = ContractChange(.cancellation, of: "notes", version: 2, at: scene.activation().height)
        #expect(try scene.propose(absent).rejectionCode == "notPlanned")
        let malformed = [
            ContractChange(.activation, of: "", version: 2, at: past.height),
            ContractChange(.activation, of: "证照", version: 2, at: past.height),
            ContractChange(.activation, of: String(repeating: "a", count: 65), version: 2, at: past.height),
            ContractChange(.activation, of: "notes", version: 0, at: past.height),
            ContractChange(.activation, of: "notes", version: Int(Int32.max) + 1, at: past.height),
        ]
        for change in malformed { #expect(try scene.propose(change).rejectionCode == "malformedArguments") }
        // The nearest and the farthest height.
        for notice in [minimum, maximum] {
            #expect(try scene.propose(scene.activation(after: notice)).rejectionCode == nil)
        }
    }

    @Test func aProposalIsWithdrawnReplacedAndExpires() throws {
        var scene = try ContractScene()
        let first = scene.activation()
        #expect(try scene.propose(first).rejectionCode == nil)
        #expect(try scene.withdraw(first, by: 1).rejectionCode == "notPermitted")
        #expect(try scene.withdraw(first, by: 0).eventNames == ["withdrawn"])
        #expect(try scene.withdraw(first, by: 0).rejectionCode == "notFound")
        // The department's next proposal about the same contract makes the one before go; another department's stays.
        let (second, third) = (scene.activation(after: 1_040), scene.activation(after: 1_050))
        #expect(try scene.propose(second, by: 1).rejectionCode == nil)
        #expect(try scene.propose(first).rejectionCode == nil)
        #expect(try scene.propose(third).rejectionCode == nil)
        #expect(try scene.approve(first, by: 1).rejectionCode == "notFound")
        #expect(try scene.approve(second, by: 2).rejectionCode == nil)
        #expect(try scene.approve(third, by: 2).rejectionCode == nil)
        // At the last height at which there is notice enough, and after it.
        let minimum = ContractLifecycleContract.minimumNotice
        try scene.pass(to: Height(rawValue: second.height.rawValue - minimum))
        #expect(try scene.approve(second, by: 3).rejectionCode == "notFound")
        try scene.pass(to: Height(rawValue: third.height.rawValue - minimum - 1))
        #expect(try scene.approve(third, by: 3).eventNames == ["approved", "planned"])
    }

    @Test func onePlanAtATimeWhichTheSameVoteCancels() throws {
        var scene = try ContractScene()
        let plan = scene.activation()
        let rival = scene.activation(version: 3, after: 1_050)
        #expect(try scene.propose(rival, by: 3).rejectionCode == nil)
        try scene.decide(plan)
        // What was proposed before cannot be decided beside the plan, nor can anything be proposed.
        #expect(try scene.approve(rival, by: 0).rejectionCode == nil)
        #expect(try scene.approve(rival, by: 1).rejectionCode == "changePending")
        #expect(try scene.propose(scene.activation(version: 4)).rejectionCode == "changePending")
        #expect(try scene.propose(scene.activation(of: "later", version: 1)).rejectionCode == nil)
        let otherHeight = ContractChange(.cancellation, of: "notes", version: 2, at: plan.height.next)
        #expect(try scene.propose(otherHeight).rejectionCode == "notPlanned")
        let cancellation = ContractChange(.cancellation, of: "notes", version: 2, at: plan.height)
        try scene.decide(cancellation)
        #expect(try scene.approve(rival, by: 1).eventNames == ["approved", "planned"])
        // Once a plan is in force it is not cancelled, and the next version is higher.
        try scene.pass(to: rival.height)
        let late = ContractChange(.cancellation, of: "notes", version: 3, at: rival.height)
        #expect(try scene.propose(late).rejectionCode == "notPlanned")
        #expect(try scene.propose(scene.activation(version: 3)).rejectionCode == "versionNotHigher")
        #expect(try scene.propose(scene.activation(version: 4)).rejectionCode == nil)
    }

    @Test func proposalsAreBounded() throws {
        var scene = try ContractScene()
        let height = scene.activation().height
        func calls(_ range: Range<Int>) -> [Call] {
            range.map { number in
                ContractLifecycleContract.proposal(
                    of: ContractChange(.activation, of: "contract-\(number)", version: 1, at: height))
            }
        }
        let administrators = scene.members.administrators
        #expect(
            try scene.members.outcome(of: calls(0..<9), by: administrators[0]).rejectionCode == "tooManyProposals")
        #expect(try scene.members.outcome(of: calls(0..<8), by: administrators[0]).rejectionCode == nil)
        #expect(
            try scene.members.outcome(of: calls(8..<9), by: administrators[0]).rejectionCode == "tooManyProposals")
        #expect(try scene.members.outcome(of: calls(8..<9), by: administrators[1]).rejectionCode == nil)
    }
}
