import ClusterTransport
import Identity
import NIOCore
import Testing

/// Hostile bytes over a real TLS connection of a real member: each is refused with its reason, and the node lives on.
@Suite(.timeLimit(.minutes(1)))
struct HostileFrameTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: ClusterError.Code

        init(_ description: String, _ bytes: [UInt8], _ code: ClusterError.Code = .malformed) {
            testDescription = description
            self.bytes = bytes
            self.code = code
        }
    }

    static func bytes(_ frame: Frame) -> [UInt8] { Array(buffer: FrameWriter.bytes(of: frame)) }

    static func framed(_ content: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(content.count).bigEndian) { Array($0) } + content
    }

    static let hello = bytes(
        .hello(Hello(lane: .requests, instance: 1, realm: Consortium.realm, maximumConcurrentCalls: 1))
    )

    static func call(_ number: UInt64, method: MethodNumber = 4) -> Frame {
        .call(
            CallNumber(rawValue: number),
            Invocation(actor: "echo", method: method, argument: ByteBuffer()),
            timeoutMilliseconds: 1000
        )
    }

    static let attacks: [Attack] = [
        Attack("garbage instead of a greeting", Array("GET / HTTP/1.1\r\n\r\n".utf8), .frameTooLarge),
        Attack("a length of four gibibytes", [0xFF, 0xFF, 0xFF, 0xFF], .frameTooLarge),
        Attack("a greeting longer than a greeting may be", [0, 0, 4, 1], .frameTooLarge),
        Attack("a frame without version and kind", [0, 0, 0, 1, 1]),
        Attack("an empty frame", [0, 0, 0, 0]),
        Attack("a frame of version 2", framed([2, 1]), .unsupportedVersion),
        Attack("a frame of version 0", framed([0, 6, 1, 2, 3]), .unsupportedVersion),
        Attack("a kind that does not exist", framed([1, 99])),
        Attack("a hello cut off", framed([1, 1, 2, 0, 0])),
        Attack("a hello for lane 9", framed([1, 1, 9] + [UInt8](repeating: 0, count: 44))),
        Attack("a hello with bytes behind it", framed(Array(hello.dropFirst(4)) + [0])),
        Attack("a call before the hello", bytes(call(1))),
        Attack("a ping before the hello", bytes(.ping)),
        Attack("a second hello", hello + hello),
        Attack("a reply to nothing", hello + bytes(.reply(CallNumber(rawValue: 1), ByteBuffer()))),
        Attack("a failure of nothing", hello + bytes(.failure(CallNumber(rawValue: 1), .declared(ByteBuffer())))),
        Attack("a call cut off in its head", hello + framed([1, 6, 0, 0])),
        Attack("a call of an actor without name", hello + framed([1, 6] + [UInt8](repeating: 0, count: 16))),
        Attack(
            "an actor's name longer than the frame",
            hello + framed([1, 6] + [UInt8](repeating: 0, count: 14) + [0x01, 0x00] + [0x61])
        ),
        Attack(
            "an actor's name with a line break",
            hello + framed([1, 6] + [UInt8](repeating: 0, count: 14) + [0, 3, 0x61, 0x0A, 0x62])
        ),
        Attack("a one-way message cut off", hello + framed([1, 7, 0])),
        Attack("a cancellation cut off", hello + framed([1, 10, 0])),
        Attack("two calls of one number", hello + bytes(call(5, method: 30)) + bytes(hang(5)) + bytes(hang(5))),
        Attack("a frame longer than its lane allows", hello + [0x7F, 0, 0, 0], .frameTooLarge),
    ]

    static func hang(_ number: UInt64) -> Frame {
        guard let argument = try? BinaryEncoder().encode(Note()) else { return .ping }
        return .call(
            CallNumber(rawValue: number),
            Invocation(actor: "echo", method: 4, argument: ByteBuffer(bytes: argument)),
            timeoutMilliseconds: 1000
        )
    }

    @Test func everyAttackIsRefusedWithItsReasonAndTheNodeLivesOn() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let mallory = RawCredential(try consortium.identity("health/client/mallory"))
            for attack in Self.attacks {
                let outcome = try await RawPeer.connect(to: pair.address, as: mallory, sending: [attack.bytes])
                #expect(outcome.completedHandshake, "\(attack.testDescription)")
                #expect(outcome.refusal?.code == attack.code.rawValue, "\(attack.testDescription)")
                #expect(outcome.refusal?.versions == ProtocolVersion.spoken, "\(attack.testDescription)")
            }
            #expect(try await pair.echo.echo(Note(number: 1)).number == 1)
        }
    }

    @Test func bytesOneAtATimeAreFramesAsWell() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let mallory = RawCredential(try consortium.identity("health/client/mallory"))
            let bytes = Self.hello + Self.bytes(.ping) + Self.framed([1, 99])
            let outcome = try await RawPeer.connect(to: pair.address, as: mallory, sending: bytes.map { [$0] })
            #expect(outcome.frames.count == 3)
            #expect(outcome.frames.dropFirst().first == .pong)
            #expect(outcome.refusal?.code == "malformed")
        }
    }

    /// What a call may do wrong without the connection being worthless: it alone fails, before its argument is decoded.
    @Test func nonsenseCallsFailOneByOne() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let mallory = RawCredential(try consortium.identity("health/client/mallory"))
            let text = try BinaryEncoder().encode("not a note")
            let cases: [(ActorName, MethodNumber, [UInt8], ClusterError.Code)] = [
                ("nobody", 1, [], .unknownActor),
                ("echo", 0, [], .unknownMethod),
                ("echo", 65_535, [], .unknownMethod),
                ("echo", 3, [0xFF, 0xFF], .notAllowed),
                ("echo", 1, [], .malformed),
                ("echo", 1, [0xFF, 0xFF, 0xFF], .malformed),
                ("echo", 1, text, .malformed),
                ("echo", 1, text + text, .malformed),
                ("echo", 6, text, .malformed),
            ]
            let calls = cases.enumerated().flatMap { index, element in
                Self.bytes(
                    .call(
                        CallNumber(rawValue: UInt64(index)),
                        Invocation(actor: element.0, method: element.1, argument: ByteBuffer(bytes: element.2)),
                        timeoutMilliseconds: 0
                    )
                )
            }
            let outcome = try await RawPeer.connect(
                to: pair.address,
                as: mallory,
                sending: [Self.hello + calls],
                until: { $0.count > cases.count }
            )
            var codes: [UInt64: String] = [:]
            for case .failure(let number, .system(let code, _, _)) in outcome.frames { codes[number.rawValue] = code }
            for (index, element) in cases.enumerated() {
                #expect(codes[UInt64(index)] == element.3.rawValue, "case \(index)")
            }
        }
    }

    @Test func randomFramesNeverStopTheNode() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let mallory = RawCredential(try consortium.identity("health/client/mallory"))
            var random = SeededRandom(seed: 7)
            for _ in 0..<60 {
                var bytes = Self.hello + Self.bytes(Self.hang(1)) + Self.bytes(.ping) + Self.bytes(Self.call(2))
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                // What parses after all waits for more; a last frame that cannot be makes an end.
                let outcome = try await RawPeer.connect(
                    to: pair.address,
                    as: mallory,
                    sending: [bytes, [UInt8](repeating: 0xFF, count: 1 << 12)]
                )
                #expect(outcome.completedHandshake)
            }
            #expect(try await pair.echo.echo(Note(number: 1)).number == 1)
        }
    }
}
