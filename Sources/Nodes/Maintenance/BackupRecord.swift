public import Formats
import Foundation
public import Identity

/// A backup that was made of a node's ledger (备份), as it was noted then. Whether the copy is still there, and where it
/// was taken, the node does not know.
public struct BackupRecord: Sendable, Hashable, Codable {
    /// When it was whole.
    public let time: Timestamp
    /// Of the block that it ends with.
    public let height: Height
    public let path: String
    public let byteCount: UInt64

    public init(time: Timestamp, height: Height, path: String, byteCount: UInt64) {
        (self.time, self.height, self.path, self.byteCount) = (time, height, path, byteCount)
    }
}

extension LedgerMaintenance {
    private struct BackupDocument: Codable {
        let version: Int
        let backups: [BackupRecord]
    }

    private static let backupDocumentVersion = 1
    /// Most backups that are noted; the oldest ones go.
    public static let backupRecordLimit = 16
    /// Paths have at most 4,096 bytes, and may be written with escapes.
    private static let backupDocumentByteCount = 256 << 10

    private var backupDocumentPath: String { "\(dataPath)/backups.json" }

    /// The last backups of the ledger, newest first.
    /// - Throws: ``FileError``, with code `unreadable` where the file that notes them is damaged.
    public func backups() throws(FileError) -> [BackupRecord] {
        let path = backupDocumentPath
        guard ProtectedFile.exists(path) else { return [] }
        let bytes = try ProtectedFile.contents(of: path, limit: Self.backupDocumentByteCount)
        let document: BackupDocument
        do {
            document = try JSONDecoder().decode(BackupDocument.self, from: Data(bytes))
        } catch {
            throw FileError(.unreadable, "\(path) cannot be read: move it away; it only says which backups there are")
        }
        guard document.version == Self.backupDocumentVersion else {
            throw FileError(.unreadable, "\(path) is of version \(document.version): use a newer program")
        }
        return document.backups
    }

    /// Notes a backup for whoever looks after the node.
    /// - Throws: ``FileError``. The backup is whole all the same.
    public func note(_ backup: BackupRecord) throws(FileError) {
        let records = Array(([backup] + (try backups())).prefix(Self.backupRecordLimit))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = BackupDocument(version: Self.backupDocumentVersion, backups: records)
        let bytes: [UInt8]
        do {
            bytes = Array(try encoder.encode(document))
        } catch {
            preconditionFailure("numbers and texts are JSON: \(error)")
        }
        try ProtectedFile.replace(at: backupDocumentPath, with: bytes, access: .shared)
    }
}
