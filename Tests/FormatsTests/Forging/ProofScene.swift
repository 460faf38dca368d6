import Formats
import FormatsTestKit
import Identity

/// A chain of three epochs with transactions, entries, a removed entry and two trails, for proofs of every kind.
///
/// Heights 1 to 6 are of epoch 0 and the validators of the genesis, 7 to 10 of epoch 1, 11 to 14 of epoch 2.
struct ProofScene: Sendable {
    /// The scene that tests share: making one takes a second.
    static let shared = Result { try ProofScene(ReferenceConsortium()) }
    /// The same story in another consortium, and in another channel of the same.
    static let elsewhere = Result { try ProofScene(ReferenceConsortium()) }
    static let otherChannel = Result { try ProofScene(shared.get().consortium.founding(channel: "other")) }

    let consortium: ReferenceConsortium
    let alice: MemberIdentity
    let chain: ReferenceChain
    /// The elements of the trail ``trail``.
    let elements: [[UInt8]]

    static let present = StateName(contract: "notes", key: [1])
    static let other = StateName(contract: "notes", key: [2])
    static let removed = StateName(contract: "notes", key: [3])
    static let absent = StateName(contract: "notes", key: [99])
    static let trail = StateName(contract: "notes", key: Array("trail".utf8) + [0])
    static let emptyTrail = StateName(contract: "notes", key: Array("empty".utf8) + [0])

    var genesis: Genesis { consortium.genesis }

    init(_ consortium: ReferenceConsortium) throws {
        self.consortium = consortium
        let alice = try consortium.member("alice")
        var chain = ReferenceChain(consortium)
        var head = TrailHead.empty
        var elements: [[UInt8]] = []
        for height in 1...14 as ClosedRange<UInt64> {
            let transactions = try (0..<3 as Range<UInt64>).map { index in
                try Self.transaction(height << 8 | index, by: alice, consortium)
            }
            var changes = Self.changes(at: height)
            if height < 6 {
                elements.append([UInt8(height)] + Array("element".utf8))
                head = head.appending(elements[elements.count - 1], suite: consortium.suite)
                changes.append((Self.trail, head.derBytes))
            }
            if height == 3 {
                let validators =
                    try [consortium.validators[1], consortium.validators[0]]
                    + (2..<4).map { try consortium.member("node-2", department: $0, role: .validator) }
                changes.append(chain.name(validators, from: 7))
            }
            if height == 8 {
                let validators = try (0..<5).map { index in
                    try consortium.member("node-3-\(index)", department: index % 4, role: .validator)
                }
                changes.append(chain.name(validators, from: 11))
            }
            let rejection = Rejection(call: 0, code: "refused", message: "this call is always refused")
            try chain.append(transactions, rejecting: height == 1 ? [2: rejection] : [:], writing: changes)
        }
        guard chain[3].state.leaves.count > StateTwig.entryCount else {
            throw ReferenceError("the log has one twig only, so nothing above it is tested")
        }
        self.alice = alice
        self.chain = chain
        self.elements = elements
    }

    /// What a height writes, apart from trails and validators: enough that the log has more than one twig.
    private static func changes(at height: UInt64) -> [(name: StateName, value: [UInt8]?)] {
        switch height {
        case 1:
            return [(present, [10]), (other, [20]), (removed, [30])]
        case 2:
            return (0..<250 as Range<UInt8>).map { (StateName(contract: "filling", key: [$0]), [$0]) }
        case 4:
            return [(present, [11]), (removed, nil)]
        default:
            return [(StateName(contract: "heights", key: [UInt8(height)]), [1])]
        }
    }

    static func transaction(
        _ number: UInt64,
        by member: MemberIdentity,
        _ consortium: ReferenceConsortium,
        lastValidHeight: Height = Height(rawValue: 1_000)
    ) throws -> Transaction {
        let key = (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * min($0, 7))) }
        guard let idempotencyKey = IdempotencyKey(key) else { throw ReferenceError("a key has 16 bytes") }
        let body = TransactionBody(
            channel: consortium.genesis.channel,
            submitter: member.certificate.publicKey.identifier,
            idempotencyKey: idempotencyKey,
            lastValidHeight: lastValidHeight,
            calls: [Call(contract: "notes", method: "put", arguments: key)]
        )
        return try body.signed(with: member.key, suite: consortium.suite)
    }

    // Sound proofs. Those of heights up to 6 need the validators of the genesis only.

    func transaction(_ index: Int = 1, at height: UInt64 = 3, sealedBy seal: UInt64 = 6) -> Receipt {
        chain.receipt(ofTransaction: index, at: height, certificate: alice.certificate.der, sealedBy: seal)
    }

    func entry(_ name: StateName = present, sealedBy seal: UInt64 = 6) -> Receipt {
        chain.receipt(of: name, sealedBy: seal)
    }

    func absence(_ name: StateName = absent, sealedBy seal: UInt64 = 6) -> Receipt {
        chain.receipt(of: name, sealedBy: seal)
    }

    func list(from first: Int = 0, sealedBy seal: UInt64 = 6) -> Receipt {
        chain.receipt(ofTrail: Self.trail, Array(elements.prefix(Int(seal) - 1)), from: first, sealedBy: seal)
    }

    var emptyList: Receipt { chain.receipt(ofTrail: Self.emptyTrail, [], sealedBy: 6) }
}
