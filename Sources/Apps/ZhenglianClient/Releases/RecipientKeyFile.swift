public import Identity
public import Nodes

/// A key pair that releases are encrypted to, in a file that its owner alone reads.
///
/// One for each decision is best: who deletes the file has destroyed whatever copy of the sealed release is left.
public enum RecipientKeyFile {
    private static let limit = 16 << 10

    /// Makes a key pair and writes it to a new file.
    /// - Throws: `FileError`, with code `exists` where there is one.
    public static func create(at path: String, suite: any CryptoSuite) throws(FileError) -> any RecipientKey {
        let key = suite.recipientCipher.generateKey()
        try ProtectedFile.create(at: path, with: Array(key.pemRepresentation.utf8), access: .secret)
        return key
    }

    /// Reads a key pair.
    /// - Throws: `FileError` or `IdentityError`.
    public static func read(_ path: String, suite: any CryptoSuite) throws -> any RecipientKey {
        try suite.recipientCipher.key(pem: try ProtectedFile.text(of: path, limit: limit))
    }
}
