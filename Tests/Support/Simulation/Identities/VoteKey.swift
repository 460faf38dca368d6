import Formats
import Identity

/// A validator's key as the mass of simulated votes is signed and checked with it: the identifier of its real key, and
/// a checksum over the message and that identifier in the place of a signature.
///
/// It binds a vote to its voter and its statement, as a signature does, for whoever does not mean to forge. Who may
/// sign as whom is decided by the simulator: a traitor has its own keys only.
struct VoteKey: SigningKey, VerificationKey {
    let identifier: KeyIdentifier
    let subjectPublicKeyInfo: [UInt8]

    init(standingFor key: any VerificationKey) {
        identifier = key.identifier
        subjectPublicKeyInfo = key.subjectPublicKeyInfo
    }

    var verificationKey: any VerificationKey { self }
    var pemRepresentation: String { "a simulated key" }

    func sign(_ message: [UInt8]) throws(IdentityError) -> Signature { signature(of: message) }

    func signature(of message: [UInt8]) -> Signature {
        var checksum = Checksum()
        checksum.mix(identifier.digest.prefix)
        checksum.mix(message)
        return Signature((0..<8).map { UInt8(truncatingIfNeeded: checksum.value >> UInt64(56 - 8 * $0)) })
    }

    func isValid(_ signature: Signature, for message: [UInt8]) -> Bool { signature == self.signature(of: message) }
}

/// FNV-1a with 64 bits, over words where words are at hand: cheap, and the same in every process.
struct Checksum: Hashable, Sendable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01b3
        value ^= value >> 29
    }

    mutating func mix(_ bytes: [UInt8]) {
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if index % 8 == 7 { mix(word) }
        }
        mix(word ^ UInt64(bytes.count) << 56)
    }
}
