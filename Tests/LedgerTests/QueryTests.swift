import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Testing

struct QueryTests {
    private func ledger() async throws -> LedgerOnDisk {
        var scene = try Scene()
        let keys = ["a", "aa", "ab", "b", "ba", "c"]
        try scene.append([scene.transaction(keys.map { NotesContract.call("put", $0) })])
        try scene.append([scene.transaction((1...3).map { NotesContract.call("append", "t", [$0]) })])
        try scene.append([scene.transaction([NotesContract.call("remove", "ab")])])
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        return disk
    }

    private func ask(_ disk: LedgerOnDisk, _ name: String, _ key: String, _ value: [UInt8] = []) async throws -> Note {
        let answer = try await disk.ledger.query("notes", name, arguments: Note(key: key, value: value).derBytes)
        #expect(answer.height == Height(rawValue: 4))
        return try Note(derBytes: answer.value(), limit: 1 << 16)
    }

    @Test func aTrailGivesItsElementsInOrder() async throws {
        let disk = try await ledger()
        #expect(try await ask(disk, "trail", "t").value == [1, 2, 3])
        #expect(try await ask(disk, "trail", "other").value == [])
    }

    /// A query waits on its own thread for a reader. A receipt's reader is given back on the thread that asked for it,
    /// which must not be waiting for that reader.
    @Test func questionsAndReceiptsOfOneThreadDoNotWaitForEachOther() async throws {
        let disk = try await ledger()
        let note = Note(key: "a", value: []).derBytes
        let trail = TrailKey("trail", Array("t".utf8)).name(in: "notes")
        let received = try await withTaskExecutorPreference(OneThread()) {
            try await withThrowingTaskGroup(of: Receipt.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        _ = try await disk.ledger.query("notes", "get", arguments: note)
                        let receipt = try await disk.ledger.receipt(ofTrail: trail)
                        _ = try await disk.ledger.query("notes", "get", arguments: note)
                        return receipt
                    }
                }
                return try await group.reduce(into: Set<Receipt>()) { $0.insert($1) }
            }
        }
        #expect(received.count == 1)
    }

    @Test func whatCannotBeAnsweredIsRefusedAsOfAHeight() async throws {
        let disk = try await ledger()
        let note = Note(key: "ab", value: []).derBytes
        let cases: [(String, String, [UInt8], ContractError.Code)] = [
            ("notes", "get", note, .notFound), ("notes", "put", note, .unknownMethod),
            ("nobody", "get", note, .unknownContract), ("notes", "get", [], .malformedArguments),
            ("notes", "get", Note(key: String(repeating: "k", count: 300), value: []).derBytes, .limitExceeded),
            ("notes", "get", [UInt8](repeating: 0, count: 1 << 17), .malformedArguments),
        ]
        for (contract, name, arguments, code) in cases {
            let answer = try await disk.ledger.query(contract, name, arguments: arguments)
            #expect(answer.height == Height(rawValue: 4))
            #expect(throws: ContractError(code, "")) { try answer.value() }
        }
    }
}

/// Runs its tasks one after the other, as the thread of a connection does.
private final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "one thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
