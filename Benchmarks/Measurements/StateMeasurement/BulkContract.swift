import Formats
import Ledger
import SwiftASN1

/// Writes many entries in one call, so that what is measured is the state and not the transactions around it.
struct BulkContract: Contract {
    static let contractName = "bulk"

    let name = BulkContract.contractName
    let version = 1

    var methods: [ContractMethod] { [ContractMethod("fill", fill)] }

    /// The key of an entry; the state places it by its digest, so that keys in a row are keys at random.
    static func key(_ number: Int64) -> StateKey {
        StateKey("entry", (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) })
    }

    /// A value of 300 bytes, as an entry of a licence's evidence has, that differs with its number and round.
    static func value(_ number: Int64, round: Int64) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 300)
        for index in 0..<8 {
            bytes[index] = UInt8(truncatingIfNeeded: number >> Int64(8 * index))
            bytes[8 + index] = UInt8(truncatingIfNeeded: round >> Int64(8 * index))
        }
        return bytes
    }

    private func fill(_ fill: Fill, in context: inout ContractContext) throws(ContractError) -> NoResult {
        for index in 0..<fill.count {
            let number = fill.first + index * fill.step
            try context.put(Self.key(number), Self.value(number, round: fill.round))
        }
        return NoResult()
    }
}

/// Which entries a call writes: `count` of them from `first` on, each `step` after the one before.
struct Fill: DERSequence {
    let first: Int64
    let step: Int64
    let count: Int64
    let round: Int64

    init(first: Int64, step: Int64 = 1, count: Int64, round: Int64) {
        self.first = first
        self.step = step
        self.count = count
        self.round = round
    }

    init(fields: inout ASN1NodeCollection.Iterator) throws {
        first = try Int64(derEncoded: &fields)
        step = try Int64(derEncoded: &fields)
        count = try Int64(derEncoded: &fields)
        round = try Int64(derEncoded: &fields)
    }

    func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(first)
        try fields.serialize(step)
        try fields.serialize(count)
        try fields.serialize(round)
    }

    var call: Call { Call(contract: BulkContract.contractName, method: "fill", arguments: derBytes) }
}
