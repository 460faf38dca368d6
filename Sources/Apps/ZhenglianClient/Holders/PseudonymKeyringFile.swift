public import Formats
import Foundation
public import Licences
import Nodes

/// The consortium's pseudonym keys in a file that its owner alone reads.
public enum PseudonymKeyringFile {
    private static let limit = 64 << 10

    /// Writes a keyring to a new file.
    /// - Throws: `FileError`, with code `exists` where there is one: keys that are lost lose every pseudonym.
    public static func create(_ keyring: PseudonymKeyring, at path: String) throws {
        try ProtectedFile.create(at: path, with: try bytes(of: keyring), access: .secret)
    }

    /// Puts a keyring with more epochs in the place of the one in the file.
    /// - Throws: `FileError`, or `LicenceError` with code `wrongKeyring` where the file holds keys that would be lost.
    public static func replace(_ keyring: PseudonymKeyring, at path: String, genesis: Genesis) throws {
        let known = try read(path, genesis: genesis)
        guard keyring.epochs.starts(with: known.epochs) else {
            throw LicenceError(.wrongKeyring, "\(path) holds keys that the new keyring does not have: keep both files")
        }
        try ProtectedFile.replace(at: path, with: try bytes(of: keyring), access: .secret)
    }

    /// Reads a keyring of the consortium.
    /// - Throws: `FileError`, or `LicenceError` with code `wrongKeyring` where the file holds none, is another
    ///   consortium's, or can be read by others than its owner.
    public static func read(_ path: String, genesis: Genesis) throws -> PseudonymKeyring {
        let bytes = try ProtectedFile.contents(of: path, limit: limit)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 {
            throw LicenceError(
                .wrongKeyring,
                "\(path) can be read by others (mode \(String(mode, radix: 8))): chmod 600 it, and think "
                    + "of its keys as known")
        }
        let keyring: PseudonymKeyring
        do {
            keyring = try JSONDecoder().decode(PseudonymKeyring.self, from: Data(bytes))
        } catch let error as LicenceError {
            throw error
        } catch {
            // What the decoder says may hold what it could not decode.
            throw LicenceError(.wrongKeyring, "\(path) holds no pseudonym keys")
        }
        try keyring.check(against: genesis)
        return keyring
    }

    private static func bytes(of keyring: PseudonymKeyring) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return [UInt8](try encoder.encode(keyring)) + [UInt8(ascii: "\n")]
    }
}
