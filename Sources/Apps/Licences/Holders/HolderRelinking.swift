public import Identity

/// That two pseudonyms are one holder's (假名重新关联): the newest epoch's, and one of an epoch before.
///
/// It says nothing of who the holder is, yet joins what the ledger keeps apart. So the table of them is private, and
/// one goes on the ledger only when the holder is identified anew and wants what was granted before to go on.
public struct HolderRelinking: Hashable, Sendable, Codable {
    public let from: HolderPseudonym
    public let to: HolderPseudonym

    public init(from: HolderPseudonym, to: HolderPseudonym) {
        (self.from, self.to) = (from, to)
    }
}

/// The consortium's private table of holders whose pseudonyms changed with the key's epoch.
public struct HolderRelinkingTable: Sendable, Equatable, Codable {
    /// As many as the holders of a large city.
    public static let maximumCount = 4_000_000

    /// The digest of the genesis that the pseudonyms belong to.
    public let consortium: Digest
    /// By the older pseudonym, in order.
    public let entries: [HolderRelinking]

    /// - Throws: ``LicenceError`` with code `tooLarge` for more than ``maximumCount``.
    public init(
        of holders: some Sequence<HolderCode>, keyring: PseudonymKeyring
    ) throws(LicenceError) {
        var entries: Set<HolderRelinking> = []
        for holder in holders {
            let pseudonyms = keyring.pseudonyms(of: holder)
            for older in pseudonyms.dropFirst() {
                entries.insert(HolderRelinking(from: older, to: pseudonyms[0]))
            }
            guard entries.count <= Self.maximumCount else {
                throw LicenceError(
                    .tooLarge, "a table of pseudonyms has at most \(Self.maximumCount) entries: make several",
                    expected: "\(Self.maximumCount)")
            }
        }
        consortium = keyring.consortium
        self.entries = entries.sorted { $0.from < $1.from }
    }

    /// The newest pseudonym of the holder of `pseudonym`; `nil` where the table does not know it.
    public func newest(of pseudonym: HolderPseudonym) -> HolderPseudonym? {
        var range = entries.startIndex..<entries.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if entries[middle].from == pseudonym { return entries[middle].to }
            range = entries[middle].from < pseudonym ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
