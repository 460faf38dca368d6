public import Formats
public import Identity

extension ReferenceChain {
    /// The receipt of a transaction.
    /// - Parameters:
    ///   - height: the block's.
    ///   - index: the transaction's place in it.
    ///   - certificate: the submitter's.
    ///   - seal: the height of the sealing header; the last one by default.
    public func receipt(
        ofTransaction index: Int,
        at height: UInt64,
        certificate: [UInt8],
        sealedBy seal: UInt64? = nil
    ) -> Receipt {
        let block = self[height]
        let seal = seal ?? UInt64(blocks.count)
        let transactions = block.transactions.map(\.derBytes)
        let outcomes = block.outcomes.map(\.derBytes)
        let subject = TransactionSubject(
            transaction: block.transactions[index],
            submitterCertificate: certificate,
            transactionPath: MerkleTree(leaves: transactions, suite: suite).path(to: index),
            outcome: block.outcomes[index],
            outcomePath: MerkleTree(leaves: outcomes, suite: suite).path(to: index),
            header: block.header,
            journalPath: journalPath(to: height, of: seal - 1)
        )
        return receipt(of: .transaction(subject), sealedBy: seal)
    }

    /// The receipt of an entry that is there, or of its absence.
    public func receipt(of name: StateName, sealedBy seal: UInt64? = nil) -> Receipt {
        let seal = seal ?? UInt64(blocks.count)
        let state = self[seal - 1].state
        let proof = state.proof(of: name)
        guard let value = state.values[name] else {
            return receipt(of: .absence(AbsenceSubject(name: name, proof: proof)), sealedBy: seal)
        }
        return receipt(of: .entry(EntrySubject(name: name, value: value, proof: proof)), sealedBy: seal)
    }

    /// The receipt of a trail.
    /// - Parameters:
    ///   - name: where its head stands.
    ///   - elements: all its elements.
    ///   - first: position of the first one that the receipt holds.
    ///   - seal: the height of the sealing header; the last one by default.
    public func receipt(
        ofTrail name: StateName,
        _ elements: [[UInt8]],
        from first: Int = 0,
        sealedBy seal: UInt64? = nil
    ) -> Receipt {
        let seal = seal ?? UInt64(blocks.count)
        let subject = ListSubject(
            name: name,
            preceding: elements.prefix(first).reduce(.empty) { $0.appending($1, suite: suite) },
            elements: Array(elements.dropFirst(first)),
            proof: self[seal - 1].state.proof(of: name)
        )
        return receipt(of: .list(subject), sealedBy: seal)
    }

    /// The receipt of any subject under a header.
    /// - Parameter start: the epoch that its chain of sets begins with.
    public func receipt(
        of subject: ReceiptSubject,
        sealedBy seal: UInt64,
        from start: Epoch = .zero
    ) -> Receipt {
        Receipt(
            suite: .p256,
            consortium: consortium.genesis.digest,
            subject: subject,
            sealingHeader: self[seal].header,
            finalization: self[seal].finalization,
            epochs: changes(from: start, to: self[seal].header.epoch)
        )
    }

    /// The links from one epoch's validators to another's, each proved by the last header before the change.
    public func changes(from start: Epoch, to end: Epoch) -> [EpochChange] {
        guard start < end else { return [] }
        return epochs[Int(start.rawValue) + 1...Int(end.rawValue)].map { next in
            let block = self[next.statement.firstHeight.rawValue - 1]
            return EpochChange(
                header: block.header,
                finalization: block.finalization,
                validators: next.statement,
                proof: self[block.header.executed.height.rawValue].state
                    .proof(of: EpochValidators.name(of: next.statement.epoch))
            )
        }
    }

    /// The step of a light client from the header at one height, or from the genesis, to that at another.
    public func step(from known: UInt64?, to height: UInt64) -> LightClientStep {
        let header = self[height].header
        let executed = header.executed.height.rawValue
        let first = known.map { self[$0].header.executed.height.rawValue } ?? 0
        return LightClientStep(
            suite: .p256,
            consortium: consortium.genesis.digest,
            epochs: changes(from: known.map { self[$0].header.epoch } ?? .zero, to: header.epoch),
            header: header,
            finalization: self[height].finalization,
            consistency: consistency(from: first, to: executed),
            known: known.flatMap { known in
                known > executed
                    ? nil : JournalProof(leaf: self[known].leaf, path: journalPath(to: known, of: executed))
            }
        )
    }

    /// The proof that the journal of one height is the beginning of that of another.
    public func consistency(from first: UInt64, to second: UInt64) -> MerkleConsistency {
        let leaves = journal(second)
        let merkle = ReferenceMerkle(suite: suite)
        return MerkleConsistency(from: first, to: second) { range in
            merkle.root(leaves[Int(range.lowerBound)..<Int(range.upperBound)])
        }
    }

    /// The root of the journal of heights 1 to `height`.
    public func journalRoot(_ height: UInt64) -> Digest {
        ReferenceMerkle(suite: suite).root(journal(height)[...])
    }

    private func journal(_ height: UInt64) -> [Digest] {
        blocks.prefix(Int(height)).map { ReferenceMerkle(suite: suite).leaf($0.leaf.derBytes) }
    }

    private func journalPath(to height: UInt64, of size: UInt64) -> MerklePath {
        MerkleTree(leaves: blocks.prefix(Int(size)).map(\.leaf.derBytes), suite: suite).path(to: Int(height) - 1)
    }
}
