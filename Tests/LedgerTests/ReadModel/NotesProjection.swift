import Formats
import Ledger
import LedgerTestKit

/// The notes of ``NotesContract`` in a table.
struct NotesProjection: ReadModelProjection {
    let name = "notes"
    var version = 1
    let contracts = ["notes"]
    let schema = """
        CREATE TABLE notes (key TEXT PRIMARY KEY, value BLOB NOT NULL, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """

    func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError) {
        let prefix = StateKey("note", []).bytes
        for change in changes where change.key.starts(with: prefix) {
            let key = SQLValue.text(String(decoding: change.key.dropFirst(prefix.count), as: UTF8.self))
            guard let value = change.value else {
                try tables.execute("DELETE FROM notes WHERE key = ?", [key])
                continue
            }
            try tables.execute(
                "INSERT OR REPLACE INTO notes VALUES (?, ?, ?)",
                [key, .blob(value), .integer(Int64(block.height.rawValue))])
        }
    }
}

/// A ledger with a chain on it, and a read model of it.
struct FollowedLedger {
    var scene: Scene
    let disk: LedgerOnDisk
    let model: ReadModel
    let path: String

    /// - Parameter count: how many blocks the chain has; each but the first puts a note of its height.
    init(blocks count: Int, options: ReadModelOptions = ReadModelOptions()) async throws {
        scene = try Scene()
        for index in 1..<count {
            try scene.append([
                scene.transaction([NotesContract.call("put", "\(index % 4)", [UInt8(index)])]),
                scene.transaction([
                    NotesContract.call("append", "t", [UInt8(index)]), NotesContract.call("refuse", "x"),
                ]),
            ])
        }
        disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        path = disk.directory.path("read-model.sqlite")
        model = try Self.open(path, scene.consortium, options: options)
    }

    static func open(
        _ path: String,
        _ consortium: TestConsortium,
        version: Int = 1,
        options: ReadModelOptions = ReadModelOptions()
    ) throws(LedgerError) -> ReadModel {
        try ReadModel(
            path: path, genesis: consortium.genesis, projections: [NotesProjection(version: version)], options: options)
    }

    /// Appends a block with one transaction of these calls to the chain and the ledger.
    mutating func append(_ calls: [Call]) async throws {
        try scene.append([scene.transaction(calls)])
        try await disk.ledger.execute([scene.chain.blocks[scene.chain.blocks.count - 1]])
    }
}

extension ReadModel {
    /// Follows a source to its end.
    /// - Returns: the steps that it took.
    @discardableResult
    func catchUp(with source: some ReadModelSource) async throws(LedgerError) -> [ReadModelStep] {
        var steps = [try await advance(from: source)]
        while let last = steps.last, !last.isCurrent {
            steps.append(try await advance(from: source))
        }
        return steps
    }

    /// Everything that the model says, but for how its dictionaries number what is in them.
    func contents() async throws(LedgerError) -> [SQLAnswer] {
        var answers: [SQLAnswer] = []
        for table in ["blocks", "transactions", "outcomes", "notes", "read_model"] {
            answers.append(try await query(sql: "SELECT * FROM \(table) ORDER BY 1, 2"))
        }
        return answers
    }
}
