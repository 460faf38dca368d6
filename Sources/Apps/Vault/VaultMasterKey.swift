import Identity
import Nodes

/// The vault's master key (主密钥): it wraps the data keys of all that is in it, and seals nothing else.
///
/// It stands in a file of its own that its owner alone reads, apart from the database and from the database's backups:
/// one without the other opens nothing.
struct VaultMasterKey: Sendable {
    static let fileName = "master.key"
    /// The key of a rotation under way, until the database has taken it.
    static let nextFileName = "master.key.next"

    let key: PayloadKey

    init() { key = PayloadKey() }

    /// What the database knows the key by: it says nothing of the key.
    func identifier(_ suite: any CryptoSuite) -> Digest {
        suite.authenticationCode(of: Array("zhenglian vault key 1".utf8), key: key.bytes)
    }

    /// - Throws: ``VaultError`` with code `wrongKey`, or `FileError`.
    init(path: String) throws {
        let bytes = try ProtectedFile.contents(of: path, limit: 2 * PayloadKey.byteCount + 2)
        let text = String(decoding: bytes, as: UTF8.self).trimmingSuffix("\n")
        guard let bytes = [UInt8](hexadecimal: text), let key = PayloadKey(bytes) else {
            throw VaultError(.wrongKey, "\(path) holds no key of \(PayloadKey.byteCount) bytes in hexadecimal digits")
        }
        self.key = key
    }

    /// Writes the key to a new file.
    /// - Throws: `FileError`, with code `exists` where there is one: a key that is lost loses all that is in the vault.
    func create(at path: String) throws {
        try ProtectedFile.create(at: path, with: Array("\(key.bytes.hexadecimal)\n".utf8), access: .secret)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
