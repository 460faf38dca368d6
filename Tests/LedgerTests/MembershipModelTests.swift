import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Random changes, compared with a model of names and numbers that knows nothing of certificates, entries or blocks.
struct MembershipModelTests {
    /// The members by the book.
    private struct Model {
        struct Open {
            let operation: Step
            let proposer: Int
            let acceptsNoFaultTolerance: Bool
            var approvals: Set<Int>
        }

        enum Step: Hashable {
            case add(String, department: Int)
            case remove(String, department: Int)
            case move(String, department: Int, port: Int)
        }

        var validators: [String: (department: Int, port: Int)]
        var open: [UInt64: Open] = [:]
        var isPending = false

        var departments: Set<Int> { Set(validators.values.map(\.department)) }

        /// The validators after a step, or why there are none.
        func applying(
            _ step: Step, accepts: Bool
        ) -> (validators: [String: (department: Int, port: Int)], code: String?) {
            var next = validators
            switch step {
            case .add(let name, let department):
                guard next[name] == nil else { return (validators, "duplicateMember") }
                next[name] = (department, 1)
            case .remove(let name, _):
                guard next.removeValue(forKey: name) != nil else { return (validators, "unknownMember") }
                if next.isEmpty { return (validators, "lastValidator") }
                if next.count == 3, !accepts { return (validators, "faultToleranceLost") }
            case .move(let name, let department, let port):
                guard let present = next[name] else { return (validators, "unknownMember") }
                if present.port == port { return (validators, "nothingChanges") }
                next[name] = (department, port)
            }
            return (next, nil)
        }

        /// What comes of a decision: the code of its refusal, if it is refused.
        mutating func decide(_ step: Step, accepts: Bool) -> String? {
            let (next, code) = applying(step, accepts: accepts)
            if let code { return code }
            if isPending { return "changePending" }
            validators = next
            isPending = true
            return nil
        }

        mutating func propose(_ step: Step, by department: Int, accepts: Bool, number: UInt64) -> String? {
            if let code = applying(step, accepts: accepts).code { return code }
            let isOwn =
                switch step {
                case .add: false
                case .remove(_, let owner), .move(_, let owner, _): owner == department
                }
            let count = departments.contains(department) ? 1 : 0
            if isOwn || count > departments.count / 2 { return decide(step, accepts: accepts) }
            open[number] = Open(
                operation: step, proposer: department, acceptsNoFaultTolerance: accepts, approvals: [department])
            return nil
        }

        mutating func approve(_ number: UInt64, by department: Int) -> String? {
            guard var proposal = open[number] else { return "notFound" }
            guard departments.contains(department) else { return "notPermitted" }
            let isNew = proposal.approvals.insert(department).inserted
            guard proposal.approvals.intersection(departments).count > departments.count / 2 else {
                if !isNew { return "alreadyApproved" }
                open[number] = proposal
                return nil
            }
            if let code = decide(proposal.operation, accepts: proposal.acceptsNoFaultTolerance) { return code }
            open[number] = nil
            return nil
        }
    }

    @Test(arguments: [51, 52, 53, 54] as [UInt64])
    func theContractDoesWhatTheModelDoes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var scene = try MembershipScene()
        try scene.register()
        var nodes: [String: (identity: MemberIdentity, department: Int)] = [:]
        for department in 0..<4 {
            let first = scene.consortium.validators[department]
            nodes[first.certificate.member.description] = (first, department)
            let second = try scene.node("second", department: department)
            nodes[second.certificate.member.description] = (second, department)
        }
        let names = nodes.keys.sorted()
        var model = Model(
            validators: Dictionary(
                uniqueKeysWithValues: (0..<4).map { (scene.name($0).description, (department: $0, port: 7_000)) }))
        var codes: Set<String> = []
        for step in 0..<70 {
            let department = Int.random(in: 0..<4, using: &generator)
            let outcome: Outcome
            let expected: String?
            let place = "seed \(seed), step \(step)"
            if let number = model.open.keys.sorted().last, Int.random(in: 0..<3, using: &generator) > 0 {
                outcome = try scene.approve(number, by: department)
                expected = model.approve(number, by: department)
            } else {
                let name = try #require(names.randomElement(using: &generator))
                let node = try #require(nodes[name])
                let operation: MembershipOperation
                let change: Model.Step
                switch Int.random(in: 0..<3, using: &generator) {
                case 0:
                    operation = .add(MembershipScene.member(node.identity, port: 1))
                    change = .add(name, department: node.department)
                case 1:
                    operation = .remove(node.identity.certificate.member)
                    change = .remove(name, department: node.department)
                default:
                    let port = Int.random(in: 1...2, using: &generator)
                    operation = .move(
                        node.identity.certificate.member, to: NodeEndpoint(host: "node.example", port: port))
                    change = .move(name, department: node.department, port: port)
                }
                let accepts = Bool.random(using: &generator)
                outcome = try scene.propose([operation], by: department, acceptsNoFaultTolerance: accepts)
                let number = outcome.rejectionCode == nil ? try outcome.standing().number : 0
                if outcome.rejectionCode == "tooManyProposals" {
                    #expect(model.open.values.filter { $0.proposer == department }.count == 8, "\(place)")
                    continue
                }
                expected = model.propose(change, by: department, accepts: accepts, number: number)
            }
            codes.insert(expected ?? "applied")
            #expect(outcome.rejectionCode == expected, "\(place)")
            #expect(Set(scene.latest) == Set(model.validators.keys), "\(place)")
            let latest = scene.schedule.next ?? scene.schedule.current
            for (name, entry) in model.validators {
                #expect(latest.endpoints[try #require(MemberName(name))]?.port == entry.port, "\(place)")
            }
            if scene.schedule.next != nil, Int.random(in: 0..<3, using: &generator) == 0 { try scene.pass() }
            model.isPending = scene.schedule.next != nil
        }
        #expect(codes.count >= 6, "seed \(seed): \(codes.sorted())")
    }
}
