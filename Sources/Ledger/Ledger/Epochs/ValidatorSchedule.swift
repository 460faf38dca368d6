public import Formats
package import Identity

/// Who validates near the head: the set in force for the block after the head, and the one that is announced, if any.
///
/// It follows from the state at the head, so that every node that has executed as far has the same.
public struct ValidatorSchedule: Sendable, Hashable {
    /// Fewest blocks between the block that announces an epoch and its first one: an announcement at height C takes
    /// effect at height C + 17 at the earliest. Whoever has executed up to height H therefore knows the validators of
    /// every height up to H + 17, and consensus never has to be further ahead of execution.
    public static let minimumNotice: UInt64 = 16
    /// Most blocks: an idle chain makes empty ones up to the announced height.
    public static let maximumNotice: UInt64 = 10_000

    /// The last executed height.
    public let head: Height
    /// For the block after the head.
    public let current: Term
    /// Announced, and in force from its first height on; `nil` where no change is announced.
    public let next: Term?

    /// Before the first block.
    public init(genesis: Genesis) {
        self.init(head: .zero, latest: Term(genesis: genesis), previous: nil)
    }

    /// - Parameters:
    ///   - head: the last executed height.
    ///   - latest: the latest epoch that is announced.
    ///   - previous: the one before it, where the latest has not begun.
    init(head: Height, latest: Term, previous: Term?) {
        self.head = head
        if let previous, latest.firstHeight > head.next {
            current = previous
            next = latest
        } else {
            current = latest
            next = nil
        }
    }

    private init(head: Height, current: Term, next: Term?) {
        self.head = head
        self.current = current
        self.next = next
    }

    /// The same validators with other keys: for a simulation, in which votes are signed with keys that cost less.
    package func replacingKeys(_ key: (Validator) -> any VerificationKey) -> ValidatorSchedule {
        ValidatorSchedule(head: head, current: current.replacingKeys(key), next: next?.replacingKeys(key))
    }

    /// The validators of a height above the head. Above ``knownThrough`` a change may still be announced: the answer
    /// then is what would hold without one.
    public func term(at height: Height) -> Term {
        if let next, height >= next.firstHeight { return next }
        return current
    }

    /// The greatest height whose validators are certain: no change that is announced after the head takes effect
    /// before the next one.
    public var knownThrough: Height {
        // While a change is announced, no other can be; the next one comes with the new epoch's first block or later.
        let last = max(head, next?.firstHeight.previous ?? .zero)
        return last.advanced(by: Self.minimumNotice + 1)
    }

    /// Whether the block at `height` is the last one of its epoch.
    public func isLast(_ height: Height) -> Bool { next?.firstHeight.previous == height }

    /// The schedule after one more block.
    /// - Parameters:
    ///   - block: the block after the head, executed.
    ///   - genesis: the consortium's.
    /// - Throws: ``LedgerError`` with code `corrupted`.
    public func advanced(by block: ExecutedBlock, genesis: Genesis) throws(LedgerError) -> ValidatorSchedule {
        var entries: [StateKey: [UInt8]] = [:]
        for change in block.changes where change.contract == MembershipContract.name {
            entries[StateKey(change.key)] = change.value
        }
        var latest = next ?? current
        let previous = next == nil ? nil : current
        guard let bytes = entries[MembershipKeys.latest] else {
            return ValidatorSchedule(head: block.height, latest: latest, previous: previous)
        }
        let epoch = try Self.parse(bytes, as: LatestEpoch.self).epoch
        let before = latest
        latest = try Self.term(of: epoch, genesis: genesis) { key throws(LedgerError) in entries[key] }
        return ValidatorSchedule(head: block.height, latest: latest, previous: before)
    }
}

extension ValidatorSchedule {
    /// The schedule at a height, by the state of it.
    init(at head: Height, state: some StateReader, genesis: Genesis) throws(LedgerError) {
        let read = { (key: StateKey) throws(LedgerError) -> [UInt8]? in
            try state.value(at: StateAddress(contract: MembershipContract.name, key: key))
        }
        guard let bytes = try read(MembershipKeys.latest) else {
            self.init(head: head, latest: Term(genesis: genesis), previous: nil)
            return
        }
        let epoch = try Self.parse(bytes, as: LatestEpoch.self).epoch
        let latest = try Self.term(of: epoch, genesis: genesis, read)
        var previous: Term?
        if latest.firstHeight > head.next, let before = epoch.previous {
            previous = try Self.term(of: before, genesis: genesis, read)
        }
        self.init(head: head, latest: latest, previous: previous)
    }

    /// The term of an epoch, by the entries of the contract `membership`.
    /// - Throws: ``LedgerError`` with code `corrupted` where the epoch is not announced or its entries cannot be read.
    static func term(
        of epoch: Epoch,
        genesis: Genesis,
        _ read: (StateKey) throws(LedgerError) -> [UInt8]?
    ) throws(LedgerError) -> Term {
        guard epoch > .zero else { return Term(genesis: genesis) }
        guard let validators = try read(MembershipKeys.validators(of: epoch)),
            let members = try read(MembershipKeys.members(of: epoch))
        else {
            throw LedgerError(.corrupted, "the state lacks the members of epoch \(epoch); restore a backup")
        }
        return try Term(
            parse(validators, as: EpochValidators.self), parse(members, as: EpochMembers.self), genesis: genesis)
    }

    private static func parse<Structure: DERSequence>(
        _ bytes: [UInt8],
        as _: Structure.Type
    ) throws(LedgerError) -> Structure {
        do {
            return try Structure(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            throw LedgerError(
                .corrupted, "an entry of the contract 'membership' is no \(Structure.self); restore a backup",
                cause: error)
        }
    }
}
