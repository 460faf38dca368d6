import Formats
import FormatsTestKit
import Identity
import LedgerTestKit

/// Steps of a light client. Those named `valid-1` and so on are taken in their order, from the genesis; one named
/// `forged-2-…` is tried in place of `valid-2`, after those before it; those named `trusting-…` begin with what is
/// trusted.
extension ProofVectors {
    private func step(
        to header: BlockHeader,
        from known: BlockHeader?,
        epochs: [EpochChange] = [],
        finalization: QuorumCertificate? = nil,
        consistency: MerkleConsistency? = nil,
        proof: JournalProof?
    ) throws -> LightClientStep {
        LightClientStep(
            suite: .p256, consortium: consortium.genesis.digest, epochs: epochs, header: header,
            finalization: try finalization ?? chain.finalization(of: header),
            consistency: consistency
                ?? chain.consistency(
                    from: known?.executed.height.rawValue ?? 0, to: header.executed.height.rawValue),
            known: proof)
    }

    /// From one height to another of the chain.
    private func step(_ first: UInt64?, _ second: UInt64, epochs: [EpochChange] = []) throws -> LightClientStep {
        let header = chain.header(at: second)
        let executed = header.executed.height.rawValue
        return try step(
            to: header, from: first.map(chain.header(at:)), epochs: epochs,
            proof: first.flatMap { $0 <= executed ? chain.journalProof(of: $0, in: executed) : nil })
    }

    mutating func addSteps() throws {
        add("valid-1", try step(nil, 2))
        add("valid-2", try step(2, 5))
        add("valid-3", try step(5, 7, epochs: [changes[0]]))
        add("valid-4", try step(7, 13, epochs: [changes[1]]))
        add("valid-5", try step(13, 14))
        add("trusting-valid-1", try step(8, 10))
        add("trusting-valid-2-epochs", try step(8, 12, epochs: [changes[1]]))
    }

    mutating func addForgedSteps() throws {
        let second = try step(2, 5)
        let header = second.header
        let known = chain.header(at: 2)
        let nodes = second.consistency.nodes
        add("forged-1-backwards-epoch", try step(nil, 7))
        add("forged-1-known", try step(to: chain.header(at: 2), from: nil, proof: chain.journalProof(of: 1, in: 1)))
        add(
            "forged-1-consistency",
            try step(to: chain.header(at: 2), from: nil, consistency: second.consistency, proof: nil))
        add("forged-2-again", try step(nil, 2))
        add("forged-2-below", try step(nil, 1))
        add("forged-2-consistency-from-nothing", try step(to: header, from: nil, proof: second.known))
        if let first = nodes.first {
            for (name, changed) in [
                ("sibling", [chain.suite.digest(of: first.bytes)] + nodes.dropFirst()),
                ("short", Array(nodes.dropLast())),
                ("long", nodes + [first]),
            ] {
                let consistency = try MerkleConsistency(nodes: changed)
                add(
                    "forged-2-consistency-\(name)",
                    try step(to: header, from: known, consistency: consistency, proof: second.known))
            }
        }
        add("forged-2-known-missing", try step(to: header, from: known, proof: nil))
        add(
            "forged-2-known-of-another-height",
            try step(to: header, from: known, proof: chain.journalProof(of: 3, in: 4)))
        add(
            "forged-2-known-in-another-journal",
            try step(to: header, from: known, proof: chain.journalProof(of: 2, in: 3)))
        add(
            "forged-2-seal-of-another",
            try step(
                to: header, from: known, finalization: chain.finalization(of: chain.header(at: 4)), proof: second.known)
        )
        add(
            "forged-2-seal-by-strangers",
            try step(
                to: header, from: known, finalization: chain.finalization(of: header, by: chain.teams[1]),
                proof: second.known))
        let fork = chain.header(above: chain.header(at: 1), executing: 0)
        add("forged-2-fork", try step(to: fork, from: nil, proof: nil))
        add("forged-3-epoch-missing", try step(5, 7))
        add("forged-3-epoch-twice", try step(5, 7, epochs: [changes[0], changes[0]]))
        let shrunk = chain.header(above: chain.header(at: 5), executing: 3)
        add(
            "forged-3-journal-shrinks",
            try step(
                to: shrunk, from: chain.header(at: 3), epochs: [changes[0]], proof: nil))
        let old = chain.header(above: chain.header(at: 12), executing: 12, epoch: .zero)
        add(
            "forged-4-old-epoch",
            try step(
                to: old, from: chain.header(at: 7), proof: chain.journalProof(of: 7, in: 12)))
        try addForkedJournal()
        add("trusting-forged-1-below", try step(nil, 4))
    }

    /// A later header that stands on another block 2 than the one that is known.
    private mutating func addForkedJournal() throws {
        var other = ProvenChain(consortium)
        other.append()
        other.append([(Self.name("k7"), [1])])
        for _ in 3...5 as ClosedRange<UInt64> { other.append() }
        let header = other.header(at: 5)
        let step = LightClientStep(
            suite: .p256, consortium: consortium.genesis.digest, header: header,
            finalization: try other.finalization(of: header),
            consistency: other.consistency(from: 1, to: 4), known: other.journalProof(of: 2, in: 4))
        add("forged-2-another-past", step)
    }
}

extension MerkleConsistency {
    /// A proof of any nodes, by way of its DER: only one that was parsed may be wrong.
    fileprivate init(nodes: [Digest]) throws {
        let list = nodes.reduce(into: [UInt8]()) { $0 += [0x04, 0x20] + $1.bytes }
        guard list.count < 0x80 else { throw TestKitError("the proof is of few nodes") }
        let count = UInt8(list.count)
        try self.init(derBytes: [0x30, count + 2, 0x30, count] + list, limit: 1_024)
    }
}
