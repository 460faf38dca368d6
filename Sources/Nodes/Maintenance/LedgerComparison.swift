public import Formats
import Ledger

/// Compares a ledger on disk with what a consortium's quorum says: a ledger may hang together in every row and still be
/// of a past that the consortium does not share.
public struct LedgerComparison: Sendable {
    /// What came of asking.
    public enum Result: Sendable, Hashable {
        /// A finalised header of the network states the same results.
        case same(at: Height)
        /// It states others: this is not the consortium's ledger.
        case different(at: Height)
        /// The network has no header that states results which this ledger has.
        case notComparable
    }

    /// How many heights below its head are asked about: headers state results a few blocks late, and not of each.
    private static let depth: UInt64 = 64

    private let file: LedgerFile

    /// - Throws: ``FileError`` with code `missing`; `LedgerError`.
    public init(_ maintenance: LedgerMaintenance) throws {
        file = try maintenance.file()
    }

    /// Asks a node for the newest results that both have, and compares.
    /// - Throws: whatever keeps the node from answering; `VerificationError` where what it answers is not signed by a
    ///   quorum.
    public func compare(with witness: any LedgerWitness) async throws -> Result {
        let head = try file.head().height
        var height = head
        while height > .zero, height.rawValue + Self.depth > head.rawValue {
            if let sealed = try await witness.sealing(of: height) {
                guard let validators = try file.validators(of: sealed.header.epoch) else {
                    throw VerificationError(
                        .wrongEpoch,
                        """
                        block \(sealed.header.height) is of epoch \(sealed.header.epoch), of which this ledger does \
                        not know the validators: let it catch up first
                        """
                    )
                }
                let stated = try sealed.results(verifiedBy: file.genesis, validators)
                guard stated.height >= height else {
                    throw VerificationError(
                        .inconsistent, "asked about height \(height), the node answers with \(stated.height)")
                }
                if let own = try file.results(at: stated.height) {
                    return own == stated ? .same(at: stated.height) : .different(at: stated.height)
                }
            }
            height = height.previous ?? .zero
        }
        return .notComparable
    }
}
