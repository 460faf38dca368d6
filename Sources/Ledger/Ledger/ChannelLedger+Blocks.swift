public import Formats

extension ChannelLedger {
    /// The block at a height, `nil` above the head and at height 0.
    /// - Throws: ``LedgerError``.
    public func block(at height: Height) async throws(LedgerError) -> Block? {
        try await store.read { try $0.block(at: height) }
    }

    /// The header at a height, `nil` above the head and at height 0.
    /// - Throws: ``LedgerError``.
    public func header(at height: Height) async throws(LedgerError) -> BlockHeader? {
        try await store.read { try $0.record(at: height)?.header }
    }

    /// The finalization of the block at a height, where it has one of its own.
    /// - Throws: ``LedgerError``.
    public func finalization(at height: Height) async throws(LedgerError) -> QuorumCertificate? {
        try await store.read { try $0.finalization(at: height) }
    }

    /// The first header that is final by a finalization of its own and states the results of a height or a later one;
    /// `nil` where there is none yet.
    /// - Throws: ``LedgerError``.
    public func sealing(
        of height: Height
    ) async throws(LedgerError) -> (header: BlockHeader, finalization: QuorumCertificate)? {
        try await store.read { reader in
            guard let sealing = try reader.sealingHeight(of: height),
                let header = try reader.record(at: sealing)?.header,
                let finalization = try reader.finalization(at: sealing)
            else { return nil }
            return (header, finalization)
        }
    }

    /// The newest finalization on the ledger, with which consensus goes on after a start; `nil` before the first block.
    /// - Throws: ``LedgerError``.
    public func lastFinalization() async throws(LedgerError) -> QuorumCertificate? {
        try await store.read { try $0.lastFinalization() }
    }

    /// Consecutive blocks of one epoch for a peer that catches up, with what proves that they are final.
    /// - Parameters:
    ///   - first: the height after the peer's head.
    ///   - limit: most blocks.
    ///   - maximumBytes: no further block is added beyond this many bytes of DER; there is always one.
    /// - Returns: `nil` where there is nothing from that height on whose finality can be proved.
    /// - Throws: ``LedgerError`` with code `pruned` where these blocks are not here any more: whoever needs them takes
    ///   a snapshot.
    public func blocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> FinalizedRange? {
        guard first > .zero, first <= head.height else { return nil }
        return try await store.read { reader in
            let lowest = max(try reader.firstHeight(), try reader.pruningHorizon().next)
            guard try first >= lowest || first > reader.height() else {
                throw LedgerError(
                    .pruned, "blocks below height \(lowest) are not on this node any more: join by a snapshot")
            }
            var blocks: [Block] = []
            var byteCount = 0
            var height = first
            while blocks.count < min(limit, FinalizedRange.maximumBlockCount), byteCount < maximumBytes,
                try reader.finalizedHeight(from: height) != nil, let block = try reader.block(at: height)
            {
                if let first = blocks.first, block.header.epoch != first.header.epoch { break }
                byteCount += block.derBytes.count
                if !blocks.isEmpty, byteCount > maximumBytes { break }
                blocks.append(block)
                height = height.next
            }
            guard let last = blocks.last?.header.height,
                let final = try reader.finalizedHeight(from: last),
                let finalization = try reader.finalization(at: final)
            else { return nil }
            var headers: [BlockHeader] = []
            while height <= final, headers.count < FinalizedRange.maximumHeaderCount {
                guard let header = try reader.record(at: height)?.header else { return nil }
                headers.append(header)
                height = height.next
            }
            return FinalizedRange(blocks: blocks, headers: headers, finalization: finalization)
        }
    }
}
