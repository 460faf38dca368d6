import Formats
import Identity

extension LedgerReader {
    /// A finalised header with the state that it vouches for.
    private struct SealedState {
        let header: BlockHeader
        let finalization: QuorumCertificate
        let view: StateView
    }

    func receipt(of name: StateName, asOf height: Height?) throws -> Receipt {
        let sealed = try sealedState(asOf: height)
        let proof = try stateProof(of: name, in: sealed.view)
        guard let value = try value(of: name, in: sealed.view) else {
            return try receipt(.absence(AbsenceSubject(name: name, proof: proof)), sealed)
        }
        return try receipt(.entry(EntrySubject(name: name, value: value, proof: proof)), sealed)
    }

    func receipt(ofTrail name: StateName, after preceding: TrailHead) throws -> Receipt {
        let sealed = try sealedState(asOf: nil)
        let proof = try stateProof(of: name, in: sealed.view)
        let head = try value(of: name, in: sealed.view).map { bytes in
            try TrailHead(derBytes: bytes, limit: EntrySubject.maximumValueByteCount)
        }
        let count = head?.count ?? 0
        guard preceding.count <= count else {
            throw LedgerError(
                .notFound, "the list has \(count) elements at height \(sealed.view.height), not \(preceding.count)")
        }
        var elements: [[UInt8]] = []
        var byteCount = 0
        for index in preceding.count..<count {
            let key = StateName(contract: name.contract, key: TrailKey.elementKey(head: name.key, index: index))
            guard let element = try value(of: key, in: sealed.view) else {
                throw LedgerError(.corrupted, "a list has lost element \(index); restore a backup")
            }
            byteCount += element.count + 4
            guard elements.count < ListSubject.maximumElementCount, byteCount < Receipt.maximumByteCount / 2 else {
                throw LedgerError(
                    .tooLong,
                    """
                    the list has \(count - preceding.count) elements after the first \(preceding.count), more than one \
                    receipt holds: read on first, and ask for a receipt after the head that you have got to
                    """
                )
            }
            elements.append(element)
        }
        return try receipt(
            .list(ListSubject(name: name, preceding: preceding, elements: elements, proof: proof)), sealed)
    }

    private func receipt(_ subject: ReceiptSubject, _ sealed: SealedState) throws -> Receipt {
        Receipt(
            suite: genesis.document.suite,
            consortium: genesis.digest,
            subject: subject,
            sealingHeader: sealed.header,
            finalization: sealed.finalization,
            epochs: try epochChanges(from: .zero, to: sealed.header.epoch)
        )
    }

    /// The first state from `height` on that a finalised header vouches for, or one before it that no block up to
    /// `height` has changed: at rest, nobody vouches for the sealing block itself. `nil` for the newest.
    private func sealedState(asOf height: Height?) throws -> SealedState {
        let sealing =
            try height.map { height in
                try sealingHeight(of: height) ?? sealingHeight(of: lastBusyHeight(upTo: height))
            } ?? newestFinalizedHeight()
        guard let sealing, let header = try record(at: sealing)?.header,
            let finalization = try finalization(at: sealing)
        else {
            throw LedgerError(
                .notSealed,
                "no finalised header vouches for the state at height \(height ?? .zero) yet: ask again later"
            )
        }
        return SealedState(
            header: header, finalization: finalization, view: try stateView(at: header.executed.height))
    }

    private func value(of name: StateName, in view: StateView) throws -> [UInt8]? {
        let key = name.digest(suite: genesis.suite)
        let record = try entry(for: key, size: view.tree.size).record
        guard record.leaf.key == key, record.leaf.value != .zero else { return nil }
        return try change(number: record.valueNumber).value
    }
}
