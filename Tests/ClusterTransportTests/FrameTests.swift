import ClusterTransport
import NIOCore
import Testing

struct FrameTests {
    static let invocation = Invocation(actor: "gateway", method: 7, argument: ByteBuffer(bytes: [1, 2, 3]))

    static let frames: [Frame] = [
        .hello(Hello(lane: .bulk, instance: .max, realm: Consortium.realm, maximumConcurrentCalls: 9)),
        .refusal(Refusal(code: "refused", identityCode: "expired", message: "过期", versions: [1, 2])),
        .goodbye, .ping, .pong,
        .call(CallNumber(rawValue: 1), invocation, timeoutMilliseconds: 5),
        .oneWay(invocation),
        .reply(CallNumber(rawValue: 2), ByteBuffer(bytes: [9])),
        .failure(CallNumber(rawValue: 3), .declared(ByteBuffer(bytes: [8]))),
        .failure(CallNumber(rawValue: 4), .system(code: "c", message: "m", incident: 77)),
        .cancel(CallNumber(rawValue: .max)),
    ]

    @Test(arguments: frames) func frameSurvivesTheRoundTrip(frame: Frame) throws {
        var assembler = FrameAssembler(maximumFrameBytes: 1024)
        // One byte at a time, as the slowest network brings them.
        for byte in FrameWriter.bytes(of: frame).readableBytesView {
            #expect(try assembler.next() == nil)
            assembler.append(ByteBuffer(bytes: [byte]))
        }
        let content = try #require(try assembler.next())
        #expect(try FrameReader.frame(in: content) == frame)
        #expect(try assembler.next() == nil)
    }

    @Test(arguments: frames) func frameCutOffAnywhereIsNoFrameOrAnother(frame: Frame) throws {
        let bytes = Array(FrameWriter.bytes(of: frame).readableBytesView.dropFirst(4))
        for count in 0..<bytes.count {
            // What ends in open bytes is a shorter message; everything else is refused.
            let cut = try? FrameReader.frame(in: ByteBuffer(bytes: bytes.prefix(count)))
            #expect(cut != frame)
        }
    }

    @Test func refusalOfAnotherVersionIsUnderstood() throws {
        let refusal = Refusal(code: "unsupportedVersion", identityCode: "", message: "m", versions: [2, 3])
        var bytes = Array(FrameWriter.bytes(of: .refusal(refusal)).readableBytesView.dropFirst(4))
        bytes[0] = 3
        #expect(try FrameReader.frame(in: ByteBuffer(bytes: bytes + [0xAA])) == .refusal(refusal))
    }

    @Test func controlCharactersOfAPeerDoNotReachTheLog() throws {
        let refusal = Refusal(code: "c", identityCode: "", message: "a\nb\u{1B}[31m", versions: [])
        let bytes = ByteBuffer(bytes: FrameWriter.bytes(of: .refusal(refusal)).readableBytesView.dropFirst(4))
        guard case .refusal(let read) = try FrameReader.frame(in: bytes) else { return #expect(Bool(false)) }
        #expect(read.message == "a b [31m")
    }

    @Test func longTextsAreCutWhereACharacterEnds() throws {
        let text = String(repeating: "证", count: 300)
        let refusal = Refusal(code: "c", identityCode: "", message: text, versions: [])
        let bytes = ByteBuffer(bytes: FrameWriter.bytes(of: .refusal(refusal)).readableBytesView.dropFirst(4))
        guard case .refusal(let read) = try FrameReader.frame(in: bytes) else { return #expect(Bool(false)) }
        #expect(read.message == String(repeating: "证", count: FrameReader.maximumTextBytes / 3))
    }

    @Test func randomBytesNeverTrap() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if bytes.count > 1 { (bytes[0], bytes[1]) = (1, UInt8.random(in: 1...10, using: &random)) }
            _ = Result { try FrameReader.frame(in: ByteBuffer(bytes: bytes)) }
        }
    }
}

