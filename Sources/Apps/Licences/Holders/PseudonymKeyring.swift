public import Formats
public import Identity

/// The consortium's pseudonym keys (持证主体假名密钥), one for each key epoch, the newest of which makes new pseudonyms.
///
/// A pseudonym is the HMAC, by the consortium's suite, of the holder's kind and number: HMAC-SHA256, or HMAC-SM3
/// (GB/T 15852.2). Older epochs stay, because what is on a ledger under them stays; whoever looks for a holder asks
/// under every epoch.
///
/// The keyring is shared by the departments that issue licences or identify holders, over a way of their own, and never
/// goes on a ledger.
public struct PseudonymKeyring: Sendable, Equatable {
    /// The key of one epoch.
    public struct Epoch: Sendable, Equatable {
        /// From 1; each is one more than the one before.
        public let number: UInt32
        public let key: PseudonymKey
        /// When the key was made.
        public let begins: Timestamp

        public init(number: UInt32, key: PseudonymKey, begins: Timestamp) {
            (self.number, self.key, self.begins) = (number, key, begins)
        }
    }

    /// More epochs than a consortium that renews its key every year has in its life.
    public static let maximumEpochCount = 64

    /// The digest of the genesis that the keys belong to.
    public let consortium: Digest
    public let suite: CryptoSuiteIdentifier
    /// In order of their numbers; never empty.
    public let epochs: [Epoch]

    /// A keyring with the first epoch's key.
    public init(genesis: Genesis, key: PseudonymKey = PseudonymKey(), begins: Timestamp) {
        consortium = genesis.digest
        suite = genesis.suite.identifier
        epochs = [Epoch(number: 1, key: key, begins: begins)]
    }

    /// - Throws: ``LicenceError`` with code `wrongKeyring` where the epochs are not numbered from 1 in order of time.
    init(consortium: Digest, suite: CryptoSuiteIdentifier, epochs: [Epoch]) throws(LicenceError) {
        guard !epochs.isEmpty, epochs.count <= Self.maximumEpochCount,
            zip(epochs, 1...).allSatisfy({ $0.number == UInt32($1) }),
            zip(epochs, epochs.dropFirst()).allSatisfy({ $0.begins <= $1.begins && $0.key != $1.key })
        else {
            throw LicenceError(
                .wrongKeyring,
                "the keyring's epochs are not 1 to \(Self.maximumEpochCount) in order, each with a key of its own")
        }
        (self.consortium, self.suite, self.epochs) = (consortium, suite, epochs)
    }

    /// The same keyring with one epoch more, under whose key new pseudonyms are made from now on.
    /// - Throws: ``LicenceError`` with code `wrongKeyring` where there is no room for another epoch, the key is one of
    ///   an earlier epoch, or `time` is before the newest epoch.
    public func rotated(to key: PseudonymKey = PseudonymKey(), at time: Timestamp) throws(LicenceError) -> Self {
        let next = Epoch(number: newest.number + 1, key: key, begins: time)
        guard !epochs.contains(where: { $0.key == key }) else {
            throw LicenceError(.wrongKeyring, "the key is one of an earlier epoch: make a new one")
        }
        return try PseudonymKeyring(consortium: consortium, suite: suite, epochs: epochs + [next])
    }

    /// Checks that the keys are those of `genesis`' consortium.
    /// - Throws: ``LicenceError`` with code `wrongKeyring`.
    public func check(against genesis: Genesis) throws(LicenceError) {
        guard consortium == genesis.digest, suite == genesis.suite.identifier else {
            throw LicenceError(
                .wrongKeyring,
                "the pseudonym keys are those of the consortium \(consortium.shortDescription), not of "
                    + genesis.digest.shortDescription,
                found: consortium.description, expected: genesis.digest.description
            )
        }
    }

    /// The newest epoch.
    public var newest: Epoch { epochs[epochs.count - 1] }

    /// The holder's pseudonym of the newest epoch: the one that goes on the ledger from now on.
    public func pseudonym(of holder: HolderCode) -> HolderPseudonym { pseudonym(of: holder, in: newest) }

    /// The holder's pseudonyms of all epochs, the newest first: whatever a ledger has about the holder is under these.
    public func pseudonyms(of holder: HolderCode) -> [HolderPseudonym] {
        epochs.reversed().map { pseudonym(of: holder, in: $0) }
    }

    /// The holder of a pseudonym among candidates (假名解析). A pseudonym is a keyed digest: nobody computes the number
    /// from it, and whoever has the keys can try numbers. The ledger has to know of it before (``ResolutionUse``).
    /// - Throws: ``LicenceError`` with code `wrongKeyring` where the keyring has no key of the pseudonym's epoch.
    public func holder(
        of pseudonym: HolderPseudonym, among candidates: some Sequence<HolderCode>
    ) throws(LicenceError) -> HolderCode? {
        let epoch = try epoch(of: pseudonym)
        return candidates.first { self.pseudonym(of: $0, in: epoch) == pseudonym }
    }

    /// The epoch that a pseudonym was made in.
    /// - Throws: ``LicenceError`` with code `wrongKeyring` where the keyring does not have it.
    @discardableResult
    public func epoch(of pseudonym: HolderPseudonym) throws(LicenceError) -> Epoch {
        guard let epoch = epochs.first(where: { $0.number == pseudonym.epoch }) else {
            throw LicenceError(
                .wrongKeyring,
                "the pseudonym is of epoch \(pseudonym.epoch), and the keyring has epochs 1 to \(newest.number): "
                    + "get the consortium's newest",
                found: "\(pseudonym.epoch)", expected: "1 to \(newest.number)")
        }
        return epoch
    }

    private func pseudonym(of holder: HolderCode, in epoch: Epoch) -> HolderPseudonym {
        let input = PseudonymInput(epoch: epoch.number, holder: holder)
        return HolderPseudonym(
            epoch: epoch.number,
            digest: suite.suite.authenticationCode(of: input.derBytes, key: epoch.key.bytes))
    }
}

extension PseudonymKeyring: CustomStringConvertible {
    public var description: String { "pseudonym keys of epochs 1 to \(newest.number)" }
}

extension LicenceError.Code {
    /// The pseudonym keys are another consortium's, or not in order.
    public static let wrongKeyring = Self(rawValue: "wrongKeyring")
}
