import Formats
import FormatsTestKit
import Foundation
import Identity
import Testing

/// The JSON of a receipt has every field under its name, so that programs can rely on it.
struct JSONViewTests {
    private func object(_ receipt: Receipt) throws -> [String: Any] {
        let data = try JSONEncoder().encode(receipt.jsonView)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func subject(_ receipt: Receipt) throws -> [String: Any] {
        try #require(try object(receipt)["subject"] as? [String: Any])
    }

    @Test func aReceiptHasTheFieldsOfItsStructure() throws {
        let scene = try ProofScene.shared.get()
        let receipt = scene.entry(sealedBy: 14)
        let object = try object(receipt)
        #expect(
            Set(object.keys) == [
                "version", "suite", "consortium", "subject", "sealingHeader", "finalization", "epochs",
            ])
        #expect(object["version"] as? Int == 2)
        #expect(object["consortium"] as? String == scene.genesis.digest.description)
        let header = try #require(object["sealingHeader"] as? [String: Any])
        #expect(header["height"] as? Int == 14)
        #expect(header["timestamp"] as? String == "2026-01-01T00:00:14.000Z")
        #expect(
            Set(header.keys) == [
                "channel", "epoch", "height", "view", "parent", "timestamp", "proposer", "transactionsRoot",
                "executed",
            ])
        let finalization = try #require(object["finalization"] as? [String: Any])
        #expect(finalization["signers"] as? [Int] == [0, 1, 2, 3])
        #expect((finalization["statement"] as? [String: Any])?["kind"] as? String == "finalize")
        let epochs = try #require(object["epochs"] as? [[String: Any]])
        #expect(epochs.count == 2)
        #expect(Set(epochs[0].keys) == ["header", "finalization", "validators", "proof"])
        let validators = try #require(epochs[1]["validators"] as? [String: Any])
        #expect(validators["epoch"] as? Int == 2 && validators["firstHeight"] as? Int == 11)
        let expected = scene.chain.epochs[2].validators.map { $0.certificate.der.hexadecimal }
        #expect(validators["certificates"] as? [String] == expected)
    }

    @Test func everySubjectHasItsOwnFields() throws {
        let scene = try ProofScene.shared.get()
        let transaction = try subject(scene.transaction())
        #expect(transaction["kind"] as? String == "transaction")
        #expect(
            Set(transaction.keys) == [
                "kind", "transaction", "submitterCertificate", "transactionPath", "outcome", "outcomePath", "header",
                "journalPath",
            ])
        let outcome = try #require(transaction["outcome"] as? [String: Any])
        #expect(outcome["status"] as? String == "applied" && outcome["index"] as? Int == 1)

        let entry = try subject(scene.entry())
        #expect(Set(entry.keys) == ["kind", "name", "value", "proof"])
        #expect(entry["value"] as? String == "0b")
        #expect((entry["name"] as? [String: String]) == ["contract": "notes", "key": "01"])
        let path = try #require((entry["proof"] as? [String: Any])?["path"] as? [String: Any])
        #expect(Set(path.keys) == ["size", "position", "entrySiblings", "activity", "twigSiblings"])

        #expect(Set(try subject(scene.absence()).keys) == ["kind", "name", "proof"])

        let list = try subject(scene.list(from: 2))
        #expect(Set(list.keys) == ["kind", "name", "preceding", "elements", "proof"])
        #expect((list["preceding"] as? [String: Any])?["count"] as? Int == 2)
        #expect(list["elements"] as? [String] == scene.elements.dropFirst(2).map(\.hexadecimal))
    }

    @Test func aRejectionAndEventsAreShown() throws {
        let receipt = Sample.receipt
        let applied = try subject(receipt)["outcome"] as? [String: Any]
        let events = try #require(applied?["events"] as? [[String: String]])
        #expect(events == [["contract": "notes", "name": "noted", "payload": "3000"]])
        #expect(applied?["returnValues"] as? [String] == ["3000", ""])
        let rejected = try subject(receipt.replacing(outcome: Sample.rejected))["outcome"] as? [String: Any]
        #expect(rejected?["status"] as? String == "rejected")
        #expect((rejected?["rejection"] as? [String: Any])?["code"] as? String == "alreadyIssued")
    }
}
