import Formats
import Identity

/// Where the keys of one block were found: a block reads most keys that it then writes, and looking one up is a hash
/// and a row at random.
///
/// It lives as long as the state does not change: from one block's beginning to the application of its changes.
final class StateLookups {
    struct Place {
        let key: Digest
        let position: UInt64
        let record: StateRecord
    }

    /// Keys remembered at most, some 300 bytes each: more than a full block of the usual size reads.
    private static let limit = 65_536

    private var places: [StateName: Place] = [:]

    /// Where a name stands in a log, from memory or as `find` finds it.
    func place(
        of name: StateName,
        suite: any CryptoSuite,
        _ find: (Digest) throws -> (position: UInt64, record: StateRecord)
    ) throws -> Place {
        if let known = places[name] { return known }
        let key = name.digest(suite: suite)
        let (position, record) = try find(key)
        let place = Place(key: key, position: position, record: record)
        if places.count < Self.limit { places[name] = place }
        return place
    }
}
