/// What the receipt of a trail establishes.
public struct ListFindings: Sendable, Hashable {
    /// Where the trail's head stands.
    public let name: StateName
    /// How many elements the trail has in all.
    public let count: UInt64
    /// The position of the first of ``elements``, from 0; ``count`` where there are none.
    public let first: UInt64
    /// All elements from ``first`` on, in the order in which they were appended.
    public let elements: [[UInt8]]
    /// The trail has had these elements and no others at every height from this one to that as of which the receipt is.
    public let since: Height

    /// Whether the elements are all that the trail has.
    public var isWhole: Bool { first == 0 }
}
