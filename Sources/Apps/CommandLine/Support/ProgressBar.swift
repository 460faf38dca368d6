import Foundation

/// A line on standard error that shows how far something is, on a terminal and for what takes over two seconds only.
struct ProgressBar {
    /// Nothing shorter is worth a line.
    private static let delay: Duration = .seconds(2)
    /// Ten times a second is as often as anybody sees.
    private static let interval: Duration = .milliseconds(100)
    private static let width = 30

    private let title: Phrase
    private let total: Int
    private let language: Language
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    /// - Parameters:
    ///   - title: what is going on.
    ///   - total: how much there is to do.
    ///   - console: where the command speaks.
    init(_ title: Phrase, total: Int, console: Console) {
        self.title = title
        self.total = total
        language = console.language
        isShown = Terminal.standardErrorIsTerminal
    }

    /// Shows that `count` of the total are done.
    mutating func update(_ count: Int) {
        let now = ContinuousClock.now
        guard isShown, now - start >= Self.delay, lastDrawn.map({ now - $0 >= Self.interval }) ?? true else { return }
        lastDrawn = now
        Terminal.standardError("\r\(line(count, after: now - start))", terminator: "")
    }

    /// Takes the line away, so that results stand alone.
    mutating func finish() {
        guard lastDrawn != nil else { return }
        lastDrawn = nil
        Terminal.standardError("\r\u{1B}[K", terminator: "")
    }

    private func line(_ count: Int, after elapsed: Duration) -> String {
        let share = total > 0 ? min(1, Double(count) / Double(total)) : 1
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        let seconds = elapsed / .seconds(1)
        let rate = Int(Double(count) / seconds)
        return "\(title.text(in: language)) \(bar) \(count)/\(total) · \(rate)/s"
    }
}
