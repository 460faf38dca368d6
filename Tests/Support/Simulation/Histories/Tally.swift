/// What happened in a history, counted by kind.
public struct Tally: Sendable {
    public private(set) var counts: [String: Int] = [:]

    public init() {}

    mutating func count(_ kind: String, _ number: Int = 1) { counts[kind, default: 0] += number }

    public mutating func add(_ other: Tally) {
        for (kind, number) in other.counts {
            counts[kind, default: 0] += number
        }
    }

    public mutating func add(_ kind: String, _ number: Int) { counts[kind, default: 0] += number }
}