struct OutboundQueueTests {
    static func entry(_ number: UInt64, _ byteCount: Int) -> OutboundQueue.Entry {
        OutboundQueue.Entry(number: CallNumber(rawValue: number), frame: ByteBuffer(repeating: 0, count: byteCount))
    }

    @Test func whoFindsNoRoomWaitsInTheOrderOfComing() {
        var queue = OutboundQueue(maximumBytes: 100)
        // The third is small and would fit, but does not overtake the one that waits.
        let hasRoom = [(1, 60), (2, 60), (3, 10)].map { queue.append(Self.entry($0, $1)) }
        #expect(hasRoom == [true, false, false])
        var admitted: [UInt64] = []
        let first = queue.popFirst { admitted.append($0.rawValue) }
        #expect(first?.number.rawValue == 1)
        #expect(admitted == [2, 3])
        #expect(queue.queuedBytes == 70)
    }

    @Test func oldestGiveWayWhereNobodyWaits() {
        var queue = OutboundQueue(maximumBytes: 100)
        let dropped = [1, 2, 3, 4].map { queue.appendDroppingOldest(Self.entry($0, 40)) }
        #expect(dropped == [0, 0, 1, 1])
        #expect(queue.first?.rawValue == 3)
        let droppedForALargeOne = queue.appendDroppingOldest(Self.entry(5, 500))
        #expect(droppedForALargeOne == 2)
        #expect(queue.queuedBytes == 500)
    }

    @Test func whoGivesUpMakesRoom() {
        var queue = OutboundQueue(maximumBytes: 100)
        _ = queue.append(Self.entry(1, 100))
        _ = queue.append(Self.entry(2, 50))
        _ = queue.append(Self.entry(3, 50))
        var admitted: [UInt64] = []
        queue.remove([CallNumber(rawValue: 1), CallNumber(rawValue: 2)]) { admitted.append($0.rawValue) }
        #expect(admitted == [3])
        #expect(queue.queuedBytes == 50)
    }
}

struct TimerTests {
    @Test func pausesDoubleUpToTheLongestAndAreSpread() {
        var limits = TransportLimits()
        limits.shortestBackoff = .milliseconds(100)
        limits.longestBackoff = .seconds(1)
        var least = Backoff(limits: limits)
        var most = Backoff(limits: limits)
        let pauses = (0..<6).map { _ in least.next(random: 0) }
        #expect(pauses == [50, 100, 200, 400, 500, 500].map { .milliseconds($0) })
        for expected in [100, 200, 400, 800, 1000, 1000] {
            let pause = most.next(random: .max)
            #expect(pause <= .milliseconds(expected) && pause > .milliseconds(expected - 1))
        }
        for _ in 0..<100 { _ = most.next(random: 0) }
        most.reset()
        let pauseAfterSuccess = most.next(random: 0)
        #expect(pauseAfterSuccess == .milliseconds(50))
    }

    @Test func silenceIsAnsweredByAPingAndThenByDeath() {
        var limits = TransportLimits()
        limits.heartbeatInterval = .milliseconds(500)
        limits.silenceTimeout = .seconds(2)
        let start = NIODeadline.uptimeNanoseconds(0)
        var heartbeat = Heartbeat(limits: limits, now: start)
        #expect(heartbeat.tick(at: start + .milliseconds(100)) == .nothing)
        #expect(heartbeat.tick(at: start + .milliseconds(500)) == .ping)
        #expect(heartbeat.tick(at: start + .milliseconds(1999)) == .ping)
        #expect(heartbeat.tick(at: start + .milliseconds(2000)) == .dead)
        heartbeat.received(at: start + .milliseconds(1900))
        // Much heard and nothing said: the peer has to hear something too.
        #expect(heartbeat.tick(at: start + .milliseconds(2000)) == .ping)
        heartbeat.sent(at: start + .milliseconds(1950))
        #expect(heartbeat.tick(at: start + .milliseconds(2000)) == .nothing)
    }
}
