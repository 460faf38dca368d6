import Foundation

/// A file of `docs/vectors` with the bytes of fixed values: name, SHA-256 of the bytes, bytes.
///
/// With ZHENGLIAN_WRITE_VECTORS in the environment the file is written before it is compared.
public struct VectorFile: Sendable {
    private let url: URL
    private let comment: String

    /// - Parameters:
    ///   - name: the file's name in `docs/vectors`, without its ending.
    ///   - comment: the first line, which says what the file holds.
    public init(_ name: String, comment: String) {
        url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/vectors/\(name).txt")
        self.comment = comment
    }

    /// What is not as in the file, and what does not read as the bytes that it was written as; one line for each.
    public func differences(from vectors: [Vector]) throws -> [String] {
        if ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil { try write(vectors) }
        let lines = try String(contentsOf: url, encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        let expected = vectors.map(\.line)
        var differences: [String] = []
        for line in lines where !expected.contains(line) { differences.append("the code does not make: \(line)") }
        for line in expected where !lines.contains(line) { differences.append("the file does not have: \(line)") }
        if differences.isEmpty, lines != expected { differences.append("the order is another, or a line stands twice") }
        for vector in vectors where try vector.reencoded(vector.bytes) != vector.bytes {
            differences.append("\(vector.name) does not read as what it was written as")
        }
        return differences
    }

    private func write(_ vectors: [Vector]) throws {
        let text = (["# \(comment)"] + vectors.map(\.line)).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: url)
    }
}
