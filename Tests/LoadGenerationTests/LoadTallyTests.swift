import LoadGeneration
import Nodes
import Testing

@Suite("Load tally")
struct LoadTallyTests {
    private struct Broken: Error {}

    @Test func outcomesAreCountedByKind() {
        var tally = LoadTally()
        tally.recordCommit(of: 10, after: .milliseconds(3))
        tally.recordRejection(code: "alreadyIssued")
        tally.recordFailure(NodeError(.overloaded, "busy"))
        tally.recordFailure(NodeError(.overloaded, "busy again"))
        tally.recordFailure(Broken())
        #expect(tally.transactionCount == 1)
        #expect(tally.recordCount == 10)
        #expect(tally.latencies.count == 1)
        #expect(tally.errors == ["rejected: alreadyIssued": 1, "overloaded": 2, "Broken": 1])
    }

    @Test func kindsAreBoundedHoweverManyANodeMakesUp() {
        var tally = LoadTally()
        for number in 0..<1_000 { tally.recordRejection(code: "code\(number)") }
        #expect(tally.errors.count == 33)
        #expect(tally.errors["other"] == 968)
        var sum = LoadTally()
        sum.merge(tally)
        sum.merge(tally)
        #expect(sum.errors.values.reduce(0, +) == 2_000)
        #expect(sum.errors.count == 33)
    }
}
