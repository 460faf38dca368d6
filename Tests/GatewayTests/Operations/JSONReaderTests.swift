import Foundation
import Gateway
import LedgerTestKit
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.value(of: Array(text.utf8)) }

    @Test func valuesAreReadAsTheyAreWritten() throws {
        #expect(
            try read(#" {"a": [1, -2, 0, 1.5, 1e3, true, false, null], "b": {"c": ""}} "#)
                == [
                    "a": [1, -2, 0, .number(1.5), 1_000, true, false, .null],
                    "b": ["c": ""],
                ])
        #expect(try read(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 中""#) == .string("\"\\/\u{8}\u{c}\n\r\té😀 中"))
        #expect(try read("-9223372036854775808") == .integer(.min))
        #expect(try read("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try read("1.0") == .integer(1))
    }

    /// Texts with bytes changed, put in, left out and doubled, which is what comes from whoever means no good.
    @Test func whateverComesIsRefusedOrReadAsOneValueThatIsReadAgainTheSame() throws {
        let texts = [
            #"{"a": [1, -2, 0.5e3, true, null], "b": {"c": "\u00e9\ud83d\ude00"}, "d": "中文"}"#,
            #"{"licence": {"identifier": "1.2.156.3005.2", "holder": null}, "fields": ["file"], "n": 9007199254740}"#,
            String(repeating: "[", count: 30) + String(repeating: "]", count: 30),
        ].map { Array($0.utf8) }
        var generator = SeededGenerator(seed: 20_261_122)
        var readCount = 0
        for round in 0..<20_000 {
            var bytes = texts[round % texts.count]
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(UInt8.random(in: 0...127, using: &generator), at: place)
                case 2 where bytes.count > 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 8, bytes.count)], at: place)
                }
            }
            guard let value = try? JSONReader.value(of: bytes) else { continue }
            readCount += 1
            let written = Array(try JSONEncoder().encode(value))
            #expect(try JSONReader.value(of: written) == value, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(readCount > 100)
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "{}{}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "[1 2]", "'a'", "01", "-", "+1",
        ".5", "1.",
        "1e", "1e+", "NaN", "Infinity", "-Infinity", "1e400", "tru", "nul", "// a\n1", "/* */1", "\u{feff}1",
        "\"\u{1}\"", "\"a\nb\"", #""\x""#, #""\u12""#, #""\u+123""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#,
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, String(repeating: "9", count: 65),
    ])
    func whatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: JSONReader.Failure.self) { try read(text) }
    }

    @Test(arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xe4, 0xb8, 0x22],
    ])
    func whatIsNoUTF8IsRefused(_ bytes: [UInt8]) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.value(of: bytes) }
    }

    @Test func valuesMayBeNestedSoDeepAndNoDeeper() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try read(nested(JSONReader.maximumDepth + 1)) }
        #expect(throws: JSONReader.Failure.self) { try read(nested(JSONReader.maximumDepth + 2)) }
        #expect(throws: JSONReader.Failure.self) { try read(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let value: JSONValue = [
            "text": "线\n\"\\\u{7f}😀", "numbers": [0, -1, .integer(.max), .number(0.1)], "nothing": .null, "empty": [:],
        ]
        #expect(try JSONReader.value(of: [UInt8](try JSONEncoder().encode(value))) == value)
    }
}
