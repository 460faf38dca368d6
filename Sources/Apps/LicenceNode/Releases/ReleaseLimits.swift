/// The bounds of what a node releases and presents, in one place, each with its reason.
public struct ReleaseLimits: Sendable {
    /// Releases to one department within ``window``: a counter needs a few, a bulk pull thousands.
    public var releasesPerDepartment = 600
    /// Presentations of one licence within ``window``: a holder shows a licence again when a code has expired.
    public var presentationsPerLicence = 20
    /// The time that rates are counted in.
    public var window: Duration = .seconds(60)
    /// Departments and licences whose rates are remembered; the oldest window is forgotten first.
    public var rememberedRates = 10_000
    /// Presentations that have not expired: at most ten minutes of them.
    public var livePresentations = 10_000
    /// Scans of one presentation that wait for the holder. Whoever scans beyond it is refused.
    public var waitingScans = 4

    public init() {}
}
