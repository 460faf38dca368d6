import Formats
import Identity
import Ledger
import NodeDiagnosis
import Nodes
import Testing

/// What a diagnosis says of which facts.
@Suite struct ExaminationTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let day: Int64 = 86_400_000

    /// A node of four, with which nothing is wrong; tests change what they are about.
    private struct Facts {
        var time = ExaminationTests.now
        var headTime = ExaminationTests.now
        var height: UInt64 = 1_000
        var waitingBlocks = 0
        var isBehind = false
        var pendingTransactions = 0
        var secondsSinceCommit = 1.0
        var isActive = false
        var isLeaderAbsent = false
        var proposal = "none"
        var mute: [String] = []
        var recoveryAnswers: Int?
        var silentThrough: UInt64 = 0
        var isVoter = true
        var unreachable: [String] = []
        var refusals: [NodeHealth.Refusal] = []
        var certificates = [ExaminationTests.certificate()]
        var storage = StorageState(freeBytes: 100 << 30, isWritable: true)
        var evidence: [String] = []
        /// The height from which on a version is in force that the node's program lacks.
        var lackingFrom: UInt64?

        func health(of name: String = "market") throws -> NodeHealth {
            let members = try ["market", "tax", "police", "housing"].map { try ExaminationTests.member($0) }
            let member = try ExaminationTests.member(name)
            let peers = members.filter { $0 != member }
            let missing = try mute.map { try ExaminationTests.member($0) }
            let consensus = NodeHealth.Consensus(
                view: View(rawValue: 17), leader: members[1], isLeaderAbsent: isLeaderAbsent, isActive: isActive,
                lastFinalizedView: View(rawValue: 12), proposal: proposal, quorum: 3,
                votes: ["notarize", "nullify"].map { kind in
                    .init(kind: kind, present: members.filter { !missing.contains($0) }, missing: missing)
                },
                consecutiveNullifications: 4, armedTimers: ["view timer of view 17: 6.0 seconds"],
                recoveryAnswers: recoveryAnswers, silentThrough: View(rawValue: silentThrough), viewSeconds: 30)
            return NodeHealth(
                member: member, version: "0", time: time, height: Height(rawValue: height), headTime: headTime,
                waitingBlocks: waitingBlocks, isBehind: isBehind, epoch: .zero, validatorCount: 4, quorum: 3,
                pendingTransactions: pendingTransactions, secondsSinceCommit: secondsSinceCommit,
                consensus: isVoter ? consensus : nil,
                peers: peers.map {
                    .init(member: $0, isReachable: !unreachable.contains($0.department.description), seconds: 42)
                },
                refusals: refusals, certificates: certificates, storage: storage, evidence: evidence,
                missingContracts: lackingFrom.map {
                    [MissingContractVersion(contract: "catalogue", version: 2, height: Height(rawValue: $0))]
                } ?? [])
        }
    }

    private static func member(_ department: String) throws -> MemberName {
        try #require(MemberName("\(department)/validator/node"))
    }

    private static func certificate(
        from: Int64 = -10, to: Int64 = 300, isRevoked: Bool = false
    ) -> NodeHealth.Certificate {
        NodeHealth.Certificate(
            purpose: "ledger", notBefore: Timestamp(milliseconds: now.milliseconds + from * day),
            notAfter: Timestamp(milliseconds: now.milliseconds + to * day), isRevoked: isRevoked)
    }

    private func findings(
        others: [Examination.Other] = [], _ change: (inout Facts) -> Void = { _ in }
    ) throws -> [Finding] {
        var facts = Facts()
        change(&facts)
        return Examination(
            node: try facts.health(), others: others, time: Self.now, maximumClockDrift: 10_000
        ).findings
    }

    private func codes(
        others: [Examination.Other] = [], _ change: (inout Facts) -> Void = { _ in }
    ) throws -> [String] {
        try findings(others: others, change).map(\.code)
    }

    private func other(_ department: String, _ change: (inout Facts) -> Void) throws -> Examination.Other {
        var facts = Facts()
        change(&facts)
        return Examination.Other(member: try Self.member(department), health: try facts.health(of: department))
    }

    @Test func nothingIsWrongWithAHealthyNode() throws {
        #expect(try codes().isEmpty)
    }

    @Test func twoNodesDownOfFourIsSaidPlainly() throws {
        let findings = try findings {
            $0.unreachable = ["police", "tax"]
            $0.isActive = true
            $0.pendingTransactions = 3
            $0.secondsSinceCommit = 42
        }
        #expect(findings.map(\.code) == ["noQuorum", "noProgress"])
        let words = try #require(findings.first)
        #expect(
            words.statement.english
                == "2 of 4 validators are unreachable: tax/validator/node, police/validator/node, for up to "
                + "42 s; 3 are needed, so nothing can become final")
        #expect(words.statement.chinese.contains("4 个验证节点中有 2 个无法连接：tax/validator/node, police/validator/node"))
        #expect(words.advice?.english.hasPrefix("start 1 of them") == true)
    }

    @Test func oneNodeDownOfFourIsAWarning() throws {
        let findings = try findings { $0.unreachable = ["police"] }
        #expect(findings.map(\.code) == ["validatorsUnreachable"])
        #expect(findings.first?.severity == .warning)
    }

    @Test func aStallNamesViewLeaderVotesAndTimers() throws {
        let findings = try findings {
            $0.isActive = true
            $0.pendingTransactions = 3
            $0.secondsSinceCommit = 42
            $0.mute = ["housing"]
        }
        #expect(findings.map(\.code) == ["noProgress"])
        let words = try #require(findings.first)
        for part in ["view 17", "leader tax/validator/node", "notarize 3/3 (– housing/validator/node)", "6.0 seconds"] {
            #expect(words.statement.english.contains(part))
            #expect(words.statement.chinese.contains(part) || !part.contains("housing"))
        }
        #expect(words.advice?.english.contains("housing/validator/node") == true)
    }

    @Test func aProgramThatWillStopIsAWarningAndThenUrgent() throws {
        let early = try findings { $0.lackingFrom = 3_000 }
        #expect(early.map(\.code) == ["contractVersionMissing"] && early.first?.severity == .warning)
        #expect(early.first?.statement.english.contains("in 1999 blocks") == true)
        #expect(try findings { $0.lackingFrom = 1_500 }.map(\.severity) == [.error])
    }

    @Test func tooManyProgramsThatWillStopAreNamed() throws {
        let lacking = try other("tax") { $0.lackingFrom = 3_000 }
        let sound = try ["police", "housing"].map { try other($0) { _ in } }
        let findings = try findings(others: [lacking] + sound) { $0.lackingFrom = 3_000 }
        #expect(findings.map(\.code) == ["contractVersionMissingAtQuorum", "contractVersionMissing"])
        #expect(findings.first?.statement.english.hasPrefix("2 of 4 validators lack version 2") == true)
        // One of four is tolerated.
        #expect(try codes(others: [lacking] + sound).isEmpty)
    }

    @Test func aChainAtRestHasNothingToSay() throws {
        #expect(try codes { $0.secondsSinceCommit = 86_400 }.isEmpty)
    }

    @Test func anObserverBehindAStalledChainSaysWhereToLook() throws {
        let codes = try codes {
            $0.isVoter = false
            $0.pendingTransactions = 1
            $0.secondsSinceCommit = 60
        }
        #expect(codes == ["noProgress"])
    }

    @Test func aNodeBehindAndAPeerBehindAreToldApart() throws {
        #expect(try codes(others: [try other("tax") { $0.height = 2_000 }]) == ["behind"])
        #expect(try codes(others: [try other("tax") { $0.height = 10 }]) == ["peerBehind"])
        #expect(try codes(others: [try other("tax") { $0.height = 1_049 }]).isEmpty)
        #expect(try codes { $0.isBehind = true } == ["catchingUp"])
        #expect(try codes { $0.waitingBlocks = 51 } == ["executionBehind"])
    }

    @Test func aValidatorWithoutMemorySaysSo() throws {
        #expect(try codes { $0.recoveryAnswers = 1 } == ["withoutMemory"])
        #expect(try codes { $0.silentThrough = 17 } == ["silent"])
        #expect(try codes { $0.silentThrough = 16 }.isEmpty)
    }

    @Test(
        arguments: [
            (-10, 30, false, ""), (-10, 29, false, "certificateExpires"), (-10, -1, false, "certificateExpired"),
            (1, 300, false, "certificateNotYetValid"), (-10, 300, true, "certificateRevoked"),
        ] as [(Int64, Int64, Bool, String)])
    func certificates(from: Int64, to: Int64, isRevoked: Bool, code: String) throws {
        let codes = try codes { $0.certificates = [Self.certificate(from: from, to: to, isRevoked: isRevoked)] }
        #expect(codes == (code.isEmpty ? [] : [code]))
    }

    @Test func aClockBehindTheBlocksIsAnError() throws {
        #expect(
            try codes { $0.headTime = Timestamp(milliseconds: Self.now.milliseconds + 10_001) } == ["clockBehindBlocks"]
        )
        #expect(try codes { $0.headTime = Timestamp(milliseconds: Self.now.milliseconds + 10_000) }.isEmpty)
    }

    @Test func theOddClockIsTheOneThatIsNamed() throws {
        let late = Timestamp(milliseconds: Self.now.milliseconds + 60_000)
        let others = try ["tax", "police", "housing"].map { name in try other(name) { $0.time = late } }
        #expect(try codes(others: others) == ["clockOff"])
        let one = [try other("tax") { $0.time = late }, try other("police") { _ in }, try other("housing") { _ in }]
        #expect(try codes(others: one) == ["peerClockOff"])
    }

    @Test(arguments: [
        (StorageState(freeBytes: 100 << 20, isWritable: true), ["storageLow"], Finding.Severity.error),
        (StorageState(freeBytes: 1 << 30, isWritable: true), ["storageLow"], .warning),
        (StorageState(freeBytes: nil, isWritable: true), [], .notice),
        (StorageState(freeBytes: 1 << 40, isWritable: false), ["storageReadOnly"], .error),
    ])
    func disks(storage: StorageState, codes: [String], severity: Finding.Severity) throws {
        let findings = try findings { $0.storage = storage }
        #expect(findings.map(\.code) == codes)
        #expect(findings.allSatisfy { $0.severity == severity })
    }

    @Test func refusalsAreOfInterestForAWhile() throws {
        func refusal(_ secondsAgo: Double) -> NodeHealth.Refusal {
            NodeHealth.Refusal(member: nil, reason: "expired", count: 5, secondsAgo: secondsAgo)
        }
        #expect(try codes { $0.refusals = [refusal(5)] } == ["refusedConnection"])
        #expect(try codes { $0.refusals = [refusal(3_600)] }.isEmpty)
    }

    @Test func misconductIsShown() throws {
        let findings = try findings { $0.evidence = ["epoch-0-view-5-tax-node.der"] }
        #expect(findings.map(\.code) == ["evidence"])
        #expect(findings.first?.statement.english.contains("epoch-0-view-5-tax-node.der") == true)
    }

    @Test func theWorstComesFirst() throws {
        let severities = try findings {
            $0.isBehind = true
            $0.evidence = ["proof"]
            $0.certificates = [Self.certificate(to: -1)]
        }.map(\.severity)
        #expect(severities == [.error, .warning, .notice])
    }
}
