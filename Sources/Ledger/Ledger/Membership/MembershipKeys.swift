import Formats

/// Where the contract `membership` keeps what.
enum MembershipKeys {
    /// The number of the latest epoch that has been announced; nothing before the first change.
    static let latest = StateKey("latest")

    /// Open proposals and the number that the next one gets.
    static let proposals = StateKey("proposals")

    /// The validators of an epoch. The format is fixed: light clients verify it.
    static func validators(of epoch: Epoch) -> StateKey { StateKey(EpochValidators.name(of: epoch).key) }

    /// Who belongs to an epoch besides, and where all of them listen.
    static func members(of epoch: Epoch) -> StateKey { StateKey("members", bytes(of: epoch.rawValue)) }

    /// An open proposal.
    static func proposal(_ number: UInt64) -> StateKey { StateKey("proposal", bytes(of: number)) }

    private static func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
