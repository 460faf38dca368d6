import Formats
import FormatsTestKit
import Identity
import LedgerTestKit

/// The files of `Tests/Vectors/proofs`: receipts of the state and of later epochs, and steps of a light client, sound
/// and forged. Everything is made anew, keys included, so they are written together or not at all.
///
/// The chain has fourteen blocks. Block 1 writes 300 entries, so that the state has two twigs; blocks 3 and 8 name the
/// validators of epochs 1 and 2, which begin with heights 6 and 11.
struct ProofVectors {
    /// By the name of the file.
    private(set) var files: [(name: String, bytes: [UInt8])] = []

    let chain: ProvenChain
    let consortium: TestConsortium
    /// The change to epoch 1 and that to epoch 2.
    let changes: [EpochChange]
    /// Set and header of epoch 1, as a verifier keeps them.
    let trusted: TrustedValidators

    static let trail = StateName(contract: "notes", key: Array("trail".utf8))
    static let elements: [[UInt8]] = [[0x30, 0x00], [], [0x30, 0x03, 0x02, 0x01, 0x07]]

    static func name(_ key: String) -> StateName { StateName(contract: "notes", key: Array(key.utf8)) }

    init() throws {
        consortium = try TestConsortium()
        chain = try Self.chain(of: consortium)
        changes = [try chain.change(to: 1, by: 4), try chain.change(to: 2, by: 9)]
        trusted = TrustedValidators(
            suite: .p256, consortium: consortium.genesis.digest, validators: changes[0].validators,
            authenticatedAt: changes[0].header.timestamp, header: chain.header(at: 8))
        files.append(("genesis.der", consortium.genesis.document.derBytes))
        files.append(("trusted.der", trusted.derBytes))
        try addSound()
        try addForgedEntries()
        try addForgedAbsences()
        try addForgedLists()
        try addForgedEpochs()
        try addForgedSets()
        try addForgedAgainstTrust()
        try addSteps()
        try addForgedSteps()
    }

    mutating func add(_ name: String, _ receipt: Receipt) {
        files.append(("\(name).receipt", receipt.derBytes))
    }

    mutating func add(_ name: String, _ step: LightClientStep) {
        files.append(("\(name).step", step.derBytes))
    }

    private static func chain(of consortium: TestConsortium) throws -> ProvenChain {
        var chain = ProvenChain(consortium)
        let head = elements.reduce(TrailHead.empty) { $0.appending($1, suite: consortium.suite) }
        var first: [(name: StateName, value: [UInt8]?)] = (0..<300).map { (name("k\($0)"), [UInt8($0 & 0xFF)]) }
        first += [(name("empty"), []), (name("gone"), [1]), (trail, head.derBytes)]
        chain.append(first)
        // One key is changed, one removed, one comes into the ring between others.
        chain.append([(name("k7"), [0xFF]), (name("gone"), nil), (name("late"), [2])])
        chain.name(try chain.team("first", of: 1, from: 6))
        for _ in 4...7 as ClosedRange<UInt64> { chain.append() }
        chain.name(try chain.team("second", of: 2, from: 11))
        for _ in 9...14 as ClosedRange<UInt64> { chain.append([(name("k1"), [UInt8(chain.height)])]) }
        return chain
    }

    // MARK: Sound

    func entry(_ key: String, _ value: [UInt8], at height: UInt64 = 4) -> EntrySubject {
        EntrySubject(name: Self.name(key), value: value, proof: chain.proof(of: Self.name(key), at: height))
    }

    func absence(_ key: String, at height: UInt64 = 4) -> AbsenceSubject {
        AbsenceSubject(name: Self.name(key), proof: chain.proof(of: Self.name(key), at: height))
    }

    func list(from first: Int = 0, at height: UInt64 = 4) -> ListSubject {
        let preceding = Self.elements.prefix(first).reduce(TrailHead.empty) {
            $0.appending($1, suite: chain.suite)
        }
        return ListSubject(
            name: Self.trail, preceding: preceding, elements: Array(Self.elements.dropFirst(first)),
            proof: chain.proof(of: Self.trail, at: height))
    }

    /// Names that were never written, one for each kind of place in the ring.
    private func absentNames() throws -> [(place: String, key: String)] {
        let ring = chain.state(under: 4).ring
        var found: [String: String] = [:]
        for number in 0..<100_000 where found.count < 3 {
            let digest = Self.name("absent\(number)").digest(suite: chain.suite)
            let place = digest < ring[1].key ? "first" : ring[ring.count - 1].key < digest ? "last" : "between"
            if found[place] == nil { found[place] = "absent\(number)" }
        }
        return found.sorted { $0.key < $1.key }.map { (place: $0.key, key: $0.value) }
    }

    private mutating func addSound() throws {
        add("valid-entry", try chain.receipt(.entry(entry("k7", [0xFF])), at: 4))
        add("valid-entry-of-the-first-twig", try chain.receipt(.entry(entry("k0", [0])), at: 4))
        add("valid-entry-without-octets", try chain.receipt(.entry(entry("empty", [])), at: 4))
        add("valid-entry-before-it-changed", try chain.receipt(.entry(entry("k7", [7], at: 2)), at: 2))
        add("valid-absence-removed", try chain.receipt(.absence(absence("gone")), at: 4))
        add("valid-absence-of-an-empty-state", try chain.receipt(.absence(absence("k7", at: 1)), at: 1))
        for (place, key) in try absentNames() {
            add("valid-absence-\(place)", try chain.receipt(.absence(absence(key)), at: 4))
        }
        add("valid-list", try chain.receipt(.list(list()), at: 4))
        add("valid-list-from-a-place", try chain.receipt(.list(list(from: 2)), at: 4))
        add("valid-list-after-its-end", try chain.receipt(.list(list(from: 3)), at: 4))
        let name = Self.name("no trail")
        let empty = ListSubject(name: name, elements: [], proof: chain.proof(of: name, at: 4))
        add("valid-list-empty", try chain.receipt(.list(empty), at: 4))
        add("valid-epoch-1", try chain.receipt(.entry(entry("k7", [0xFF], at: 7)), at: 7, epochs: [changes[0]]))
        add("valid-epoch-2", try chain.receipt(.entry(entry("k7", [0xFF], at: 12)), at: 12, epochs: changes))
        add("valid-epoch-2-absence", try chain.receipt(.absence(absence("gone", at: 12)), at: 12, epochs: changes))
        add("valid-epoch-2-list", try chain.receipt(.list(list(at: 12)), at: 12, epochs: changes))
        // With what is trusted, the way from the genesis is not needed, and does no harm.
        add("trusting-valid-epoch-1", try chain.receipt(.entry(entry("k7", [0xFF], at: 7)), at: 7))
        add("trusting-valid-epoch-1-itself", try chain.receipt(.entry(entry("k7", [0xFF], at: 8)), at: 8))
        add("trusting-valid-epoch-2", try chain.receipt(.list(list(at: 12)), at: 12, epochs: [changes[1]]))
        add("trusting-valid-from-the-genesis", try chain.receipt(.list(list(at: 12)), at: 12, epochs: changes))
        add("trusting-valid-earlier", try chain.receipt(.entry(entry("k7", [0xFF])), at: 4))
    }
}
