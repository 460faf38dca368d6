/// What the receipt of a trail establishes.
public struct ListFindings: Sendable, Hashable {
    /// Where the trail's head stands.
    public let name: StateName
    /// The trail's head: what a later receipt may begin after.
    public let head: TrailHead
    /// The position of the first of ``elements``, from 0; ``count`` where there are none.
    public let first: UInt64
    /// All elements from ``first`` on, in the order in which they were appended.
    public let elements: [[UInt8]]
    /// The trail has had these elements and no others at every height from this one, which appended the last one, to
    /// that as of which the receipt is; of a trail that was always empty, from the beginning.
    public let since: Height

    /// How many elements the trail has in all.
    public var count: UInt64 { head.count }

    /// Whether the elements are all that the trail has.
    public var isWhole: Bool { first == 0 }
}
