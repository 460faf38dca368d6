import Formats
import GRDB
import Identity

/// The validators of every height, as the rows of the state say: ``StateCheck`` compares these with the roots.
struct EpochTerms {
    /// By epoch, from 0 on.
    private let terms: [ValidatorSchedule.Term]

    init(_ database: Database, genesis: Genesis) throws {
        var entries: [StateKey: [UInt8]] = [:]
        // A member's entry is written once and never superseded: no pruning removes it.
        let rows = try Row.fetchCursor(
            database, sql: "SELECT key, value FROM state_values WHERE contract = ? AND value IS NOT NULL",
            arguments: [MembershipContract.name])
        while let row = try rows.next() {
            let key = StateKey(try row.bytes(at: 0))
            if key.bytes.starts(with: Self.validatorsPrefix) || key.bytes.starts(with: Self.membersPrefix) {
                entries[key] = try row.bytes(at: 1)
            }
        }
        var terms = [ValidatorSchedule.Term(genesis: genesis)]
        while let last = terms.last, entries[MembershipKeys.validators(of: last.epoch.next)] != nil {
            do {
                terms.append(
                    try ValidatorSchedule.term(of: last.epoch.next, genesis: genesis) { key throws(LedgerError) in
                        entries[key]
                    })
            } catch {
                throw LedgerFault(
                    table: "state_values", key: "epoch \(last.epoch.next)", column: "value",
                    expected: "the members of an epoch", found: "\(error)")
            }
        }
        self.terms = terms
    }

    private static let validatorsPrefix = MembershipKeys.validators(of: .zero).bytes.dropLast(8)
    private static let membersPrefix = MembershipKeys.members(of: .zero).bytes.dropLast(8)

    /// The epoch that a height belongs to.
    func term(at height: Height) -> ValidatorSchedule.Term {
        terms.last { $0.firstHeight <= height } ?? terms[0]
    }

    /// An epoch; `nil` where the state has none of that number.
    func term(of epoch: Epoch) -> ValidatorSchedule.Term? {
        epoch.rawValue < UInt64(terms.count) ? terms[Int(epoch.rawValue)] : nil
    }
}

/// Checks how one epoch follows another: the set before has made the last block of its epoch final, and a state that
/// names the new set; and `epoch_changes`, which proves that to others.
struct EpochCheck {
    private let genesis: Genesis
    private let base: LedgerBase
    private let terms: EpochTerms

    init(_ terms: EpochTerms, genesis: Genesis, base: LedgerBase) {
        self.terms = terms
        self.genesis = genesis
        self.base = base
    }

    /// Checks that the epoch of a block may begin, where the block is its first.
    /// - Parameters:
    ///   - finalHeight: the last height before it that is proved to be final.
    ///   - sealedHeight: up to which the finalised headers before it state results.
    func check(_ block: CheckedBlock, finalHeight: Height, sealedHeight: Height) throws {
        let term = terms.term(at: block.height)
        guard block.height > base.chain, block.height == term.firstHeight, let last = block.height.previous,
            last > .zero
        else { return }
        guard finalHeight == last else {
            throw block.row.fault(
                "header", expected: "an epoch that begins after a final block",
                found: "block \(finalHeight) as the last")
        }
        guard max(sealedHeight, base.chain) >= term.announcedAt else {
            throw block.row.fault(
                "header",
                expected: "validators that those before have signed for at height \(term.announcedAt) or later",
                found: "results up to height \(sealedHeight)")
        }
    }

    /// Checks `epoch_changes`.
    /// - Parameter epoch: that of the last block, up to which none may be missing.
    func finish(_ database: Database, epoch: Epoch) throws {
        let rows = try TableCursor(database, "epoch_changes", key: ["epoch"], columns: ["der"])
        var changes: [EpochChange] = []
        var last: TableRow?
        while UInt64(changes.count) < epoch.rawValue || rows.peek != nil {
            let row = try rows.require([Int64(changes.count + 1)])
            let change = try row.structure(
                "der", as: EpochChange.self, limit: LedgerReader.maximumChangeByteCount)
            try row.expect(
                "der", change.validators, is: terms.term(of: Epoch(rawValue: UInt64(changes.count + 1)))?.statement)
            changes.append(change)
            last = row
        }
        do {
            _ = try EpochChange.verify(changes, against: genesis)
        } catch {
            throw last?.fault("der", expected: "a proof that the validators before have signed", found: "\(error)")
                ?? LedgerFault(
                    table: "epoch_changes", key: "1", column: "der", expected: "a proof", found: "\(error)")
        }
    }
}
