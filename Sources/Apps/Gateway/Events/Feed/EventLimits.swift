/// How much a feed reads and holds at a time. Each reader has a page of its own and nothing besides, so that what a
/// feed costs is what its readers ask for; the newest blocks all share.
public struct EventLimits: Sendable, Equatable {
    /// Most events of one page; a question for more gets these.
    public var eventsPerPage = 256
    /// Most blocks that are looked through for one page, whether or not anything in them is asked for. A page then ends
    /// where they do, so that whoever asks for what is rare hears how far it is.
    public var blocksPerPage = 512
    /// Most blocks that are read at once.
    public var blocksPerRead = 64
    /// No further block is read beyond this many bytes of transactions, outcomes and changes; a block is always whole.
    public var bytesPerRead = 4 << 20
    /// Most of the newest blocks whose events are kept for all readers: at some blocks a second, seconds in which
    /// readers may come after one another.
    public var sharedBlockCount = 32
    /// Most events of them, some 16 MB.
    public var sharedEventCount = 16_384
    /// After how long without an event a stream says that there is none.
    public var quietTime = Duration.seconds(15)

    public init() {}
}
