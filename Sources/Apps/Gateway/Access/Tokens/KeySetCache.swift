package import Identity

/// The key sets of identity platforms, by their addresses: when one is used, fetched again, and dropped.
///
/// A value: times are handed in, and whoever drives it fetches. However many tokens name however many keys, one set is
/// fetched at most once in ``AccessLimits/keySetPause``, and never twice at a time. A set that has been fetched
/// replaces the one before as a whole: a key that its platform has withdrawn is gone. A set that can no longer be
/// fetched is used for an hour, then dropped.
package struct KeySetCache<Name: Hashable & Sendable, Key: Sendable>: Sendable {
    /// What to do for a key.
    package enum Lookup {
        /// This is it.
        case key(Key)
        /// Fetch the set, say ``fetched(_:from:at:)`` or ``failed(_:at:)``, and look again.
        case fetch
        /// The set is being fetched: look again when it has been.
        case wait
        /// The set does not have the key, and is not fetched again before this many seconds.
        case unknown(retryAfterSeconds: Int)
        /// There is no set, and none is fetched before this many seconds.
        case unavailable(retryAfterSeconds: Int)
    }

    private struct Entry {
        var keys: [Name: Key]?
        var fetchedAt = Timestamp(milliseconds: 0)
        var attemptedAt: Timestamp?
        var hasFailed = false
        var isFetching = false
        var usedAt = Timestamp(milliseconds: 0)
    }

    private let capacity: Int
    private var entries: [PlatformAddress: Entry] = [:]

    package init(capacity: Int = AccessLimits.keySets) { self.capacity = max(1, capacity) }

    /// How many sets there are, fetched or not.
    package var count: Int { entries.count }

    /// Looks for a key.
    package mutating func lookup(_ name: Name, at address: PlatformAddress, now: Timestamp) -> Lookup {
        guard var entry = entries[address] ?? newEntry() else { return .unavailable(retryAfterSeconds: 1) }
        entry.usedAt = now
        if entry.keys != nil, entry.fetchedAt.advanced(by: AccessLimits.keySetStaleLifetime) <= now {
            entry.keys = nil
        }
        defer { entries[address] = entry }
        let key = entry.keys?[name]
        let isFresh = entry.fetchedAt.advanced(by: AccessLimits.keySetLifetime) > now
        if let key, isFresh || entry.isFetching { return .key(key) }
        if entry.isFetching { return .wait }
        let wait = pause(of: entry, now: now)
        if wait == 0 {
            entry.isFetching = true
            entry.attemptedAt = now
            return .fetch
        }
        if let key { return .key(key) }
        return entry.keys == nil ? .unavailable(retryAfterSeconds: wait) : .unknown(retryAfterSeconds: wait)
    }

    /// Takes a set in, in place of the one before.
    package mutating func fetched(_ keys: [Name: Key], from address: PlatformAddress, at now: Timestamp) {
        guard var entry = entries[address] else { return }
        entry.keys = keys
        entry.fetchedAt = now
        entry.hasFailed = false
        entry.isFetching = false
        entries[address] = entry
    }

    /// Takes note that a set could not be fetched.
    package mutating func failed(_ address: PlatformAddress, at now: Timestamp) {
        entries[address]?.hasFailed = true
        entries[address]?.isFetching = false
        entries[address]?.attemptedAt = now
    }

    /// How many seconds a fetch has to wait; 0 for none.
    private func pause(of entry: Entry, now: Timestamp) -> Int {
        // A clock that was set back keeps nobody waiting.
        guard let attemptedAt = entry.attemptedAt, attemptedAt <= now else { return 0 }
        let pause = entry.hasFailed ? AccessLimits.keySetFailurePause : AccessLimits.keySetPause
        let left = attemptedAt.advanced(by: pause).milliseconds - now.milliseconds
        return left <= 0 ? 0 : Int((left + 999) / 1_000)
    }

    /// An entry for another set; `nil` where all that there are are being fetched.
    private mutating func newEntry() -> Entry? {
        guard entries.count >= capacity else { return Entry() }
        let idle = entries.filter { !$0.value.isFetching }
        guard let oldest = idle.min(by: { $0.value.usedAt < $1.value.usedAt }) else { return nil }
        entries[oldest.key] = nil
        return Entry()
    }
}
