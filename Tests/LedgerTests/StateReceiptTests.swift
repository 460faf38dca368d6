import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Receipts of the state: what is still so, what is not so, and what is all.
struct StateReceiptTests {
    private func name(_ key: String) -> StateName {
        StateName(contract: "notes", key: NotesContract.key(key).bytes)
    }

    private func verified(_ receipt: Receipt, _ scene: Scene) throws -> ReceiptFindings {
        let read = try Receipt(derBytes: receipt.derBytes, limit: Receipt.maximumByteCount)
        #expect(read == receipt)
        return try read.verify(against: scene.consortium.genesis)
    }

    @Test func aReceiptSaysWhatIsStillSoAndWhatIsNot() async throws {
        var scene = try Scene()
        try scene.append([scene.transaction([NotesContract.call("put", "kept"), NotesContract.call("put", "gone")])])
        try scene.append([scene.transaction([NotesContract.call("remove", "gone")])])
        try scene.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let kept = try verified(await disk.ledger.receipt(of: name("kept")), scene)
        guard case .entry(let entry) = kept.subject else { throw TestKitError("\(kept.subject)") }
        #expect(entry.name == name("kept"))
        #expect(entry.since == Height(rawValue: 2))
        #expect(kept.asOf == Height(rawValue: 3))
        let before = try verified(await disk.ledger.receipt(of: name("gone"), asOf: Height(rawValue: 2)), scene)
        guard case .entry = before.subject else { throw TestKitError("\(before.subject)") }
        let removed = try verified(await disk.ledger.receipt(of: name("gone")), scene)
        guard case .absence(let absence) = removed.subject else { throw TestKitError("\(removed.subject)") }
        #expect(absence.reason == .removed)
        #expect(absence.since == Height(rawValue: 3))
        let never = try verified(await disk.ledger.receipt(of: name("never")), scene)
        guard case .absence(let absence) = never.subject else { throw TestKitError("\(never.subject)") }
        #expect(absence.reason == .neverWritten)
        #expect(absence.since == .zero)
    }

    @Test func aReceiptOfAListHoldsAllOfItOrAllAfterAPlace() async throws {
        var scene = try Scene()
        for round in 0..<3 {
            let calls = (0..<4).map { NotesContract.call("append", "t", [UInt8(4 * round + $0)]) }
            try scene.append([scene.transaction(calls)])
        }
        try scene.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let trail = TrailKey("trail", Array("t".utf8)).name(in: "notes")
        let whole = try verified(await disk.ledger.receipt(ofTrail: trail), scene)
        guard case .list(let list) = whole.subject else { throw TestKitError("\(whole.subject)") }
        #expect(list.count == 12)
        let values = try list.elements.map { try Note(derBytes: $0, limit: 1 << 16).value }
        #expect(values == (0..<12).map { [UInt8($0)] })
        let head = list.elements.prefix(9).reduce(TrailHead.empty) {
            $0.appending($1, suite: scene.consortium.suite)
        }
        let rest = try verified(await disk.ledger.receipt(ofTrail: trail, after: head), scene)
        guard case .list(let later) = rest.subject else { throw TestKitError("\(rest.subject)") }
        #expect(later.elements == Array(list.elements.suffix(3)))
        let other = TrailKey("trail", Array("other".utf8)).name(in: "notes")
        let empty = try verified(await disk.ledger.receipt(ofTrail: other), scene)
        guard case .list(let none) = empty.subject else { throw TestKitError("\(empty.subject)") }
        #expect(none.count == 0)
        let beyond = TrailHead(count: 13, chain: .zero)
        let error = await failure(LedgerError.self) { try await disk.ledger.receipt(ofTrail: trail, after: beyond) }
        #expect(error?.code == .notFound)
    }

    @Test func whatNoHeaderVouchesForHasNoReceiptYet() async throws {
        var scene = try Scene()
        try scene.append([scene.transaction([NotesContract.call("put", "k")])])
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let head = disk.ledger.head.height
        let error = await failure(LedgerError.self) { try await disk.ledger.receipt(of: name("k"), asOf: head) }
        #expect(error?.code == .notSealed)
        let newest = try verified(await disk.ledger.receipt(of: name("k")), scene)
        guard case .absence = newest.subject else { throw TestKitError("the newest sealed state is of height 1") }
        #expect(newest.asOf == Height(rawValue: 1))
    }
}
