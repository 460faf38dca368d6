import Formats
import FormatsTestKit
import Identity
import LedgerTestKit

/// Forged chains of validator sets: every subject is sound.
extension ProofVectors {
    private func receipt(_ epochs: [EpochChange], at height: UInt64 = 12) throws -> Receipt {
        try chain.receipt(.entry(entry("k7", [0xFF], at: height)), at: height, epochs: epochs)
    }

    private func receipt(_ header: BlockHeader, _ finalization: QuorumCertificate, _ epochs: [EpochChange]) -> Receipt {
        let state = chain.states[Int(header.executed.height.rawValue)]
        let subject = EntrySubject(name: Self.name("k7"), value: [0xFF], proof: state.proof(of: Self.name("k7")))
        return Receipt(
            suite: .p256, consortium: consortium.genesis.digest, subject: .entry(subject), sealingHeader: header,
            finalization: finalization, epochs: epochs)
    }

    private func changed(
        _ change: EpochChange,
        header: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil,
        validators: EpochValidators? = nil,
        proof: StateProof? = nil
    ) -> EpochChange {
        EpochChange(
            header: header ?? change.header, finalization: finalization ?? change.finalization,
            validators: validators ?? change.validators, proof: proof ?? change.proof)
    }

    private func fewer(_ certificate: QuorumCertificate) throws -> QuorumCertificate {
        try QuorumCertificate(
            derBytes: certificate.bytes(signers: [0, 1], of: 4), limit: QuorumCertificate.maximumByteCount)
    }

    mutating func addForgedEpochs() throws {
        let (first, second) = (changes[0], changes[1])
        add("forged-epochs-missing", try receipt([]))
        add("forged-epochs-first-missing", try receipt([second]))
        add("forged-epochs-second-missing", try receipt([first]))
        add("forged-epochs-order", try receipt([second, first]))
        add("forged-epochs-twice", try receipt([first, first, second]))
        add("forged-epochs-more-than-needed", try receipt(changes, at: 7))
        add("forged-epochs-none-needed", try receipt([first], at: 4))
        add(
            "forged-epochs-too-few-signers",
            try receipt([changed(first, finalization: fewer(first.finalization)), second]))
        let notarize = VoteStatement.notarize(
            first.header.digest(suite: chain.suite), in: first.header.view, epoch: .zero,
            channel: first.header.channel)
        add(
            "forged-epochs-notarization",
            try receipt([changed(first, finalization: chain.certificate(of: notarize, by: chain.teams[0])), second]))
        add(
            "forged-epochs-finalization-of-another",
            try receipt([changed(first, finalization: chain.finalization(of: chain.header(at: 5))), second]))
        add(
            "forged-epochs-signed-by-the-next",
            try receipt([
                changed(first, finalization: chain.finalization(of: first.header, by: chain.teams[1])), second,
            ]))
        add(
            "forged-epochs-proof-of-another-header",
            try receipt([
                changed(first, proof: chain.proof(of: EpochValidators.name(of: Epoch(rawValue: 1)), at: 10)), second,
            ]))
        add("forged-epochs-set-of-another-epoch", try receipt([changed(first, validators: second.validators), second]))
        add("forged-epochs-proof-of-another-entry", try receipt([changed(first, proof: second.proof), second]))
        add(
            "forged-epochs-before-it-was-named",
            try receipt([
                EpochChange(
                    header: chain.header(at: 3), finalization: try chain.finalization(of: chain.header(at: 3)),
                    validators: first.validators, proof: first.proof), second,
            ]))
        let header = chain.header(at: 12)
        let sound = try receipt(changes)
        add(
            "forged-seal-by-an-earlier-set",
            receipt(header, try chain.finalization(of: header, by: chain.teams[1]), changes))
        add("forged-seal-too-few-signers", receipt(header, try fewer(sound.finalization), changes))
        add("forged-seal-of-another", receipt(header, try chain.finalization(of: chain.header(at: 13)), changes))
        let early = chain.header(above: chain.header(at: 9), executing: 9, epoch: Epoch(rawValue: 2))
        add("forged-seal-below-the-first-height", receipt(early, try chain.finalization(of: early), changes))
        let own = chain.header(above: chain.header(at: 11), executing: 12)
        add("forged-seal-own-results", receipt(own, try chain.finalization(of: own), changes))
        let late = chain.header(above: chain.header(at: 5), executing: 5, epoch: .zero)
        add(
            "forged-epochs-named-too-late",
            try receipt([
                EpochChange(
                    header: late, finalization: chain.finalization(of: late), validators: first.validators,
                    proof: chain.states[5].proof(of: EpochValidators.name(of: Epoch(rawValue: 1)))), second,
            ]))
    }

