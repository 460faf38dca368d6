/// How messages travel between machines: delayed, lost, doubled, out of order, and not at all across borders.
struct SimulatedNetwork: Sendable {
    /// How a message fares from one machine to another.
    struct Link: Hashable, Sendable {
        let source: Int
        let target: Int
    }

    /// What every link has.
    struct Quality: Sendable {
        /// Least and most, in microseconds; the order of messages is whatever comes of it.
        var delay = 1_000...20_000
        var loss = 0.0
        var duplication = 0.0
    }

    var quality = Quality()
    /// More delay on single links, in microseconds.
    var slowness: [Link: Int] = [:]
    /// Links that let nothing through: the other direction may.
    var cuts: Set<Link> = []

    func isConnected(_ source: Int, _ target: Int) -> Bool {
        cuts.isEmpty || !cuts.contains(Link(source: source, target: target))
    }

    /// After what times copies of a message arrive; none where it is lost.
    func delays(from source: Int, to target: Int, generator: inout SeededGenerator) -> [Duration] {
        guard isConnected(source, target), !generator.chance(quality.loss) else { return [] }
        let count = generator.chance(quality.duplication) ? 2 : 1
        let extra = slowness.isEmpty ? 0 : slowness[Link(source: source, target: target)] ?? 0
        return (0..<count).map { _ in .microseconds(Int.random(in: quality.delay, using: &generator) + extra) }
    }
}
