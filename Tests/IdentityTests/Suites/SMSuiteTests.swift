import Foundation
import Identity
import SwiftASN1
import Testing

/// A PEM document.
func pem(_ type: String, _ der: [UInt8]) -> String { PEMDocument(type: type, derBytes: der).pemString + "\n" }

@Suite("The suite sm")
struct SMSuiteTests {
    private let suite = SMSuite()
    private let message = Array("a message".utf8)

    @Test func aSignatureHoldsForItsMessageAndKeyAlone() throws {
        let (key, other) = (suite.generateSigningKey(), suite.generateSigningKey())
        let signature = try key.sign(message)
        #expect(signature.bytes.count <= Signature.maximumByteCount)
        #expect(key.verificationKey.isValid(signature, for: message))
        #expect(!key.verificationKey.isValid(signature, for: message + [0]))
        #expect(!key.verificationKey.isValid(signature, for: []))
        #expect(!other.verificationKey.isValid(signature, for: message))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 100_000])
    func messagesOfEveryLengthAreSigned(count: Int) throws {
        let key = suite.generateSigningKey()
        let message = [UInt8](repeating: 7, count: count)
        #expect(key.verificationKey.isValid(try key.sign(message), for: message))
    }

    @Test func aDamagedSignatureDoesNotHold() throws {
        let key = suite.generateSigningKey()
        forEveryDamage(of: try key.sign(message).bytes, seed: 5) { bytes in
            #expect(!key.verificationKey.isValid(Signature(bytes), for: message), "\(bytes.hexadecimal)")
        }
    }

    @Test func bytesThatAreNoSignatureAreRefusedAtEveryLength() {
        let key = suite.generateSigningKey().verificationKey
        var generator = SeededGenerator(seed: 6)
        for length in 0...200 {
            #expect(!key.isValid(Signature(generator.bytes(length)), for: message))
            #expect(!key.isValid(Signature([UInt8](repeating: 0, count: length)), for: message))
        }
    }

    @Test func aPublicKeyComesBackFromItsStructure() throws {
        let key = suite.generateSigningKey().verificationKey
        let copy = try suite.verificationKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo)
        #expect(copy.subjectPublicKeyInfo == key.subjectPublicKeyInfo)
        #expect(copy.identifier == key.identifier)
        #expect(copy.identifier.digest == suite.digest(of: key.subjectPublicKeyInfo))
        #expect(key.subjectPublicKeyInfo.count == 91)
        // GM/T 0015: id-ecPublicKey, then the curve 1.2.156.10197.1.301.
        #expect(key.subjectPublicKeyInfo.hexadecimal.contains("06072a8648ce3d020106082a811ccf5501822d"))
    }

    @Test func aDamagedPublicKeyIsRefused() {
        let key = suite.generateSigningKey().verificationKey
        forEveryDamage(of: key.subjectPublicKeyInfo, seed: 7) { bytes in
            #expect(code { try suite.verificationKey(subjectPublicKeyInfo: bytes) } == .malformedKey)
        }
    }

    @Test func pointsThatAreNoneAreRefused() {
        let prefix = [0x30, 0x59] + suite.publicKeyAlgorithm + [0x03, 0x42, 0x00]
        // The field's prime is no coordinate, and (0, 0) is on no curve of this form.
        let prime = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"
        let points = [
            [0x04] + [UInt8](repeating: 0, count: 64),
            [0x04] + [UInt8](repeating: 0xff, count: 64),
            [0x04] + ([UInt8](hexadecimal: prime + prime) ?? []),
            [UInt8](repeating: 0, count: 65),
        ]
        for point in points {
            #expect(point.count == 65)
            #expect(code { try suite.verificationKey(subjectPublicKeyInfo: prefix + point) } == .malformedKey)
        }
    }

    @Test func oneKeyHasOneStructure() throws {
        let key = suite.generateSigningKey().verificationKey.subjectPublicKeyInfo
        let parity: UInt8 = key[90] & 1 == 0 ? 0x02 : 0x03
        let compressed =
            [0x30, 0x39] + suite.publicKeyAlgorithm + [0x03, 0x22, 0x00, parity] + key[27..<59]
        // The hybrid form, X9.62: the point twice, in a way.
        var hybrid = key
        hybrid[26] = 0x06 | (key[90] & 1)
        for other in [compressed, hybrid, key + [0]] {
            #expect(code { try suite.verificationKey(subjectPublicKeyInfo: other) } == .malformedKey)
        }
    }

