import Formats

/// What the network does to messages. Times are in milliseconds.
public struct SimulatedNetwork: Sendable {
    public var delay = 1...40
    public var loss = 0.0
    public var duplication = 0.0
    /// The side on which each validator is; messages cross no border.
    var sides: [ValidatorIndex: Int] = [:]
    /// Validators that neither send nor receive, though they run.
    var frozen: Set<ValidatorIndex> = []

    func isConnected(_ first: ValidatorIndex, _ second: ValidatorIndex) -> Bool {
        sides[first, default: 0] == sides[second, default: 0]
    }

    /// When the copies of one message arrive: none if it is lost.
    func delays(generator: inout SeededGenerator) -> [Duration] {
        if generator.chance(loss) { return [] }
        let copies = generator.chance(duplication) ? 2 : 1
        return (0..<copies).map { _ in .milliseconds(Int.random(in: delay, using: &generator)) }
    }
}
