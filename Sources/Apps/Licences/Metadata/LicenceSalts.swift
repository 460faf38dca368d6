public import Foundation

/// The salts of one licence's metadata, one for each field, which the issuer keeps in a file of its own beside the
/// licence.
///
/// Deleting the file is the erasure of the metadata: the root on the ledger can no longer be connected with any value.
public struct LicenceSalts: Hashable, Sendable, Codable {
    /// The licence that the salts belong to.
    public let identifier: LicenceIdentifier
    /// In the order of ``LicenceMetadata/names``.
    public let salts: [LicenceSalt]

    /// Fresh salts for the licence `identifier`. Outside of tests, `generator` is the system's.
    public init(identifier: LicenceIdentifier, using generator: inout some RandomNumberGenerator) {
        self.identifier = identifier
        self.salts = LicenceMetadata.names.map { _ in LicenceSalt(using: &generator) }
    }

    /// A sound file takes 1 KiB.
    private static let maximumByteCount = 8 << 10

    /// Reads the salts from `url`.
    /// - Throws: ``LicenceError`` with code `unreadableFile` or `wrongSalts`.
    public init(contentsOf url: URL) throws(LicenceError) {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: url)
            defer { try? handle.close() }
            data = try handle.read(upToCount: Self.maximumByteCount + 1) ?? Data()
        } catch {
            throw LicenceError(.unreadableFile, "the salts \(url.path) cannot be read", cause: error)
        }
        do {
            self = try JSONDecoder().decode(LicenceSalts.self, from: data.prefix(Self.maximumByteCount))
        } catch {
            throw LicenceError(.wrongSalts, "\(url.path) holds no salts of a licence", cause: error)
        }
        guard salts.count == LicenceMetadata.names.count else {
            throw LicenceError(
                .wrongSalts, "\(url.path) holds \(salts.count) salts where \(LicenceMetadata.names.count) are expected",
                found: "\(salts.count)", expected: "\(LicenceMetadata.names.count)"
            )
        }
    }

    /// Writes the salts to a new file `url` that only its owner may read, whole or not at all.
    ///
    /// A file that is there already stays as it is: losing the salts of an entry on the ledger cannot be undone.
    /// - Parameters:
    ///   - url: the file.
    ///   - isDurable: whether it is on the disk when this returns; without that, whoever writes many sees to it for
    ///     all.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    public func write(to url: URL, isDurable: Bool = true) throws(LicenceError) {
        let temporary = "\(url.path).\(UUID().uuidString).new"
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let data = try encoder.encode(self)
            // Narrow permissions from the start: between writing and narrowing, anybody could read.
            let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            defer { unlink(temporary) }
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            try handle.write(contentsOf: data)
            if isDurable { try handle.synchronize() }
            try handle.close()
            // Unlike a renaming, a link never takes the place of a file that is there.
            guard link(temporary, url.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            throw LicenceError(.unwritableFile, "the salts cannot be written to \(url.path)", cause: error)
        }
    }
}

extension LicenceSalts: CustomStringConvertible {
    public var description: String { "salts of \(identifier)" }
}
