public import Formats
public import Identity

/// What a block did to the state: everything that has to be stored, and everything that is needed to take it back.
public struct StateUpdate: Sendable {
    /// The changes that changed something, in the order of (contract, key): removing what was not there is none of
    /// them.
    public let changes: [StateChange]
    /// The state root after the block.
    public let root: Digest
    /// Entries in the log after the block.
    public let size: UInt64
    /// The row number of the last of ``changes`` in the ledger's list of values.
    public let valueCount: Int64

    let height: Height
    /// The entries that the block appended, in the order of their keys.
    let appended: [StateRecord]
    /// For each of ``appended``: whether its key had an entry before, which is superseded.
    let isSuperseding: [Bool]
    /// The positions whose bit went out, ascending.
    let superseded: [UInt64]
    /// The twigs that became complete.
    let completed: [StateTree.CompleteTwig]

    var earlierSize: UInt64 { size - UInt64(appended.count) }
}

/// The entries that a block appends to the state's log, before any is hashed.
///
/// Each key that is written or whose successor changes gets exactly one entry, with its final content, and entries
/// stand in the order of their keys: the log is a function of the blocks alone.
struct StatePlan {
    private(set) var records: [StateRecord] = []
    private(set) var isSuperseding: [Bool] = []

    /// One changed key: where the ring has it, or the key before it, as the block found it.
    struct Write {
        let key: Digest
        /// The digest of the new value; zero where the key is removed.
        let value: Digest
        let valueNumber: Int64
        /// The newest entry of the key, or of the one before it.
        let found: StateRecord
        let foundPosition: UInt64
    }

    /// - Parameters:
    ///   - writes: one for each key, in ascending order of keys.
    ///   - height: the block's.
    init(_ writes: [Write], height: Height) {
        for write in writes {
            if write.found.leaf.key == write.key {
                append(write, next: write.found.leaf.next, isSuperseding: true, height: height)
            } else {
                let next = link(write)
                append(write, next: next, isSuperseding: false, height: height)
            }
        }
    }

    /// Makes the key before a new one name it as its successor.
    /// - Returns: the successor that it had, which is the new key's.
    private mutating func link(_ write: Write) -> Digest {
        if let last = records.last, last.leaf.key >= write.found.leaf.key {
            let next = last.leaf.next
            records[records.count - 1] = last.followed(by: write.key)
            return next
        }
        let copy = StateRecord(
            leaf: write.found.leaf, previous: write.foundPosition, valueNumber: write.found.valueNumber)
        records.append(copy.followed(by: write.key))
        isSuperseding.append(true)
        return write.found.leaf.next
    }

    private mutating func append(_ write: Write, next: Digest, isSuperseding superseding: Bool, height: Height) {
        // A key before this one may have been put between this and its old predecessor: then it is the last record, and
        // `next` is right already, because only the keys before change.
        let leaf = StateLeaf(key: write.key, value: write.value, next: next, height: height)
        records.append(StateRecord(leaf: leaf, previous: write.foundPosition, valueNumber: write.valueNumber))
        isSuperseding.append(superseding)
    }
}

extension StateRecord {
    fileprivate func followed(by key: Digest) -> StateRecord {
        StateRecord(
            leaf: StateLeaf(key: leaf.key, value: leaf.value, next: key, height: leaf.height),
            previous: previous,
            valueNumber: valueNumber
        )
    }
}
