import Crypto
import CryptoExtras
import Foundation
import Identity

/// What is kept of a password: scrypt (RFC 7914) with its parameters and a salt of its own.
public struct PasswordHash: Sendable, Hashable, Codable {
    /// How much work a guess costs.
    public struct Parameters: Sendable, Hashable, Codable {
        /// N: a power of two.
        public let rounds: Int
        /// r.
        public let blockSize: Int
        /// p.
        public let parallelism: Int

        /// 32 MiB and some tenths of a second for each guess: what OWASP's recommendations of 2023 amount to.
        public static let standard = Parameters(rounds: 1 << 15, blockSize: 8, parallelism: 3)

        public init(rounds: Int, blockSize: Int, parallelism: Int) {
            self.rounds = rounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// Whether a file may ask for this: enough to be worth it, not so much that it stops the node.
        var isAcceptable: Bool {
            rounds.nonzeroBitCount == 1 && (1 << 10...1 << 18).contains(rounds) && (1...16).contains(blockSize)
                && (1...16).contains(parallelism) && rounds * blockSize <= 1 << 20
        }
    }

    private static let saltByteCount = 16
    private static let hashByteCount = 32

    public let parameters: Parameters
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a password.
    /// - Parameters:
    ///   - password: 12 characters or more.
    ///   - parameters: how much work it is to be.
    ///   - generator: makes the salt; a secure one outside of tests.
    /// - Throws: ``AccessError`` with code `wrongValue` for a password that is too short or too long.
    public init(
        _ password: String, parameters: Parameters = .standard, using generator: inout some RandomNumberGenerator
    ) throws(AccessError) {
        guard password.unicodeScalars.count >= AccessLimits.passwordCharacters,
            password.utf8.count <= AccessLimits.passwordBytes
        else {
            throw AccessError(
                .wrongValue,
                "a password has \(AccessLimits.passwordCharacters) characters or more, "
                    + "and at most \(AccessLimits.passwordBytes) bytes")
        }
        guard parameters.isAcceptable else {
            throw AccessError(.wrongValue, "these parameters of scrypt are out of range")
        }
        self.parameters = parameters
        salt = generator.bytes(Self.saltByteCount)
        hash = try Self.derive(password, salt, parameters).withUnsafeBytes { Array($0) }
    }

    /// Whether this is the password, in a time that does not depend on where it differs.
    /// - Throws: ``AccessError`` with code `wrongFile` where the parameters cannot be computed.
    public func matches(_ password: String) throws(AccessError) -> Bool {
        // A longer one is none; it is cut so that it costs what any other does.
        let bytes = String(decoding: password.utf8.prefix(AccessLimits.passwordBytes + 1), as: UTF8.self)
        return try Self.derive(bytes, salt, parameters) == SymmetricKey(data: hash)
    }

    /// Whether what was read from a file can be used.
    var isValid: Bool {
        parameters.isAcceptable && salt.count == Self.saltByteCount && hash.count == Self.hashByteCount
    }

    private static func derive(
        _ password: String, _ salt: [UInt8], _ parameters: Parameters
    ) throws(AccessError) -> SymmetricKey {
        do {
            return try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: hashByteCount, rounds: parameters.rounds,
                blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        } catch {
            throw AccessError(.wrongFile, "the password cannot be hashed with these parameters", cause: error)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case parameters = "scrypt"
        case salt
        case hash
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        parameters = try container.decode(Parameters.self, forKey: .parameters)
        salt = [UInt8](try container.decode(Data.self, forKey: .salt))
        hash = [UInt8](try container.decode(Data.self, forKey: .hash))
        guard isValid else {
            throw DecodingError.dataCorruptedError(
                forKey: .parameters, in: container, debugDescription: "the hash of a password is out of range")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(Data(salt), forKey: .salt)
        try container.encode(Data(hash), forKey: .hash)
    }
}
