import Consensus
import ConsensusSimulation
import Formats
import Foundation
import Identity
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The log on real files.
@Suite struct WriteAheadLogTests {
    private let suite = P256Suite()
    private let channel = ChannelIdentifier(P256Suite().digest(of: [7]))

    private func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "wal-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func open(_ path: String, rotationSize: Int = WriteAheadLog.defaultRotationSize) throws -> WriteAheadLog {
        try WriteAheadLog(directory: path, channel: channel, suite: suite, rotationSize: rotationSize)
    }

    private func restored(_ path: String) throws -> [ConsensusRecord] {
        var log = try open(path)
        return log.takeRecords()
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path + "/votes.log")))
    }

    private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path + "/votes.log"))
    }

    private func vote(_ view: UInt64) -> ConsensusRecord {
        .vote(.nullify(View(rawValue: view), epoch: .zero, channel: channel))
    }

    private func certificate(_ kind: VoteKind, _ view: UInt64) throws -> ConsensusRecord {
        let validators = ValidatorSet.simulated(4)
        let view = View(rawValue: view)
        let statement: VoteStatement =
            switch kind {
            case .notarize: .notarize(channel.digest, in: view, epoch: .zero, channel: channel)
            case .nullify: .nullify(view, epoch: .zero, channel: channel)
            case .finalize: .finalize(channel.digest, in: view, epoch: .zero, channel: channel)
            }
        let votes = validators.indices.map {
            Vote(statement: statement, validator: $0, signature: Signature([UInt8($0.rawValue)]))
        }
        return .certificate(
            try #require(QuorumCertificate(statement: statement, votes: votes, validators: validators)))
    }

    private func proposal(_ view: UInt64, bytes: Int) -> ConsensusRecord {
        let statement = ProposalStatement(
            channel: channel, epoch: .zero, view: View(rawValue: view), parentView: .zero, parent: channel.digest,
            block: channel.digest)
        let signed = SignedProposal(statement: statement, signature: Signature([1]))
        return .proposal(Proposal(signed: signed, block: [UInt8](repeating: 0x5A, count: bytes)))
    }

    @Test func everyKindOfRecordComesBack() throws {
        try withDirectory { path in
            let records: [ConsensusRecord] = [
                .clearance(above: View(rawValue: 3), epoch: .zero), vote(4), proposal(5, bytes: 3_000),
                try certificate(.notarize, 5), try certificate(.finalize, 5),
            ]
            do {
                var log = try open(path)
                let isEmpty = log.isEmpty
                #expect(isEmpty)
                try log.append(Array(records.prefix(2)))
                try log.append(Array(records.dropFirst(2)))
                try log.sync()
            }
            var log = try open(path)
            let isEmpty = log.isEmpty
            #expect(!isEmpty)
            let first = log.takeRecords()
            #expect(first == records)
            let second = log.takeRecords()
            #expect(second.isEmpty)
        }
    }

    @Test func aTailTornAtAnyByteIsCutAndTheLogGoesOn() throws {
        try withDirectory { path in
            do {
                var log = try open(path)
                try log.append([.clearance(above: .zero, epoch: .zero), vote(1)])
                try log.sync()
                try log.append([vote(2), vote(3)])
                try log.sync()
            }
            let whole = try bytes(path)
            for count in 0...whole.count {
                try overwrite(path, Array(whole.prefix(count)))
                do {
                    var log = try open(path)
                    let kept = log.takeRecords()
                    #expect(
                        kept
                            == Array(
                                [.clearance(above: .zero, epoch: .zero), vote(1), vote(2), vote(3)].prefix(kept.count)))
                    #expect(count < whole.count || kept.count == 4)
                    try log.append([vote(9)])
                    try log.sync()
                }
                #expect(try restored(path).last == vote(9))
            }
        }
    }

    @Test func aTailOfZeroesOrGarbageIsCut() throws {
        try withDirectory { path in
            do {
                var log = try open(path)
                try log.append([vote(1)])
                try log.sync()
            }
            let whole = try bytes(path)
            for tail in [[UInt8](repeating: 0, count: 4_096), Array("ZREC garbage ZREC".utf8), Array(whole.suffix(60))]
            {
                try overwrite(path, whole + tail)
                #expect(try restored(path) == [vote(1)])
                #expect(try bytes(path) == whole)
            }
        }
    }

    @Test func aGroupThatACrashWroteOutOfOrderIsATornTail() throws {
        try withDirectory { path in
            var end = 0
            do {
                var log = try open(path)
                try log.append([vote(1)])
                try log.sync()
                end = log.byteCount
                // Never synced: the disk may have written the second record and not the first.
                try log.append([vote(2), vote(3)])
            }
            var damaged = try bytes(path)
            damaged[end + 30] ^= 0xFF
            try overwrite(path, damaged)
            #expect(try restored(path) == [vote(1)])
        }
    }

    @Test func aFlippedBitInWhatWasDurableIsAnErrorAndNotForgotten() throws {
        try withDirectory { path in
            do {
                var log = try open(path)
                for view: UInt64 in 1...4 {
                    try log.append([vote(view)])
                    try log.sync()
                }
            }
            let whole = try bytes(path)
            let last = whole.count - (whole.count - 48) / 4
            for offset in 48..<last {
                for bit in 0..<8 {
                    var damaged = whole
                    damaged[offset] ^= 1 << UInt8(bit)
                    try overwrite(path, damaged)
                    #expect(throws: WriteAheadLogError(.corrupted, "")) { _ = try open(path) }
                    #expect(try bytes(path) == damaged, "the evidence stays as it is")
                }
            }
        }
    }

    @Test func anotherChannelsLogIsRefused() throws {
        try withDirectory { path in
            do { _ = try open(path) }
            let other = ChannelIdentifier(suite.digest(of: [8]))
            #expect(throws: WriteAheadLogError(.wrongFile, "")) {
                _ = try WriteAheadLog(directory: path, channel: other, suite: suite)
            }
        }
    }

    @Test func twoCannotHaveTheLogOpen() throws {
        try withDirectory { path in
            do {
                let log = try open(path)
                #expect(throws: WriteAheadLogError(.locked, "")) { _ = try open(path) }
                _ = log.byteCount
            }
            _ = try open(path)
        }
    }

    @Test func rotationKeepsWhatStillMattersAndNothingElse() throws {
        try withDirectory { path in
            let finalization = try certificate(.finalize, 30)
            let later = [proposal(31, bytes: 100), vote(31), try certificate(.nullify, 31), vote(32)]
            do {
                var log = try open(path, rotationSize: 50_000)
                try log.append([.clearance(above: .zero, epoch: .zero)])
                for view: UInt64 in 1...30 {
                    try log.append([proposal(view, bytes: 2_000), vote(view), try certificate(.notarize, view)])
                }
                try log.append([try certificate(.finalize, 29), finalization] + later)
                try log.sync()
                let before = log.byteCount
                let isRotated = try log.rotateIfNeeded(committed: View(rawValue: 30), of: .zero)
                let after = log.byteCount
                #expect(isRotated && after < before / 10)
                let isRotatedAgain = try log.rotateIfNeeded(committed: View(rawValue: 30), of: .zero)
                #expect(!isRotatedAgain)
                try log.append([vote(33)])
                try log.sync()
            }
            #expect(try restored(path) == [.clearance(above: .zero, epoch: .zero), finalization] + later + [vote(33)])
        }
    }

    @Test func whatLivesIsNotRewrittenAgainAndAgain() throws {
        try withDirectory { path in
            var log = try open(path, rotationSize: 10_000)
            var rotations = 0
            for view: UInt64 in 1...100 {
                try log.append([proposal(view, bytes: 2_000)])
                if try log.rotateIfNeeded(committed: .zero, of: .zero) { rotations += 1 }
            }
            #expect(rotations <= 5, "each time twice as large")
        }
    }

    @Test func aRotationThatACrashCutShortLeavesTheOldLog() throws {
        try withDirectory { path in
            do {
                var log = try open(path)
                try log.append([vote(1)])
                try log.sync()
            }
            try Data([1, 2, 3]).write(to: URL(filePath: path + "/votes.new"))
            #expect(try restored(path) == [vote(1)])
        }
    }

    @Test func aFullDiskAtTheStartIsATypedError() throws {
        try withDirectory { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: path + "/votes.log", withDestinationPath: "/dev/full")
            #expect(throws: WriteAheadLogError(.outOfSpace, "")) { _ = try open(path) }
        }
    }

    /// A limit on the file's size stands in for a full disk: the write fails in the same way, after the part that fits.
    @Test func aDiskThatFillsUpIsATypedErrorAndNothingHalfWrittenCounts() async throws {
        try await #require(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let tests = WriteAheadLogTests()
            try tests.withDirectory { path in
                do {
                    var log = try tests.open(path)
                    try log.append([tests.vote(1)])
                    try log.sync()
                    var limit = rlimit(rlim_cur: rlim_t(log.byteCount + 1_000), rlim_max: rlim_t.max)
                    setrlimit(__rlimit_resource_t(1), &limit)
                    let before = log.byteCount
                    do {
                        try log.append([tests.vote(2), tests.proposal(3, bytes: 5_000)])
                        Issue.record("the file has no room for the records")
                    } catch {
                        #expect(error as? WriteAheadLogError == WriteAheadLogError(.outOfSpace, ""))
                    }
                    let after = log.byteCount
                    #expect(after == before)
                    limit.rlim_cur = rlim_t.max
                    setrlimit(__rlimit_resource_t(1), &limit)
                    try log.append([tests.vote(2)])
                    try log.sync()
                }
                #expect(try tests.restored(path) == [tests.vote(1), tests.vote(2)])
            }
        }
    }

    @Test func damageAtAnyByteOfARotatedLogIsSeenButForTheLastRecord() throws {
        try withDirectory { path in
            do {
                var log = try open(path, rotationSize: 100)
                try log.append([.clearance(above: .zero, epoch: .zero), vote(1), vote(2), vote(3)])
                let isRotated = try log.rotateIfNeeded(committed: .zero, of: .zero)
                #expect(isRotated)
            }
            let whole = try bytes(path)
            for offset in stride(from: 48, to: whole.count - 120, by: 3) {
                var damaged = whole
                damaged[offset] ^= 0x10
                try overwrite(path, damaged)
                #expect(throws: WriteAheadLogError(.corrupted, "")) { _ = try open(path) }
            }
        }
    }
}
