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
    /// - Throws: ``LicenceError`` with code `unreadableFile`, `wrongSalts` or `unwritableFile`.
    public func salts(
        of identifier: LicenceIdentifier,
        using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> LicenceSalts {
        let file = file(of: identifier)
        if !FileManager.default.fileExists(atPath: file.path) {
            let salts = LicenceSalts(identifier: identifier, using: &generator)
            do throws(LicenceError) {
                try salts.write(to: file)
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
}
