import Foundation

/// A file that is written from beginning to end, in pieces of a bounded size. What is in it when writing breaks off is
/// whole pieces and may be kept: whoever goes on knows where.
public final class ExportFile {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 20

    /// - Throws: ``FileError`` with code `exists` where there is a file already.
    public init(creating path: String) throws(FileError) {
        guard !ProtectedFile.exists(path) else { throw FileError(alreadyAt: path) }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw FileError(.unwritable, "\(path) cannot be written; check its place and permissions") }
        self.path = path
        self.handle = handle
    }

    public func append(_ bytes: [UInt8]) throws(FileError) {
        buffer += bytes
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes the rest and waits until it is on disk.
    public func close() throws(FileError) {
        try flush()
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw FileError(.unwritable, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func flush() throws(FileError) {
        do {
            try handle.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        } catch {
            throw FileError(.unwritable, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
