import Formats
import Identity
import Ledger
import NodeDiagnosis
import Nodes
import Testing

/// What is said of a node that does not run.
@Suite struct StoppedNodeTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func findings(
        identityProblem: String? = nil, dataProblem: String? = nil, isRunning: Bool = false, hasLedger: Bool = true,
        hasVotes: Bool = true, isAddressFree: Bool? = true, missing: UInt64? = nil
    ) -> [Finding] {
        let node = StoppedNode(
            member: MemberName("tax/validator/node"), identityProblem: identityProblem, certificates: [],
            dataProblem: dataProblem, isRunning: isRunning, hasData: true, hasLedger: hasLedger, hasVotes: hasVotes,
            storage: StorageState(freeBytes: nil, isWritable: true),
            address: NodeConfiguration.Endpoint(host: "127.0.0.1", port: 7_101), isAddressFree: isAddressFree,
            height: Height(rawValue: 41),
            missingContracts: missing.map {
                [MissingContractVersion(contract: "catalogue", version: 2, height: Height(rawValue: $0))]
            } ?? [])
        return StoppedNodeFindings.about(node, at: Self.now)
    }

    private func codes(
        identityProblem: String? = nil, dataProblem: String? = nil, isRunning: Bool = false, hasLedger: Bool = true,
        hasVotes: Bool = true, isAddressFree: Bool? = true
    ) -> [String] {
        findings(
            identityProblem: identityProblem, dataProblem: dataProblem, isRunning: isRunning, hasLedger: hasLedger,
            hasVotes: hasVotes, isAddressFree: isAddressFree
        ).map(\.code)
    }

    @Test func aProgramThatLacksAContractsVersionIsNamed() {
        let now = findings(missing: 42)
        #expect(now.map(\.code) == ["contractVersionMissing"] && now.first?.severity == .error)
        #expect(now.first?.statement.english.contains("version 2 of the contract 'catalogue'") == true)
        #expect(findings(missing: 43).map(\.severity) == [.warning])
    }

    @Test func aNodeThatCanBeStartedHasNothingWrong() {
        #expect(codes().isEmpty)
    }

    @Test func everyObstacleIsNamed() {
        #expect(codes(identityProblem: "no key") == ["identityUnusable"])
        #expect(codes(dataProblem: "another consortium's") == ["dataUnusable"])
        #expect(codes(hasLedger: false) == ["noLedger"])
        #expect(codes(hasVotes: false) == ["votesLost"])
        #expect(codes(isAddressFree: false) == ["portInUse"])
        #expect(codes(isAddressFree: nil).isEmpty)
    }

    @Test func aRunningNodeIsToBeAskedItself() {
        #expect(codes(isRunning: true, isAddressFree: false) == ["running"])
    }
}
