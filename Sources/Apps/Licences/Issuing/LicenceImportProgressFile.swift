public import Foundation
import Identity

/// The progress of an import in a file: the digest of what follows on the first line, then the progress as JSON.
///
/// It is written whole or not at all, and after every hundredth of the table, so that whoever is interrupted at any
/// instant asks again about that hundredth and what was under way.
public struct LicenceImportProgressFile: Sendable {
    /// A million rows in batches of one have as many transactions, each of 67 bytes.
    private static let maximumByteCount = 128 << 20
    /// Any digest does: it finds mistakes, and nothing of it leaves this machine.
    private static let suite = CryptoSuiteIdentifier.p256.suite

    private let url: URL
    private(set) var progress: LicenceImportProgress
    private var unsavedCount = 0

    /// Opens the progress in `url`, or begins one where there is none.
    /// - Throws: ``LicenceError`` with code `wrongProgress` where the file is damaged or of something else than
    ///   `subject`, or `unreadableFile`.
    public init(_ url: URL, of subject: LicenceImportProgress.Subject) throws(LicenceError) {
        self.url = url
        guard FileManager.default.fileExists(atPath: url.path) else {
            progress = LicenceImportProgress(subject)
            return
        }
        progress = try Self.read(url)
        guard progress.subject == subject else { throw Self.foreign(progress.subject, subject, url) }
    }

    private static func read(_ url: URL) throws(LicenceError) -> LicenceImportProgress {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: url)
            defer { try? handle.close() }
            data = try handle.read(upToCount: maximumByteCount + 1) ?? Data()
        } catch {
            throw LicenceError(.unreadableFile, "the progress \(url.path) cannot be read", cause: error)
        }
        let parts = data.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard data.count <= maximumByteCount, parts.count == 2,
            Digest(hexadecimal: String(decoding: parts[0], as: UTF8.self)) == suite.digest(of: Array(parts[1])),
            let progress = try? JSONDecoder().decode(LicenceImportProgress.self, from: parts[1])
        else {
            throw LicenceError(
                .wrongProgress,
                "\(url.path) is damaged, or no progress of an import: delete it; every row is asked about again then")
        }
        return progress
    }

    private static func foreign(
        _ found: LicenceImportProgress.Subject, _ expected: LicenceImportProgress.Subject, _ url: URL
    ) -> LicenceError {
        let what =
            if found.consortium != expected.consortium {
                "of another consortium"
            } else if found.department != expected.department {
                "of an import by \(found.department)"
            } else if found.table != expected.table {
                "of another table, or of this one before it was changed"
            } else {
                "of an import with other options"
            }
        return LicenceError(
            .wrongProgress,
            "\(url.path) is \(what): finish that import, delete the file, or name another one; what is on the ledger "
                + "already stays as it is")
    }

    /// Takes in what became of a batch.
    mutating func confirm(_ settled: [LicenceBatch.Settled]) { unsavedCount += progress.confirm(settled) }

    /// Writes the progress if at least `count` rows have come to it since the last time.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    mutating func save(after count: Int) throws(LicenceError) {
        guard unsavedCount >= max(1, count) else { return }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let body = try encoder.encode(progress)
            let digest = Self.suite.digest(of: Array(body))
            try (Data("\(digest)\n".utf8) + body).write(to: url, options: .atomic)
        } catch {
            throw LicenceError(
                .unwritableFile, "the progress cannot be written to \(url.path): name another place", cause: error)
        }
        unsavedCount = 0
    }

    /// Removes the file, once there is nothing to go on with.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    func remove() throws(LicenceError) {
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            throw LicenceError(
                .unwritableFile, "the import is through, and its progress \(url.path) cannot be removed: delete it",
                cause: error)
        }
    }
}

extension LicenceError.Code {
    /// The progress is damaged, or of another import.
    public static let wrongProgress = Self(rawValue: "wrongProgress")
}
