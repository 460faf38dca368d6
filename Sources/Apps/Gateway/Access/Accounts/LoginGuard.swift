public import Identity

/// Who may try to log in, and who has failed too often.
///
/// A value: times are handed in. Five failures lock a name for fifteen minutes, and a source address likewise; a
/// failure is forgotten fifteen minutes after it. Names that nobody has are counted like those of accounts, so that a
/// lock tells nobody which accounts there are.
///
/// At most ``AccessLimits/loginRecords`` unknown names and as many addresses are remembered. Where all places are
/// taken, further unknown names are locked, which harms nobody; of addresses the one that has failed least is
/// forgotten, for its guesses count at their names all the same, and where every address is locked, further ones are.
public struct LoginGuard: Sendable {
    /// Whether an attempt may be made.
    public enum Decision: Sendable, Hashable {
        case allowed
        /// Not before this many seconds.
        case locked(retryAfterSeconds: Int)
    }

    private struct Record {
        var failures = 0
        var lastFailure: Timestamp
    }

    private let capacity: Int
    /// Names of accounts: as many as there are accounts.
    private var accounts: [String: Record] = [:]
    private var unknownNames: [String: Record] = [:]
    private var addresses: [String: Record] = [:]

    public init(capacity: Int = AccessLimits.loginRecords) { self.capacity = max(1, capacity) }

    /// How many names and addresses are remembered.
    public var count: Int { accounts.count + unknownNames.count + addresses.count }

    /// Asks to make an attempt, which counts as a failure until ``succeeded(name:address:)`` is said: of many attempts
    /// at once no more than five are made.
    /// - Parameters:
    ///   - name: the account's, as it was typed.
    ///   - isKnown: whether there is such an account.
    ///   - address: where the attempt comes from; of IPv6 its first 64 bits.
    ///   - now: the time.
    public mutating func attempt(name: String, isKnown: Bool, address: String, at now: Timestamp) -> Decision {
        let nameRecord =
            isKnown
            ? accounts[name] : unknownNames[name] ?? Self.substitute(in: &unknownNames, capacity, at: now)
        let addressRecord = addresses[address] ?? substituteAddress(at: now)
        let waits = [nameRecord, addressRecord].compactMap { $0.flatMap { Self.wait($0, at: now) } }
        if let longest = waits.max() { return .locked(retryAfterSeconds: longest) }
        if isKnown {
            Self.count(name, in: &accounts, at: now)
        } else {
            Self.count(name, in: &unknownNames, at: now)
        }
        Self.count(address, in: &addresses, at: now)
        return .allowed
    }

    /// Takes note of a success: the account's failures are forgotten; of the address's only this one, which was none.
    public mutating func succeeded(name: String, address: String) {
        accounts[name] = nil
        addresses[address]?.failures -= 1
        if addresses[address]?.failures == 0 { addresses[address] = nil }
    }

    /// The names of accounts that are locked now and until when, for those who operate the node; in their order.
    public func lockouts(at now: Timestamp) -> [(name: String, until: Timestamp)] {
        accounts.compactMap { name, record in
            Self.wait(record, at: now).map { (name, now.advanced(by: .seconds($0))) }
        }.sorted { $0.name < $1.name }
    }

    /// How many seconds a record keeps out; `nil` for none.
    private static func wait(_ record: Record, at now: Timestamp) -> Int? {
        guard record.failures >= AccessLimits.loginFailures else { return nil }
        let left = record.lastFailure.advanced(by: AccessLimits.loginLock).milliseconds - now.milliseconds
        return left > 0 ? Int((left + 999) / 1_000) : nil
    }

    /// Counts a failure, for which there is room.
    private static func count(_ key: String, in records: inout [String: Record], at now: Timestamp) {
        var record = records[key].flatMap { isOver($0, at: now) ? nil : $0 } ?? Record(lastFailure: now)
        record.failures += 1
        record.lastFailure = now
        records[key] = record
    }

    /// What holds for a newcomer where all places are taken by others.
    private static func substitute(
        in records: inout [String: Record], _ capacity: Int, at now: Timestamp
    ) -> Record? {
        guard records.count >= capacity else { return nil }
        removeIdle(in: &records, at: now)
        return records.count < capacity ? nil : Record(failures: AccessLimits.loginFailures, lastFailure: now)
    }

    private mutating func substituteAddress(at now: Timestamp) -> Record? {
        guard addresses.count >= capacity else { return nil }
        Self.removeIdle(in: &addresses, at: now)
        guard addresses.count >= capacity else { return nil }
        let open = addresses.filter { $0.value.failures < AccessLimits.loginFailures }
        let least = open.min {
            ($0.value.failures, $0.value.lastFailure) < ($1.value.failures, $1.value.lastFailure)
        }
        guard let least else { return Record(failures: AccessLimits.loginFailures, lastFailure: now) }
        addresses[least.key] = nil
        return nil
    }

    private static func removeIdle(in records: inout [String: Record], at now: Timestamp) {
        records = records.filter { !isOver($0.value, at: now) }
    }

    private static func isOver(_ record: Record, at now: Timestamp) -> Bool {
        record.lastFailure.advanced(by: AccessLimits.loginLock) <= now
    }
}
