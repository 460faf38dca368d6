import Foundation

/// The end of a log file, for people who look for why something failed.
package enum LogTail {
    /// No more than this much of a file is read for its last lines.
    private static let byteCount: UInt64 = 16 * 1024

    /// The last lines of the file at `path`, at most `count`; none where it cannot be read.
    package static func lines(of path: String, count: Int) -> [String] {
        guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return [] }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: end > byteCount ? end - byteCount : 0)) != nil,
            let data = try? file.readToEnd()
        else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(count).map(String.init)
    }
}
