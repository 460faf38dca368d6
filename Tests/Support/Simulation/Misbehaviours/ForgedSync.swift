import Consensus
import Formats
import Identity
import Ledger

/// Gives forged blocks and ranges to whoever catches up: garbage, cut short, put together from what does not belong
/// together, with a false height.
struct ForgedSync: Misbehaviour {
    private var count = 0

    mutating func bend(block: [UInt8]?, as traitor: Traitor) -> [UInt8]? {
        count += 1
        guard let block, let parsed = try? Block(derBytes: block, limit: block.count) else { return [0x30, 0] }
        switch count % 3 {
        case 0: return Array(block.dropLast())
        case 1: return Block(header: parsed.header, transactions: Array(parsed.transactions.dropLast())).derBytes
        default:
            let header = parsed.header.with(timestamp: parsed.header.timestamp.advanced(by: .milliseconds(7)))
            return Block(header: header, transactions: parsed.transactions).derBytes
        }
    }

    mutating func bend(range: Parcel.RangeReply, as traitor: Traitor) -> Parcel.RangeReply? {
        count += 1
        let beyond = range.height.advanced(by: 1_000_000)
        guard let bytes = range.bytes, let parsed = try? FinalizedRange(derBytes: bytes, limit: bytes.count) else {
            return Parcel.RangeReply(bytes: [0x30, 0], height: beyond, isPruned: false)
        }
        let forged: [UInt8] =
            switch count % 4 {
            case 0: Array(bytes.reversed())
            case 1:
                FinalizedRange(
                    blocks: Array(parsed.blocks.dropFirst()), headers: parsed.headers, finalization: parsed.finalization
                ).derBytes
            case 2:
                FinalizedRange(
                    blocks: parsed.blocks.map { block in
                        Block(header: block.header, transactions: Array(block.transactions.dropFirst()))
                    },
                    headers: parsed.headers, finalization: parsed.finalization
                ).derBytes
            default:
                FinalizedRange(
                    blocks: parsed.blocks.map { block in
                        let later = block.header.timestamp.advanced(by: .milliseconds(3))
                        return Block(header: block.header.with(timestamp: later), transactions: block.transactions)
                    },
                    headers: [], finalization: parsed.finalization
                ).derBytes
            }
        return Parcel.RangeReply(bytes: forged, height: beyond, isPruned: count % 5 == 0)
    }
}
