import Consensus
import Formats
import Identity
import Testing

@Suite struct MempoolTests {
    private let limits = MempoolLimits(maximumTransactionBytes: 64 * 1024)

    private func department(_ name: String) throws -> DepartmentName { try #require(DepartmentName(name)) }

    private func entry(
        _ number: Int,
        of department: String = "market",
        bytes: Int = 300,
        until height: UInt64 = 100
    ) throws -> Mempool.Entry {
        let digest = P256Suite().digest(of: Array("\(department) \(number)".utf8))
        return Mempool.Entry(
            identifier: TransactionIdentifier(digest), department: try self.department(department),
            lastValidHeight: Height(rawValue: height), bytes: [UInt8](repeating: 0, count: bytes))
    }

    @Test func transactionsOfOneDepartmentComeInTheOrderOfTheirArrival() throws {
        var pool = Mempool(limits: limits)
        let entries = try (0..<500).map { try entry($0) }
        for entry in entries { try pool.insert(entry) }
        #expect(pool.nextPayload(maximumBytes: 1 << 20, maximumCount: 2_000) == entries)
        #expect(pool.count == 500, "a payload stays until it is final")
    }

    @Test func aBulkImportDoesNotStarveANeighboursOneCase() throws {
        var pool = Mempool(limits: limits)
        for number in 0..<10_000 { try pool.insert(try entry(number, of: "bulk")) }
        let urgent = try entry(0, of: "urgent")
        try pool.insert(urgent)
        for _ in 0..<4 {
            #expect(pool.nextPayload(maximumBytes: 2 << 20, maximumCount: 300).contains(urgent))
        }
    }

    @Test func busyLanesShareABlockByBytes() throws {
        var pool = Mempool(limits: limits)
        for number in 0..<3_000 {
            try pool.insert(try entry(number, of: "small", bytes: 200))
            if number < 300 { try pool.insert(try entry(number, of: "large", bytes: 20_000)) }
        }
        var bytes = ["small": 0, "large": 0]
        for _ in 0..<2 {
            for entry in pool.nextPayload(maximumBytes: 500_000, maximumCount: 10_000) {
                bytes[entry.department.rawValue, default: 0] += entry.bytes.count
            }
        }
        let ratio = Double(bytes["small", default: 0]) / Double(bytes["large", default: 1])
        #expect((0.7...1.4).contains(ratio))
    }

    @Test func theLargestTransactionGetsItsTurnAmongManyBusyLanes() throws {
        var pool = Mempool(limits: limits)
        for lane in 0..<60 {
            for number in 0..<40 { try pool.insert(try entry(number, of: "lane-\(lane)", bytes: 8_000)) }
        }
        let large = try entry(0, of: "lane-large", bytes: 64 * 1024)
        try pool.insert(large)
        let isTaken = (0...60).contains { _ in
            pool.nextPayload(maximumBytes: 256 * 1024, maximumCount: 1_000).contains(large)
        }
        #expect(isTaken)
    }

    @Test func aPayloadKeepsItsLimitsAndLeavesOutWhatAncestorsHold() throws {
        var pool = Mempool(limits: limits)
        let entries = try (0..<100).map { try entry($0) }
        for entry in entries { try pool.insert(entry) }
        #expect(pool.nextPayload(maximumBytes: 1_000, maximumCount: 100).count == 3)
        #expect(pool.nextPayload(maximumBytes: 1 << 20, maximumCount: 7).count == 7)
        #expect(pool.nextPayload(maximumBytes: 1 << 20, maximumCount: 0).isEmpty)
        let excluded = Set(entries.prefix(60).map(\.identifier))
        #expect(
            pool.nextPayload(maximumBytes: 1 << 20, maximumCount: 100, excluding: excluded) == Array(entries[60...]))
    }

    @Test func everyRefusalSaysWhy() throws {
        var small = limits
        small.maximumLaneEntries = 2
        small.maximumLaneBytes = 1_000
        small.maximumLaneCount = 2
        var pool = Mempool(limits: small, height: Height(rawValue: 5))
        try pool.insert(try entry(1))
        #expect(throws: MempoolError(.duplicate, "")) { try pool.insert(try entry(1)) }
        #expect(throws: MempoolError(.tooLarge, "")) { try pool.insert(try entry(2, bytes: 64 * 1024 + 1)) }
        #expect(throws: MempoolError(.laneFull, "")) { try pool.insert(try entry(2, bytes: 900)) }
        #expect(throws: MempoolError(.expired, "")) { try pool.insert(try entry(2, until: 5)) }
        try pool.insert(try entry(2))
        #expect(throws: MempoolError(.laneFull, "")) { try pool.insert(try entry(3)) }
        try pool.insert(try entry(3, of: "other"))
        #expect(throws: MempoolError(.tooManyLanes, "")) { try pool.insert(try entry(3, of: "third")) }
        pool.remove(included: [try entry(3, of: "other").identifier])
        try pool.insert(try entry(3, of: "third"))
        #expect(pool.byteCount == 900)
    }

    @Test func whatIsFinalGoesAndMayNotComeTwiceInOnePayload() throws {
        var pool = Mempool(limits: limits)
        let entries = try (0..<10).map { try entry($0) }
        for entry in entries { try pool.insert(entry) }
        pool.remove(included: entries[3...5].map(\.identifier))
        #expect(pool.count == 7)
        #expect(!pool.contains(entries[4].identifier))
        // Submitted again while its old place in line is still there.
        try pool.insert(entries[4])
        let payload = pool.nextPayload(maximumBytes: 1 << 20, maximumCount: 100)
        #expect(payload == Array(entries[0...2]) + Array(entries[6...]) + [entries[4]])
    }

    @Test func whatNoBlockMayHoldAnyMoreExpires() throws {
        var pool = Mempool(limits: limits)
        for number in 0..<10 { try pool.insert(try entry(number, until: UInt64(10 + number))) }
        pool.remove(included: [try entry(1).identifier])
        let expired = pool.expire(through: Height(rawValue: 14))
        #expect(expired == [try entry(0), try entry(2), try entry(3), try entry(4)].map(\.identifier))
        #expect(pool.count == 5)
        #expect(throws: MempoolError(.expired, "")) { try pool.insert(try entry(0, until: 14)) }
    }

    @Test func aLaneOfTensOfThousandsIsFilledAndDrainedInTime() throws {
        var pool = Mempool(limits: limits)
        let entries = try (0..<20_000).map { try entry($0) }
        let clock = ContinuousClock()
        let time = try clock.measure {
            for entry in entries { try pool.insert(entry) }
            while !pool.isEmpty {
                let payload = pool.nextPayload(maximumBytes: 2 << 20, maximumCount: 2_000)
                pool.remove(included: payload.map(\.identifier))
            }
        }
        // A debug build takes about 0.3 s; a step that looks at every entry would take minutes.
        #expect(time < .seconds(20))
    }
}