    @Test func keysOfTheOtherSuiteAreNamedAsSuch() {
        let (national, other) = (suite.generateSigningKey(), P256Suite().generateSigningKey())
        let (structure, otherStructure) = (
            national.verificationKey.subjectPublicKeyInfo, other.verificationKey.subjectPublicKeyInfo
        )
        #expect(code { try suite.verificationKey(subjectPublicKeyInfo: otherStructure) } == .wrongSuite)
        #expect(code { try P256Suite().verificationKey(subjectPublicKeyInfo: structure) } == .wrongSuite)
        #expect(code { try suite.signingKey(pem: other.pemRepresentation) } == .wrongSuite)
        #expect(code { try P256Suite().signingKey(pem: national.pemRepresentation) } == .wrongSuite)
    }

    @Test func aPointUnderTheOtherCurvesNameIsRefused() {
        let point = P256Suite().generateSigningKey().verificationKey.subjectPublicKeyInfo.suffix(68)
        let structure = [0x30, 0x59] + suite.publicKeyAlgorithm + point
        #expect(code { try suite.verificationKey(subjectPublicKeyInfo: structure) } == .malformedKey)
    }

    @Test func aPrivateKeyComesBackFromItsPEM() throws {
        let key = suite.generateSigningKey()
        let copy = try suite.signingKey(pem: key.pemRepresentation)
        #expect(copy.verificationKey.identifier == key.verificationKey.identifier)
        #expect(copy.pemRepresentation == key.pemRepresentation)
        #expect(key.verificationKey.isValid(try copy.sign(message), for: message))
        #expect(key.pemRepresentation.hasPrefix("-----BEGIN PRIVATE KEY-----"))
    }

    @Test func aDamagedPEMIsNoPrivateKey() throws {
        let pem = Array(suite.generateSigningKey().pemRepresentation.utf8)
        for length in 0..<(pem.count - 1) {
            let text = String(decoding: pem.prefix(length), as: UTF8.self)
            #expect(code { try suite.signingKey(pem: text) } == .malformedKey)
        }
    }

    @Test func damagedKeysAreRefusedOrTheSame() throws {
        let key = suite.generateSigningKey()
        let der = try PEMDocument(pemString: key.pemRepresentation).derBytes
        forEveryDamage(of: der, seed: 8) { bytes in
            // A damage in what nothing depends on, such as a version, may go unnoticed; another key may not come of it.
            guard let copy = try? suite.signingKey(pem: pem("PRIVATE KEY", bytes)) else { return }
            #expect(copy.verificationKey.identifier == key.verificationKey.identifier)
        }
        #expect(code { try suite.signingKey(pem: pem("PRIVATE KEY", der + [0])) } == .malformedKey)
    }

    @Test func aPrivateKeyBesideAnotherPublicKeyIsRefused() throws {
        var der = try PEMDocument(pemString: suite.generateSigningKey().pemRepresentation).derBytes
        let other = suite.generateSigningKey().verificationKey.subjectPublicKeyInfo
        // PKCS #8 ends with the point.
        der.replaceSubrange((der.count - 65)..., with: other.suffix(65))
        #expect(code { try suite.signingKey(pem: pem("PRIVATE KEY", der)) } == .malformedKey)
    }

    @Test func otherDocumentsAreNoPrivateKeys() {
        let key = suite.generateSigningKey()
        let documents = [
            "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", key.pemRepresentation + key.pemRepresentation,
            pem("PUBLIC KEY", key.verificationKey.subjectPublicKeyInfo), pem("ENCRYPTED PRIVATE KEY", [0x30, 0]),
        ]
        for document in documents {
            #expect(code { try suite.signingKey(pem: document) } == .malformedKey)
        }
    }

    @Test func aCopyOfAHasherGoesItsOwnWay() {
        var first = suite.makeHasher()
        first.update([1])
        var second = first
        second.update([2])
        first.update([3])
        #expect(second.finalize() == suite.digest(of: [1, 2]))
        #expect(first.finalize() == suite.digest(of: [1, 3]))
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(1_000)
        let expected = suite.digest(of: bytes)
        for size in [1, 63, 64, 65, 999, 1_000] {
            var hasher = suite.makeHasher()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hasher.update(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(hasher.finalize() == expected)
        }
        var lazily = suite.makeHasher()
        // Not in contiguous storage.
        lazily.update(bytes.lazy.map { $0 })
        #expect(lazily.finalize() == expected)
    }

    @Test func manyThreadsShareOneKey() async throws {
        let key = suite.generateSigningKey()
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in UInt8(0)..<32 {
                group.addTask {
                    let signature = try key.sign([number])
                    return key.verificationKey.isValid(signature, for: [number])
                        && !key.verificationKey.isValid(signature, for: [number, 0])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [Bool](repeating: true, count: 32))
    }

    @Test func theSuiteIsKnownByItsName() {
        #expect(CryptoSuiteIdentifier(rawValue: "sm")?.suite.identifier == .sm)
        #expect(throws: Never.self) { try CryptoSuiteIdentifier.sm.checkAvailability() }
    }
}
