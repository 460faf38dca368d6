/// How much a read model does at a time, and may take.
public struct ReadModelOptions: Sendable {
    /// Most blocks that are carried in together, in one transaction.
    public var blocksPerBatch = 1_024
    /// No further block is added to a batch beyond this many bytes. Large batches are what makes catching up fast: each
    /// page of an index in random order is then written once for several rows.
    public var bytesPerBatch = 64 << 20
    /// Entries of the state that are carried in together where the model is filled from it.
    public var entriesPerBatch = 20_000
    /// The writer's page cache in bytes: what the randomly ordered indexes of a million licences need.
    public var writerCacheBytes = 256 << 20
    /// Pages in the write-ahead log before they are worked into the file: pages that many batches touch are then
    /// written there once.
    public var checkpointPages = 16_384

    public init() {}
}
