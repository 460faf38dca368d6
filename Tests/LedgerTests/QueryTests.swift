import Formats
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
