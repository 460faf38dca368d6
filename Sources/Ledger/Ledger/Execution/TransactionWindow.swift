import Formats
import Identity
import Synchronization

/// The places of the transactions that might come again: those of the last heights, as many as a transaction may be
/// valid for. What is older cannot come again, for no block may hold it any more.
///
/// In memory, 16 bytes each, by the identifier's prefix: looking whether a transaction is new costs no access to the
/// disk, and keeping the index costs none either.
final class TransactionWindow: Sendable {
    /// Heights are dropped by whole parts of the window, so that nothing has to be taken out one by one.
    private static let partCount: UInt64 = 8

    private struct Part {
        let first: Height
        var index = PrefixIndex()
    }

    private let lifetime: UInt64
    private let partSize: UInt64
    private let parts: Mutex<[Part]>

    /// - Parameter lifetime: how many heights a transaction may be valid for.
    init(lifetime: UInt64) {
        self.lifetime = lifetime
        partSize = (lifetime + Self.partCount - 1) / Self.partCount
        parts = Mutex([])
    }

    /// Adds a block's transactions.
    /// - Parameter identifiers: in the block's order; blocks come in ascending order.
    func insert(_ identifiers: [TransactionIdentifier], at height: Height) {
        parts.withLock { parts in
            let start = height.rawValue / partSize * partSize
            if parts.last?.first.rawValue != start {
                parts.append(Part(first: Height(rawValue: start)))
            }
            for (index, identifier) in identifiers.enumerated() {
                let place = TransactionPlace(height: height, index: index)
                parts[parts.count - 1].index.insert(
                    identifier.digest.prefix, UInt64(place.rowNumber), place: .last)
            }
            while let oldest = parts.first, oldest.first.rawValue + partSize + lifetime < height.rawValue {
                parts.removeFirst()
            }
        }
    }

    /// The places of the transactions that share an identifier's prefix, of which there is rarely more than one: their
    /// rows tell whether it is the one.
    func candidates(for identifier: TransactionIdentifier) -> [TransactionPlace] {
        parts.withLock { parts in
            parts.flatMap { $0.index.numbers(of: identifier.digest.prefix) }
        }.map { TransactionPlace(rowNumber: Int64($0)) }
    }
}
