public import Formats

/// What one step of following has come to.
public struct ReadModelStep: Sendable, Hashable {
    /// The model's height now.
    public let height: Height
    /// The source's height when the step began.
    public let sourceHeight: Height
    /// Why the model was begun anew, where it was since the step before.
    public let rebuildReason: String?

    public init(height: Height, sourceHeight: Height, rebuildReason: String?) {
        self.height = height
        self.sourceHeight = sourceHeight
        self.rebuildReason = rebuildReason
    }

    /// Whether nothing was left to carry in.
    public var isCurrent: Bool { height >= sourceHeight }
    /// How many heights the model is behind.
    public var lag: UInt64 { isCurrent ? 0 : sourceHeight.rawValue - height.rawValue }
}

extension ReadModel {
    /// Carries the next blocks in, as many as go together, in one transaction: a crash or cancellation at any instant
    /// leaves the model at a block boundary.
    ///
    /// Where the source's blocks do not reach back to the model, the model is filled from the present state, and its
    /// blocks and transactions begin after that. A model that is ahead of its source, or does not continue to it, is of
    /// another past and is begun anew.
    ///
    /// One caller at a time.
    /// - Throws: ``LedgerError``; with code `readModelDamaged` it is begun anew by ``rebuild(because:)``.
    public func advance(from source: some ReadModelSource) async throws(LedgerError) -> ReadModelStep {
        let (first, last) = try await source.followableHeights()
        if position.height > last.height {
            try restart(because: "it stands at height \(position.height), the ledger at \(last.height)")
        }
        if position.height < last.height {
            if position.height.next < first {
                try await seed(from: source, upTo: last)
            } else {
                try await follow(source)
            }
        }
        return ReadModelStep(
            height: position.height, sourceHeight: last.height, rebuildReason: takeRebuildReason())
    }

    /// Throws the model away and begins it anew: it is filled by the next steps.
    /// - Throws: ``LedgerError`` where the file cannot be deleted or made.
    public func rebuild(because reason: String) throws(LedgerError) {
        try restart(because: reason)
    }

    private func follow(_ source: some ReadModelSource) async throws(LedgerError) {
        let position = position
        let blocks = try await source.followedBlocks(
            from: position.height.next, limit: options.blocksPerBatch, maximumBytes: options.bytesPerBatch)
        guard let next = blocks.first else {
            throw LedgerError(.notFound, "the ledger does not give the block after height \(position.height)")
        }
        guard next.header.parent == position.digest else {
            try restart(because: "its block \(position.height) is not the ledger's")
            return
        }
        try await write { (writer) throws(LedgerError) in
            var position = position
            for block in blocks {
                guard block.header.height == position.height.next, block.header.parent == position.digest else {
                    throw LedgerError(
                        .wrongPredecessor, "block \(block.header.height) does not follow block \(position.height)")
                }
                position = try writer.write(block)
            }
            try writer.move(to: position)
        }
    }

    /// Fills the model from the present state. What changes meanwhile has a larger number and comes again, or comes
    /// with the blocks that are followed from `position` on: in the end every row is as the last block has left it.
    private func seed(from source: some ReadModelSource, upTo position: ReadModelPosition) async throws(LedgerError) {
        let missing = self.position.height.next
        try restart(because: "the ledger's blocks no longer reach back to height \(missing)", isSeeding: true)
        var number: Int64 = 0
        while true {
            let page = try await source.currentValues(after: number, limit: options.entriesPerBatch)
            guard !page.entries.isEmpty else { break }
            number = page.last
            try await write { (writer) throws(LedgerError) in
                try writer.apply(page.entries, of: position)
            }
        }
        try await write { (writer) throws(LedgerError) in
            try writer.finishSeeding(at: position)
        }
    }
}
