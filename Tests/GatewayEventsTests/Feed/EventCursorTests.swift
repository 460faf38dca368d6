import Formats
import Foundation
import GatewayEvents
import Identity
import Licences
import Testing

/// Places in the ledger's events, and what they and filters are written as.
@Suite("Cursors, filters and values of events")
struct EventCursorTests {
    @Test(arguments: ["0", "7", "12.0.0", "12.3.9", "9223372036854775807", "1.4294967294.4294967294"])
    func aCursorIsReadAsItIsWritten(text: String) throws {
        #expect("\(try EventCursor(text))" == text)
        let json = try JSONEncoder().encode([try EventCursor(text)])
        #expect(try JSONDecoder().decode([EventCursor].self, from: json) == [try EventCursor(text)])
    }

    @Test(arguments: [
        "", ".", "1.2", "1.2.3.4", "-1", "+1", "01", "1.02.3", "1.2.", " 1", "1 ", "0x1", "9223372036854775808",
        "1.4294967295.0", "1.0.4294967295", "１", "1e3", "1.2.3\n", String(repeating: "1", count: 100),
    ])
    func whatIsNoCursorIsRefused(text: String) {
        #expect(throws: EventError(.wrongCursor, "")) { try EventCursor(text) }
    }

    @Test func cursorsAreInTheOrderOfEvents() throws {
        let cursors = try ["0", "1.0.0", "1.0.1", "1.1.0", "1.10.0", "1", "2.0.0", "2", "10"].map {
            try EventCursor($0)
        }
        #expect(cursors == cursors.sorted())
        #expect(EventCursor.before(Height(rawValue: 1)) == EventCursor.end(of: .zero))
        #expect(EventCursor.before(.zero) == EventCursor.end(of: .zero))
    }

    @Test(arguments: [
        "*", "licence.*.x", "licence..issued", ".issued", "licence.", "li cence", "证", "licence*", "a.b\nid: 5",
        String(repeating: "a", count: 131),
    ])
    func whatIsNoTypeIsNoFilter(type: String) {
        #expect(throws: EventError(.wrongFilter, "")) { try EventFilter(types: [type]) }
    }

    @Test func aFilterHasABound() throws {
        #expect(throws: EventError(.wrongFilter, "")) {
            try EventFilter(types: Array(repeating: "block", count: 33))
        }
        for json in [
            #"{"types":["*"]}"#, #"{"types":5}"#, #"{"licences":["x"]}"#, #"{"departments":["NO NAME"]}"#, "[]",
            #"{"oneThings":[""]}"#,
        ] {
            #expect(throws: (any Error).self, "\(json)") {
                try JSONDecoder().decode(EventFilter.self, from: Data(json.utf8))
            }
        }
    }

    @Test func aFilterIsReadAsItIsWritten() throws {
        let licence = try #require(
            LicenceKey(text: "11100000MB0143028R001.11650000MB1A0001XQ.A1"))
        let filter = try EventFilter(
            types: ["licence.*", "block"], licences: [licence], oneThings: [try OneThingCode("ABCD-1234-5678")],
            departments: [try #require(DepartmentName("tax"))])
        let json = try JSONEncoder().encode(filter)
        #expect(try JSONDecoder().decode(EventFilter.self, from: json) == filter)
        #expect(try JSONDecoder().decode(EventFilter.self, from: Data("{}".utf8)) == .all)
    }

    @Test func valuesAreTheJSONThatEveryReaderReads() throws {
        let text = "\"\\/\u{0}\u{1F}\n\r\t\u{7F}\u{2028}\u{2029}证\u{1F600}e\u{301}"
        let value = EventValue.object([
            "b": .text(text), "a": .list([.number(.min), .flag(true), .flag(false), .list([]), .object([:])]),
            text: .number(5),
        ])
        let json = value.json
        #expect(!json.utf8.contains(10) && !json.utf8.contains(13))
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(read["b"] as? String == text)
        #expect(read[text] as? Int == 5)
        #expect((read["a"] as? [Any])?.count == 5)
        #expect(json.hasPrefix(#"{""#))
    }
}