    /// A set of epoch 1 that the chain really names, and that is none.
    private mutating func addSet(_ name: String, _ certificates: [[UInt8]], epoch: UInt64 = 1) throws {
        var chain = ProvenChain(consortium)
        chain.append([(Self.name("k7"), [0xFF])])
        let statement = EpochValidators(
            epoch: Epoch(rawValue: epoch), firstHeight: Height(rawValue: 4), certificates: certificates)
        let members = self.chain.teams[1].members
        chain.append([(EpochValidators.name(of: Epoch(rawValue: epoch)), statement.derBytes)])
        chain.append()
        let change = EpochChange(
            header: chain.header(at: 3), finalization: try chain.finalization(of: chain.header(at: 3)),
            validators: statement,
            proof: chain.proof(of: EpochValidators.name(of: Epoch(rawValue: epoch)), at: 3))
        let header = chain.header(above: chain.header(at: 3), executing: 3, epoch: Epoch(rawValue: epoch))
        let subject = EntrySubject(
            name: Self.name("k7"), value: [0xFF], proof: chain.states[3].proof(of: Self.name("k7")))
        add(
            name,
            Receipt(
                suite: .p256, consortium: consortium.genesis.digest, subject: .entry(subject), sealingHeader: header,
                finalization: try chain.finalization(
                    of: header, by: ProvenChain.Team(statement: statement, members: members)),
                epochs: [change]))
    }

    mutating func addForgedSets() throws {
        let members = chain.teams[1].members
        let certificates = members.map(\.certificate.der)
        let rest = Array(certificates.dropLast())
        // The same with nothing wrong about it, or what follows would show nothing.
        try addSet("valid-set", certificates)
        try addSet("forged-set-epoch-skipped", certificates, epoch: 2)
        let client = try consortium.member("client", department: 3)
        try addSet("forged-set-client", rest + [client.certificate.der])
        try addSet("forged-set-member-twice", rest + [certificates[0]])
        let sameKey = try consortium.member("other", department: 3, role: .validator, key: members[0].key)
        try addSet("forged-set-key-twice", rest + [sameKey.certificate.der])
        let expired = try consortium.member(
            "old", department: 3, role: .validator,
            validity: TestConsortium.createdAt.advanced(by: .seconds(-100))...TestConsortium.createdAt)
        try addSet("forged-set-expired", rest + [expired.certificate.der])
        let stranger = try TestConsortium().member("stranger", department: 3, role: .validator)
        try addSet("forged-set-of-another-authority", rest + [stranger.certificate.der])
        try addSet("forged-set-no-certificate", rest + [[0x30, 0x00]])
    }

    mutating func addForgedAgainstTrust() throws {
        add("trusting-forged-unknown-epoch", try receipt([]))
        let height = chain.header(at: 7)
        let fork = chain.header(above: height, executing: 6)
        add("trusting-forged-fork", receipt(fork, try chain.finalization(of: fork), []))
        add("trusting-forged-fork-from-the-genesis", receipt(fork, try chain.finalization(of: fork), [changes[0]]))
        // Everybody of epoch 0 has signed, and their time is over.
        let old = chain.header(above: chain.header(at: 12), executing: 12, epoch: .zero)
        add("trusting-forged-old-set", receipt(old, try chain.finalization(of: old), []))
        let early = chain.header(above: chain.header(at: 5), executing: 5, epoch: .zero)
        add("trusting-forged-old-set-at-the-change", receipt(early, try chain.finalization(of: early), []))
        try addOtherSuccession()
    }

    /// A chain of the same genesis in which epoch 1 has other validators, as the old ones could make it together.
    private mutating func addOtherSuccession() throws {
        var other = ProvenChain(consortium)
        other.append([(Self.name("k7"), [0xFF])])
        other.name(try other.team("others", of: 1, from: 6))
        for _ in 3...7 as ClosedRange<UInt64> { other.append() }
        let subject = EntrySubject(
            name: Self.name("k7"), value: [0xFF], proof: other.proof(of: Self.name("k7"), at: 7))
        let receipt = try other.receipt(.entry(subject), at: 7, epochs: [other.change(to: 1, by: 4)])
        add("valid-another-succession", receipt)
        add("trusting-forged-another-succession", receipt)
    }
}
