import ClusterTransport
import Testing
import VectorTestKit
import ZhenglianClient

/// The bytes of every argument, result and declared error of the licence service.
@Suite("Bytes of the licence service's messages")
struct LicenceMessageVectorTests {
    private let presentation = [UInt8](0..<16)
    private let scan = [UInt8](16..<32)

    private func coded<Value: Codable & Sendable>(_ name: String, _ value: Value) throws -> Vector {
        Vector(name, try BinaryEncoder().encode(value)) { bytes in
            try BinaryEncoder().encode(BinaryDecoder().decode(Value.self, from: bytes))
        }
    }

    private func answers() throws -> [Vector] {
        let (yes, no): (UInt8, UInt8) = (1, 2)
        return [
            try coded(
                "ConfirmationMessage",
                ConfirmationMessage(presentation: presentation, scan: scan, agrees: true, proof: [0x04, 1, yes])),
            try coded(
                "ConfirmationMessage-declining",
                ConfirmationMessage(presentation: presentation, scan: scan, agrees: false, proof: [0x04, 1, no])),
            try coded("ConfirmationReply", ConfirmationReply(proof: [0x04, 1, yes])),
            try coded("DestructionMessage", DestructionMessage(licence: "1.2.156.3005.2")),
            try coded(
                "DestructionReply", DestructionReply(now: ["1.2.156.3005.2"], before: ["1.2.156.3005.3"])),
            try coded(
                "LicenceServiceError", LicenceServiceError(.notConfirmedYet, "the holder has not answered yet")),
        ]
    }

    @Test func messagesAreThoseOfTheVectors() throws {
        let none: [UInt8]? = nil
        let waiting = WaitingScan(scan: scan, requester: "taxation", request: [0x30, 0x00])
        let vectors = [
            try coded(
                "ReleaseMessage",
                ReleaseMessage(ticket: [0x30, 0x00], order: [0x30, 0x01, 0x00], signature: [0x04, 0x00])),
            try coded("ReleaseReply", ReleaseReply(sealed: [5, 6, 7])),
            try coded("PresentationMessage", PresentationMessage(order: [0x30, 0x00], proof: [0x04, 0x00])),
            try coded("PresentationReply", PresentationReply(code: "ZL1.MAA", proof: [0x30, 0x00])),
            try coded("PresentationReply-without-proof", PresentationReply(code: "ZL1.MAA", proof: none)),
            try coded("ScanMessage", ScanMessage(presentation: presentation, request: [0x30, 0x00])),
            try coded("ScanReply", ScanReply(scan: scan)),
            try coded("ScanQuestion", ScanQuestion(identifier: presentation)),
            try coded("WaitingScans", WaitingScans(scans: [waiting])),
            try coded("WaitingScans-none", WaitingScans(scans: [])),
        ]
        let file = VectorFile(
            "wire-messages-licences",
            comment: "Arguments, results and errors of the licence service, coded: name, SHA-256, bytes.")
        #expect(try file.differences(from: vectors + answers()) == [])
    }
}
