import Identity
import Nodes

/// How far a department has read its stream: a number in a file, so that one that is started again goes on there.
struct NoticeCursor: Sendable {
    private static let limit = 64

    private let path: String

    init(directory: String, department: DepartmentName) { path = "\(directory)/\(department).cursor" }

    /// - Throws: `FileError`; ``SimulationError`` with code `wrongInput`.
    func read() throws -> UInt64 {
        guard ProtectedFile.exists(path) else { return 0 }
        guard let number = UInt64(try ProtectedFile.text(of: path, limit: Self.limit)) else {
            throw SimulationError(
                .wrongInput, "\(path) holds no number: delete it to read the stream from its beginning")
        }
        return number
    }

    /// - Throws: `FileError`.
    func write(_ number: UInt64) throws {
        try ProtectedFile.replace(at: path, with: Array("\(number)".utf8), access: .shared)
    }
}
