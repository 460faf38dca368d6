import ClusterTransport
import Identity
import Testing

struct CodingTests {
    enum Shape: Codable, Equatable {
        case point
        case circle(radius: Double)
        case named(String, [Int?])
        indirect case pair(Shape, Shape)
    }

    struct Everything: Codable, Equatable {
        var flag = true
        var small: Int8 = -128
        var large: UInt64 = .max
        var least: Int64 = .min
        var real = -0.5
        var single: Float = 3.25
        var text = "证链 🏛 \n"
        var bytes: [UInt8] = Array(0...255)
        var digest = Digest.zero
        var present: Int? = 7
        var absent: String?
        var list: [[String]] = [[], ["a", "b"]]
        var optionals: [Int?] = [1, nil, 3]
        var byName: [String: Int] = ["x": 1, "y": 2]
        var byNumber: [Int: Bool] = [1: true]
        var byShape: [Label: Int] = [:]
        var shapes: [Shape] = [
            .point, .circle(radius: 2), .named("n", [nil, 4]), .pair(.point, .pair(.point, .point)),
        ]
        var role = Role.auditor
        var member = MemberName("market/validator/node")
        var time = Timestamp(milliseconds: 1)
    }

    @Test func everyKindOfValueSurvivesTheRoundTrip() throws {
        var value = Everything()
        value.byShape = [try #require(Label("k")): 3]
        let bytes = try BinaryEncoder().encode(value)
        #expect(try BinaryDecoder().decode(Everything.self, from: bytes) == value)
    }

    @Test(arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 70_000])
    func lengthsAroundEveryBoundarySurvive(count: Int) throws {
        let value = [[UInt8](repeating: 1, count: count), []]
        #expect(try BinaryDecoder().decode([[UInt8]].self, from: BinaryEncoder().encode(value)) == value)
        let text = ["t": String(repeating: "x", count: count)]
        #expect(try BinaryDecoder().decode([String: String].self, from: BinaryEncoder().encode(text)) == text)
    }

    struct Older: Codable, Equatable {
        var name = "a"
        var count = 1
    }

    struct Newer: Codable {
        var added = [["x": [1, 2, 3]]]
        var name = "a"
        var more: String? = "b"
        var count = 1
    }

    @Test func keysThatTheReaderDoesNotKnowAreSkipped() throws {
        let bytes = try BinaryEncoder().encode(Newer())
        #expect(try BinaryDecoder().decode(Older.self, from: bytes) == Older())
        #expect(throws: DecodingError.self) {
            _ = try BinaryDecoder().decode(Newer.self, from: BinaryEncoder().encode(Older()))
        }
    }

    @Test func bytesAndDigestsAreCompact() throws {
        #expect(try BinaryEncoder().encode([UInt8](repeating: 9, count: 100)).count == 102)
        #expect(try BinaryEncoder().encode(Digest.zero).count == 34)
        #expect(throws: DecodingError.self) {
            _ = try BinaryDecoder().decode(Digest.self, from: BinaryEncoder().encode([UInt8](repeating: 0, count: 31)))
        }
    }

    /// The bytes on the wire are a promise to nodes of other versions.
    @Test func bytesOfAKnownValueStayTheSame() throws {
        let bytes = try BinaryEncoder().encode(Older(name: "gateway", count: -300))
        #expect(bytes.hexadecimal == "0a17046e616d6507076761746577617905636f756e7404ab02")
    }

    @Test(arguments: [Int64.min, -129, -128, -1, 0, 127, 128, 65_536, .max])
    func integersKeepToTheirTypes(number: Int64) throws {
        let bytes = try BinaryEncoder().encode(number)
        #expect(try BinaryDecoder().decode(Int64.self, from: bytes) == number)
        if Int8(exactly: number) == nil {
            #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode(Int8.self, from: bytes) }
        }
        if number < 0 {
            #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode(UInt64.self, from: bytes) }
        }
    }

    @Test(
        arguments: [
            [], [11], [3], [3, 0x80], [7, 1], [7, 1, 0xFF], [7, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [10, 2, 1, 0x61],
            [5, 0],
            [3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [9, 1, 9], [0, 0],
            [3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
            [9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func whatIsNoValueIsRefused(bytes: [UInt8]) {
        #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode(Shape.self, from: bytes) }
        #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode([String].self, from: bytes) }
        #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode(Int.self, from: bytes) }
    }

    @Test func depthIsBoundedInBothDirections() throws {
        var shape = Shape.point
        for _ in 0..<40 { shape = .pair(shape, .point) }
        #expect(throws: EncodingError.self) { _ = try BinaryEncoder().encode(shape) }
        var nested: [UInt8] = [9, 0]
        for _ in 0..<60 { nested = [9, UInt8(nested.count)] + nested }
        #expect(throws: DecodingError.self) { _ = try BinaryDecoder().decode(Nest.self, from: nested) }
    }

    /// Arrays of arrays, as deep as the input says.
    struct Nest: Codable {
        var inner: [Nest] = []

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            while !container.isAtEnd { inner.append(try container.decode(Nest.self)) }
        }
    }

    @Test func numberOfValuesIsBounded() throws {
        var limits = CodingLimits()
        limits.maximumValueCount = 100
        let few = [Int](repeating: 1, count: 90)
        let many = [Int](repeating: 1, count: 200)
        #expect(try BinaryDecoder(limits: limits).decode([Int].self, from: BinaryEncoder().encode(few)) == few)
        #expect(throws: EncodingError.self) { _ = try BinaryEncoder(limits: limits).encode(many) }
        let bytes = try BinaryEncoder().encode(many)
        #expect(throws: DecodingError.self) { _ = try BinaryDecoder(limits: limits).decode([Int].self, from: bytes) }
    }

    @Test(arguments: [UInt64](1...4)) func mutatedBytesGiveAValueOrAnError(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let sound = try BinaryEncoder().encode(Everything())
        var survivors = 0
        for _ in 0..<2000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(UInt8.random(in: 0...11, using: &random), at: index)
                default: bytes.removeLast(min(bytes.count - 1, Int.random(in: 0...16, using: &random)))
                }
            }
            // Any error is a refusal; a value has to be one that can be sent on.
            guard let value = try? BinaryDecoder().decode(Everything.self, from: bytes) else { continue }
            survivors += 1
            #expect(throws: Never.self) { _ = try BinaryEncoder().encode(value) }
        }
        #expect(survivors < 2000, "seed \(seed)")
    }
}
