/// Where a licence's file lies, relative to the table that names it: it cannot lead out of the table's folder.
public struct RelativeFilePath: DomainText {
    /// The usual bound of file systems.
    public static let maximumByteCount = 255

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> RelativeFilePath {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.unicodeScalars.allSatisfy { $0 != "\\" && $0.properties.generalCategory != .control }
        }
        guard isSafe, text.utf8.count <= maximumByteCount else {
            throw LicenceError(
                .unsafePath,
                "the file's path must be relative, of at most \(maximumByteCount) bytes, without '..' or '\\'"
            )
        }
        return RelativeFilePath(text: text)
    }

    private init(text: String) { self.text = text }
}
