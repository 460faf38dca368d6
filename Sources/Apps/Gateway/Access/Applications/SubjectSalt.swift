import Crypto
import Foundation
public import Identity
public import Nodes

/// What a department blinds the subjects of people with before they go on the ledger: 32 secret bytes.
///
/// Subjects of identity platforms are often numbers of few digits, and a digest of such a number is found by trying
/// all of them. With a key that only the department has it is not. Without the key, nobody comes in whom the department
/// has registered before: it is kept like a private key, and is the same on all of the department's nodes.
public struct SubjectSalt: Sendable {
    /// Bytes of a salt.
    public static let byteCount = 32
    /// Largest file that is read: the digits and a line break.
    private static let fileBytes = 2 * byteCount + 2

    private let key: SymmetricKey

    /// Makes a salt from exactly 32 bytes; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Reads a salt from a file: 64 hexadecimal digits.
    /// - Throws: `FileError`, or ``AccessError`` with code `wrongFile`.
    public init(file path: String) throws {
        let text = try ProtectedFile.text(of: path, limit: Self.fileBytes)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let digest = Identity.Digest(hexadecimal: text), let salt = SubjectSalt(digest.bytes) else {
            throw AccessError(.wrongFile, "\(path) is no salt: 64 hexadecimal digits, as 'gateway people salt' writes")
        }
        self = salt
    }

    /// Makes a salt and writes it to a file that only its owner reads.
    /// - Parameter path: where no file may be yet.
    /// - Throws: `FileError` with code `exists`, `unwritable` or `outOfSpace`.
    public static func create(file path: String, using generator: inout some RandomNumberGenerator) throws(FileError) {
        let bytes = generator.bytes(byteCount)
        try ProtectedFile.create(at: path, with: Array("\(bytes.hexadecimal)\n".utf8), access: .secret)
    }

    /// What stands on the ledger for a subject: HMAC-SHA256 over the department, the issuer and the subject.
    /// - Parameters:
    ///   - subject: `sub`, as the issuer's tokens have it.
    ///   - issuer: whose subject.
    ///   - department: in whose eyes: another department has another digest of the same person.
    public func digest(
        of subject: String, at issuer: PlatformAddress, for department: DepartmentName
    ) -> Identity.Digest {
        var authentication = HMAC<SHA256>(key: key)
        for part in ["zhenglian subject 1", department.rawValue, issuer.text, subject] {
            authentication.update(data: UInt32(truncatingIfNeeded: part.utf8.count).bigEndianBytes)
            authentication.update(data: Array(part.utf8))
        }
        guard let digest = Identity.Digest(Array(authentication.finalize())) else {
            preconditionFailure("SHA-256 has as many bytes as a digest")
        }
        return digest
    }
}

extension UInt32 {
    var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(24 - 8 * $0)) } }
}
