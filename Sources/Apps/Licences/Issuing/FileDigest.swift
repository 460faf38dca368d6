public import Foundation
public import Identity

/// The digest of a licence's file, read piece by piece.
public enum FileDigest {
    private static let pieceByteCount = 1 << 16

    /// The digest of the bytes in the file `url`.
    /// - Throws: ``LicenceError`` with code `unreadableFile` or `tooLarge`.
    public static func digest(
        of url: URL, suite: any CryptoSuite, limits: LicenceLimits = .standard
    ) throws(LicenceError) -> Digest {
        let handle = try open(url)
        defer { try? handle.close() }
        var hasher = suite.makeHasher()
        var byteCount = 0
        while let piece = try read(handle, url) {
            byteCount += piece.count
            guard byteCount <= limits.fileByteCount else {
                throw LicenceError(
                    .tooLarge, "the file \(url.path) has more than \(limits.fileByteCount) bytes",
                    expected: "at most \(limits.fileByteCount)"
                )
            }
            hasher.update(piece)
        }
        return hasher.finalize()
    }

    private static func open(_ url: URL) throws(LicenceError) -> FileHandle {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
            throw LicenceError(.unreadableFile, "there is no file \(url.path)")
        }
        guard !isDirectory.boolValue else {
            throw LicenceError(.unreadableFile, "\(url.path) is a folder where a file is expected")
        }
        do {
            return try FileHandle(forReadingFrom: url)
        } catch {
            throw LicenceError(.unreadableFile, "the file \(url.path) cannot be opened", cause: error)
        }
    }

    private static func read(_ handle: FileHandle, _ url: URL) throws(LicenceError) -> Data? {
        do {
            let piece = try handle.read(upToCount: pieceByteCount)
            return piece?.isEmpty == false ? piece : nil
        } catch {
            throw LicenceError(.unreadableFile, "the file \(url.path) cannot be read to its end", cause: error)
        }
    }
}
