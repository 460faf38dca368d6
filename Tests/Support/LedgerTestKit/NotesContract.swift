public import Formats
import Identity
public import Ledger
public import SwiftASN1

/// A contract for tests: entries under keys, and what can go wrong.
public struct NotesContract: Contract {
    public var name: String { "notes" }
    public var version: Int { 1 }

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod("put", put), ContractMethod("remove", remove), ContractMethod("append", append),
            ContractMethod("refuse", refuse), ContractMethod("whoAmI", whoAmI), ContractMethod("repeat", repeated),
            ContractMethod("announce", announce),
        ]
    }

    public var queries: [ContractQuery] {
        [ContractQuery("get", get), ContractQuery("trail", trail)]
    }

    /// A call of one of the methods.
    public static func call(_ method: String, _ key: String = "", _ value: [UInt8] = []) -> Call {
        Call(contract: "notes", method: method, arguments: Note(key: key, value: value).derBytes)
    }

    /// Where a note stands.
    public static func key(_ key: String) -> StateKey { StateKey("note", Array(key.utf8)) }

    private func put(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(Self.key(note.key), note)
        try context.emit("noted", note)
        return NoResult()
    }

    private func remove(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.remove(Self.key(note.key))
        return NoResult()
    }

    private func append(_ note: Note, in context: inout ContractContext) throws(ContractError) -> TrailHead {
        let trail = TrailKey("trail", Array(note.key.utf8))
        try context.append(note, to: trail)
        return try context.head(of: trail)
    }

    private func refuse(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(Self.key(note.key), note)
        throw ContractError(ContractError.Code(rawValue: "refused"), "this call is always refused: \(note.key)")
    }

    private func whoAmI(_ note: Note, in context: inout ContractContext) throws(ContractError) -> Note {
        let caller = "\(context.caller.member) \(context.height) \(context.blockTime.milliseconds)"
        return Note(key: caller, value: context.transaction.digest.bytes)
    }

    /// Writes as many entries of the value as the key says.
    private func repeated(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        for index in 0..<(Int(note.key) ?? 0) {
            try context.put(Self.key("\(index)"), note.value)
        }
        return NoResult()
    }

    /// Emits the note as often as its key says.
    private func announce(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        for _ in 0..<(Int(note.key) ?? 0) {
            try context.emit("announced", note)
        }
        return NoResult()
    }

    private func get(_ note: Note, on snapshot: inout ContractSnapshot) throws(ContractError) -> Note {
        guard let found = try snapshot.get(Self.key(note.key), as: Note.self) else {
            throw ContractError(.notFound, "there is no note '\(note.key)'")
        }
        return found
    }

    private func trail(_ note: Note, on snapshot: inout ContractSnapshot) throws(ContractError) -> Note {
        let notes = try snapshot.elements(of: TrailKey("trail", Array(note.key.utf8)), limit: 1_000, as: Note.self)
        return Note(key: note.key, value: notes.flatMap(\.value))
    }
}

/// An entry of the contract `notes`, and the argument of all its methods.
public struct Note: DERSequence, Hashable {
    public let key: String
    public let value: [UInt8]

    public init(key: String, value: [UInt8]) {
        self.key = key
        self.value = value
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        key = try fields.text(limit: 1_024)
        value = try fields.octets(limit: 1 << 20)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: key)
        try fields.serialize(octets: value)
    }
}
