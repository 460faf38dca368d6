/// What has happened, in words for whoever replays a seed, and as a digest for whoever compares two runs.
struct Trace {
    /// The last lines; none unless somebody reads them.
    private var lines: [String] = []
    private var next = 0
    private let capacity: Int
    private(set) var digest = Checksum()

    /// - Parameter capacity: most lines kept; 0 for none.
    init(capacity: Int) { self.capacity = capacity }

    mutating func note(_ words: UInt64...) {
        for word in words {
            digest.mix(word)
        }
    }

    /// Keeps a line, if lines are kept.
    mutating func say(_ line: @autoclosure () -> String) {
        guard capacity > 0 else { return }
        if lines.count < capacity {
            lines.append(line())
        } else {
            lines[next] = line()
            next = (next + 1) % capacity
        }
    }

    var text: [String] { Array(lines[next...] + lines[..<next]) }
}
