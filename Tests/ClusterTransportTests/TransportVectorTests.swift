import ClusterTransport
import Identity
import NIOCore
import Testing
import VectorTestKit

/// The bytes of frames and of coded values. Nodes of two versions meet on them: a change is a new protocol version.
@Suite("Bytes of the transport")
struct TransportVectorTests {
    private static let invocation = Invocation(actor: "gateway", method: 7, argument: ByteBuffer(bytes: [1, 2, 3]))
    private static let hello = Hello(
        lane: .bulk, instance: 0x0102_0304_0506_0708, realm: FixedValues.digest(0xC1), maximumConcurrentCalls: 8)
    private static let refusal = Refusal(
        code: "refused", identityCode: "expired", message: "过期", versions: [1, 2])

    private static let frames: [(name: String, kind: FrameKind, frame: Frame)] = [
        ("hello", .hello, .hello(hello)),
        ("refusal", .refusal, .refusal(refusal)),
        ("goodbye", .goodbye, .goodbye),
        ("ping", .ping, .ping),
        ("pong", .pong, .pong),
        ("call", .call, .call(CallNumber(rawValue: 1), invocation, timeoutMilliseconds: 10_000)),
        ("oneWay", .oneWay, .oneWay(invocation)),
        ("reply", .reply, .reply(CallNumber(rawValue: 2), ByteBuffer(bytes: [9]))),
        ("failure-declared", .failure, .failure(CallNumber(rawValue: 3), .declared(ByteBuffer(bytes: [8])))),
        (
            "failure-system", .failure,
            .failure(CallNumber(rawValue: 4), .system(code: "remoteFailure", message: "see its log", incident: 77))
        ),
        ("cancel", .cancel, .cancel(CallNumber(rawValue: .max))),
    ]

    @Test func framesAreThoseOfTheVectors() throws {
        #expect(Set(Self.frames.map(\.kind)) == Set(FrameKind.allCases), "every kind of frame has its bytes")
        let vectors = Self.frames.map { name, kind, frame in
            let bytes = Array(buffer: FrameWriter.bytes(of: frame))
            #expect(bytes[5] == kind.rawValue)
            return Vector("Frame-\(name)", bytes) { bytes in
                var assembler = FrameAssembler(maximumFrameBytes: 1_024)
                assembler.append(ByteBuffer(bytes: bytes))
                let content = try #require(try assembler.next())
                return Array(buffer: FrameWriter.bytes(of: try FrameReader.frame(in: content)))
            }
        }
        let file = VectorFile(
            "wire-frames", comment: "Frames with their length, as docs/wire.md says: name, SHA-256, bytes.")
        #expect(try file.differences(from: vectors) == [])
    }

    private enum Shape: Codable, Equatable {
        case point
        case circle(radius: Int)
    }

    private struct Record: Codable, Equatable {
        var name: String
        var missing: Int?
        var parts: [[UInt8]]
    }

    private static func coded<Value: Codable & Sendable>(_ name: String, _ value: Value) throws -> Vector {
        Vector("Coded-\(name)", try BinaryEncoder().encode(value)) { bytes in
            try BinaryEncoder().encode(BinaryDecoder().decode(Value.self, from: bytes))
        }
    }

    @Test func codedValuesAreThoseOfTheVectors() throws {
        let vectors = [
            try Self.coded("nil", Int?.none),
            try Self.coded("false", false),
            try Self.coded("true", true),
            try Self.coded("0", 0),
            try Self.coded("300", 300),
            try Self.coded("minus-1", -1),
            try Self.coded("smallest", Int64.min),
            try Self.coded("largest", UInt64.max),
            try Self.coded("binary32", Float(3.25)),
            try Self.coded("binary64", -0.5),
            try Self.coded("string", "证链"),
            try Self.coded("bytes", [1, 2, 3] as [UInt8]),
            try Self.coded("digest", FixedValues.digest(1)),
            try Self.coded("array", ["a", "", "b"]),
            try Self.coded("array-of-128-octets", (0..<64).map { Int8($0) }),
            try Self.coded("map", ["x": 1]),
            try Self.coded("structure", Record(name: "n", missing: nil, parts: [[], [0xFF]])),
            try Self.coded("case", Shape.point),
            try Self.coded("case-with-a-value", Shape.circle(radius: 2)),
            try Self.coded("Label", try #require(Label("licences"))),
            try Self.coded("MemberName", try #require(MemberName("department-0/validator/node"))),
            try Self.coded("Role", Role.auditor),
            try Self.coded("Timestamp", FixedValues.timestamp),
            try Self.coded("ActorName", ActorName("gateway")),
        ]
        let file = VectorFile(
            "wire-coding", comment: "Values in the binary coding of docs/wire.md: name, SHA-256, bytes.")
        #expect(try file.differences(from: vectors) == [])
    }
}
