/// The bounds of what a node does for one-things, in one place, each with its reason.
public struct OneThingNodeLimits: Sendable {
    /// Fetches by one department within ``window``. Each is for a step in the department's hand, so nobody pulls more
    /// than their work; the bound is what one department may take of a node's time, 100 a second.
    public var fetchesPerDepartment = 6_000
    /// The time that rates are counted in.
    public var window: Duration = .seconds(60)
    /// Departments whose rates are remembered; a consortium has some twenty.
    public var rememberedRates = 1_000
    /// How long a fetch waits for a block that the caller knows of and this node does not yet.
    public var patience: Duration = .seconds(2)
    /// Callers of one department that wait for notices at a time: its systems, and some people.
    public var waitersPerDepartment = 32
    /// Longest wait for notices. Whoever wants more asks again, from the same place.
    public var longestWait: Duration = .seconds(60)
    /// Notices in one answer.
    public var noticesPerAnswer = 500

    public init() {}
}
