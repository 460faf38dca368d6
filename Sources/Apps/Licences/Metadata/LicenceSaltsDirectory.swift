public import Foundation

/// The salts of a department's licences, one file for each version of a licence, which only the department reads.
///
/// They are made once: whoever imports a table again finds the salts of the first time and comes to the same digests.
public struct LicenceSaltsDirectory: Sendable {
    public let url: URL

    /// The directory `url`, which is made, readable by its owner alone, where it is not there.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    public init(_ url: URL) throws(LicenceError) {
        self.url = url
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw LicenceError(.unwritableFile, "the directory of salts \(url.path) cannot be made", cause: error)
        }
    }

    /// The file of one version's salts. An identifier's characters are safe in file names.
    public func file(of identifier: LicenceIdentifier) -> URL {
        url.appending(path: "\(identifier.text).json")
    }

    /// The salts of a licence: those in the directory, or fresh ones, which are in the directory then.
    /// - Parameters:
    ///   - identifier: the version of the licence.
    ///   - isDurable: whether fresh ones are on the disk when this returns; otherwise ``synchronize()`` sees to it,
    ///     which has to come before the licence goes to the ledger.
    ///   - generator: makes fresh ones; the system's outside of tests.
    /// - Throws: ``LicenceError`` with code `unreadableFile`, `wrongSalts` or `unwritableFile`.
    public func salts(
        of identifier: LicenceIdentifier,
        isDurable: Bool = true,
        using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> LicenceSalts {
        let file = file(of: identifier)
        try removeIfEmpty(file)
        if !FileManager.default.fileExists(atPath: file.path) {
            let salts = LicenceSalts(identifier: identifier, using: &generator)
            do throws(LicenceError) {
                try salts.write(to: file, isDurable: isDurable)
                return salts
            } catch {
                // Another import may have been faster; then its salts are the licence's.
                guard FileManager.default.fileExists(atPath: file.path) else { throw error }
            }
        }
        let salts = try LicenceSalts(contentsOf: file)
        guard salts.identifier == identifier else {
            throw LicenceError(
                .wrongSalts, "\(file.path) holds the salts of \(salts.identifier)",
                found: salts.identifier.text, expected: identifier.text
            )
        }
        return salts
    }

    /// Sees to it that everything in the directory is on the disk: once for many licences.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    func synchronize() throws(LicenceError) {
        let directory = open(url.path, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else {
            throw LicenceError(.unwritableFile, "the directory of salts \(url.path) cannot be opened")
        }
        defer { close(directory) }
        // Swift's Glibc has no `syncfs`; on Linux, `sync` returns when everything is on the disk.
        sync()
        guard fsync(directory) == 0 else {
            throw LicenceError(.unwritableFile, "the salts in \(url.path) cannot be brought on the disk")
        }
    }

    /// An empty file is what a machine that lost power leaves of salts that were not on the disk yet: their licence
    /// never went to the ledger.
    private func removeIfEmpty(_ file: URL) throws(LicenceError) {
        var status = stat()
        guard stat(file.path, &status) == 0, status.st_size == 0 else { return }
        guard unlink(file.path) == 0 else {
            throw LicenceError(.unwritableFile, "the empty file \(file.path) cannot be removed")
        }
    }
}
