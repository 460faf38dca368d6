/// An ordered index in memory from the first 64 bits of a digest to a number: 16 bytes an entry, whatever the digest is
/// of.
///
/// Several entries may have one prefix; they keep the order in which the caller put them. Whoever needs to know which
/// one is meant looks at what the number stands for, which is once in a lifetime for digests that nobody has ground,
/// and cheap enough if somebody has.
///
/// The layout is extendible hashing over sorted buckets (Fagin et al., 1979), with the prefix itself as the hash:
/// digests are even, and the directory keeps their order. Nothing is ever rebuilt as a whole: a full bucket splits in
/// two.
struct PrefixIndex: Sendable {
    struct Slot: Hashable, Sendable {
        let prefix: UInt64
        var number: UInt64
    }

    /// Slots in a bucket before it splits: 1 KiB, a few cache lines to search and to move.
    private static let bucketLimit = 64
    /// Buckets are not split beyond this many leading bits: only ground digests could ask for it, and they get a longer
    /// bucket instead of a larger directory.
    private static let maximumDepth = 22

    private struct Bucket: Sendable {
        /// Leading bits that all prefixes of the bucket share.
        var depth: Int
        var slots: [Slot]
    }

    private(set) var count = 0
    /// Leading bits by which the directory finds a bucket.
    private var depth = 0
    private var directory: [UInt32] = [0]
    private var buckets = [Bucket(depth: 0, slots: [])]

    init() {}

    /// Makes an index of slots that stand in their order already.
    init(ordered slots: [Slot]) {
        // Half full buckets of equal depth; those that come out too full split as they are filled.
        while slots.count >> depth > Self.bucketLimit / 2, depth < Self.maximumDepth { depth += 1 }
        directory = (0..<UInt32(1 << depth)).map { $0 }
        buckets = directory.map { _ in Bucket(depth: depth, slots: []) }
        for slot in slots {
            insert(slot, at: .last)
        }
    }

    /// The numbers with this prefix, in their order.
    func numbers(of prefix: UInt64) -> [UInt64] {
        let slots = buckets[bucket(of: prefix)].slots
        var position = Self.firstPosition(of: prefix, in: slots)
        var numbers: [UInt64] = []
        while position < slots.count, slots[position].prefix == prefix {
            numbers.append(slots[position].number)
            position += 1
        }
        return numbers
    }

    /// The number of the last slot whose prefix is below this one.
    func last(below prefix: UInt64) -> UInt64? {
        let bucket = bucket(of: prefix)
        let slots = buckets[bucket].slots
        let position = Self.firstPosition(of: prefix, in: slots)
        if position > 0 { return slots[position - 1].number }
        var entry = directoryEntry(of: prefix)
        while entry > 0 {
            entry -= 1
            if let last = buckets[Int(directory[entry])].slots.last, last.prefix < prefix { return last.number }
        }
        return nil
    }

    /// Adds an entry, at its place among those of its prefix.
    /// - Precondition: the entry that it is to stand after is there.
    mutating func insert(_ prefix: UInt64, _ number: UInt64, place: Place) {
        insert(Slot(prefix: prefix, number: number), at: place)
    }

    /// Where an entry goes among those of its prefix.
    enum Place {
        case first
        case after(UInt64)
        case last
    }

    /// Gives an entry another number.
    /// - Returns: whether there was such an entry.
    @discardableResult
    mutating func replace(_ prefix: UInt64, _ number: UInt64, by other: UInt64) -> Bool {
        let bucket = bucket(of: prefix)
        guard let position = position(of: prefix, number, in: bucket) else { return false }
        buckets[bucket].slots[position].number = other
        return true
    }

    /// Takes an entry out.
    /// - Returns: whether there was such an entry.
    @discardableResult
    mutating func remove(_ prefix: UInt64, _ number: UInt64) -> Bool {
        let bucket = bucket(of: prefix)
        guard let position = position(of: prefix, number, in: bucket) else { return false }
        buckets[bucket].slots.remove(at: position)
        count -= 1
        return true
    }

    private mutating func insert(_ slot: Slot, at place: Place) {
        var bucket = bucket(of: slot.prefix)
        while buckets[bucket].slots.count >= Self.bucketLimit, split(bucket) {
            bucket = self.bucket(of: slot.prefix)
        }
        let position: Int
        switch place {
        case .first: position = Self.firstPosition(of: slot.prefix, in: buckets[bucket].slots)
        case .after(let number):
            guard let found = self.position(of: slot.prefix, number, in: bucket) else {
                preconditionFailure("the index lacks the entry after which another is to stand")
            }
            position = found + 1
        case .last: position = Self.endPosition(of: slot.prefix, in: buckets[bucket].slots)
        }
        buckets[bucket].slots.insert(slot, at: position)
        count += 1
    }

    private func directoryEntry(of prefix: UInt64) -> Int {
        depth == 0 ? 0 : Int(prefix >> UInt64(64 - depth))
    }

    private func bucket(of prefix: UInt64) -> Int { Int(directory[directoryEntry(of: prefix)]) }

    private func position(of prefix: UInt64, _ number: UInt64, in bucket: Int) -> Int? {
        let slots = buckets[bucket].slots
        var position = Self.firstPosition(of: prefix, in: slots)
        while position < slots.count, slots[position].prefix == prefix {
            if slots[position].number == number { return position }
            position += 1
        }
        return nil
    }

    /// Cuts a bucket in two by the next bit of its prefixes.
    /// - Returns: `false` where there is no further bit to cut by.
    private mutating func split(_ index: Int) -> Bool {
        let old = buckets[index].depth
        guard old < Self.maximumDepth else { return false }
        if old == depth {
            directory = directory.flatMap { [$0, $0] }
            depth += 1
        }
        let bit: UInt64 = 1 << UInt64(63 - old)
        let slots = buckets[index].slots
        let middle = slots.firstIndex { $0.prefix & bit != 0 } ?? slots.count
        let new = UInt32(buckets.count)
        buckets.append(Bucket(depth: old + 1, slots: Array(slots[middle...])))
        buckets[index] = Bucket(depth: old + 1, slots: Array(slots[..<middle]))
        // The directory's entries of the old bucket are consecutive; the upper half of them is the new one's.
        let bits = depth - old
        let first = (directoryEntry(of: slots[0].prefix) >> bits) << bits
        let width = 1 << bits
        for entry in (first + width / 2)..<(first + width) {
            directory[entry] = new
        }
        return true
    }

    /// The position of the first slot whose prefix is not below `prefix`.
    private static func firstPosition(of prefix: UInt64, in slots: [Slot]) -> Int {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].prefix < prefix { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The position of the first slot whose prefix is above `prefix`.
    private static func endPosition(of prefix: UInt64, in slots: [Slot]) -> Int {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].prefix <= prefix { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
