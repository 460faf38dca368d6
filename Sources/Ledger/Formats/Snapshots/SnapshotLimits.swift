/// Every bound of a snapshot's parts, with its reason.
public enum SnapshotLimits {
    /// A chunk's DER is never longer: it has to fit into one frame of the transport, with room for what is around it.
    public static let chunkBytes = 6 << 20
    /// A chunk gets no further part beyond this many bytes. Parts are at most some 1.1 MiB (16 values of 64 KiB, or one
    /// outcome of 1 MiB of events), so no chunk comes near ``chunkBytes``.
    public static let chunkTargetBytes = 2 << 20
    /// A manifest's DER is never longer: room for ``chunkCount`` chunks.
    public static let manifestBytes = 6 << 20
    /// Most chunks of each kind. With 2 MiB each that is a state of 128 GiB; more than one machine keeps.
    public static let chunkCount = 65_536
    /// Most groups of 16 entries in a chunk: 64 twigs.
    public static let groupsPerChunk = 1_024
    /// Most heights in a chunk of the journal: 2 MiB of digests.
    public static let heightsPerJournalChunk = 65_536
    /// Most blocks in a chunk of the window: they cost some 200 bytes each even where they are empty.
    public static let blocksPerWindowChunk = 4_096
}
