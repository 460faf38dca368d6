/// A row that was not taken, and why.
public struct RefusedRow: Sendable {
    /// The line in the table, from 1; the header is line 1.
    public let line: Int
    /// The line as it stands in the table; the beginning of one that is too long.
    public let text: String
    /// Everything that is wrong with it, each with its column; never empty.
    public let errors: [LicenceError]

    /// All that is wrong, in one line.
    public var reason: String { errors.map(\.message).joined(separator: "; ") }
}

extension RefusedRow: CustomStringConvertible, CustomReflectable {
    /// Line and reason: the text may hold personal data.
    public var description: String { "line \(line): \(reason)" }

    /// As much as the description says.
    public var customMirror: Mirror { Mirror(self, children: ["line": line, "reason": reason]) }
}
