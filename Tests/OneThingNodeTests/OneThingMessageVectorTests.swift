import ClusterTransport
import Testing
import VectorTestKit
import ZhenglianClient

/// The bytes of every argument, result and declared error of the one-thing service.
@Suite("Bytes of the one-thing service's messages")
struct OneThingMessageVectorTests {
    private func coded<Value: Codable & Sendable>(_ name: String, _ value: Value) throws -> Vector {
        Vector(name, try BinaryEncoder().encode(value)) { bytes in
            try BinaryEncoder().encode(BinaryDecoder().decode(Value.self, from: bytes))
        }
    }

    @Test func messagesAreThoseOfTheVectors() throws {
        let vectors = [
            try coded("StoreItemsMessage", StoreItemsMessage(items: [0x30, 0x00], files: [[1, 2], [3]])),
            try coded("StoreItemsReply", StoreItemsReply(content: [0x30, 0x00], missing: ["articles"])),
            try coded("FetchItemsMessage", FetchItemsMessage(order: [0x30, 0x01, 0x00])),
            try coded("FetchItemsReply", FetchItemsReply(sealed: [5, 6, 7])),
            try coded("NoticesQuestion", NoticesQuestion(cursor: 300, limit: 100, wait: 30_000)),
            try coded("NoticesReply", NoticesReply(cursor: 301, notices: [[0x30, 0x00]], height: 9)),
            try coded("NoticesReply-none", NoticesReply(cursor: 300, notices: [], height: 9)),
            try coded("OneThingServiceError", OneThingServiceError(.notOpen, "the step is settled")),
        ]
        let file = VectorFile(
            "wire-messages-onethings",
            comment: "Arguments, results and errors of the one-thing service, coded: name, SHA-256, bytes.")
        #expect(try file.differences(from: vectors) == [])
    }
}
