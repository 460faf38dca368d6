import Foundation
import Identity
import Testing

import enum Crypto.Curve25519
import enum Crypto.P256
import enum Crypto.P384
import enum Crypto.P521

@Suite("The suite p256")
struct P256SuiteTests {
    private let suite = P256Suite()
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

    @Test func theLibraryAcceptsWhatWasSigned() throws {
        let key = suite.generateSigningKey()
        let signature = try P256.Signing.ECDSASignature(derRepresentation: key.sign(message).bytes)
        let publicKey = try P256.Signing.PublicKey(derRepresentation: key.verificationKey.subjectPublicKeyInfo)
        #expect(publicKey.isValidSignature(signature, for: message))
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

    @Test func aSignatureOfZerosDoesNotHold() {
        let key = suite.generateSigningKey().verificationKey
        // ECDSA-Sig-Value { 0, 0 } and { 1, 0 }: what careless verifiers take for anybody's.
        for bytes: [UInt8] in [
            [0x30, 6, 2, 1, 0, 2, 1, 0], [0x30, 6, 2, 1, 1, 2, 1, 0], [0x30, 6, 2, 1, 0, 2, 1, 1],
        ] {
            #expect(!key.isValid(Signature(bytes), for: message))
        }
    }

    @Test func aPublicKeyComesBackFromItsStructure() throws {
        let key = suite.generateSigningKey().verificationKey
        let copy = try suite.verificationKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo)
        #expect(copy.subjectPublicKeyInfo == key.subjectPublicKeyInfo)
        #expect(copy.identifier == key.identifier)
        #expect(copy.identifier.digest == suite.digest(of: key.subjectPublicKeyInfo))
        #expect(copy.identifier.description == copy.identifier.digest.description)
        // RFC 5480: 26 bytes of algorithm, an uncompressed point of 65.
        #expect(key.subjectPublicKeyInfo.count == 91)
    }

    @Test func aDamagedPublicKeyIsRefused() {
        let key = suite.generateSigningKey().verificationKey
        forEveryDamage(of: key.subjectPublicKeyInfo, seed: 7) { bytes in
            #expect(code { try suite.verificationKey(subjectPublicKeyInfo: bytes) } == .malformedKey)
        }
    }

    @Test func publicKeysOfOtherKindsAreRefused() {
        let keys: [[UInt8]] = [
            Array(P384.Signing.PrivateKey().publicKey.derRepresentation),
            Array(P521.Signing.PrivateKey().publicKey.derRepresentation),
            Array(P256.Signing.PrivateKey().publicKey.x963Representation),
            Array(P256.Signing.PrivateKey().publicKey.compressedRepresentation),
            Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation),
            [],
        ]
        for key in keys {
            #expect(code { try suite.verificationKey(subjectPublicKeyInfo: key) } == .malformedKey)
        }
    }

    @Test func aPointUnderAnotherCurvesNameIsRefused() {
        let key = suite.generateSigningKey().verificationKey.subjectPublicKeyInfo
        // secp256k1 is 1.3.132.0.10: the structure is sound, and the point is not on that curve.
        let prefix: [UInt8] = [
            0x30, 0x56, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
            0x00, 0x0a,
        ]
        #expect(code { try suite.verificationKey(subjectPublicKeyInfo: prefix + key.suffix(68)) } == .malformedKey)
    }

    @Test func aCompressedPointIsRefusedBecauseItWouldHaveASecondIdentifier() {
        let point = P256.Signing.PrivateKey().publicKey.compressedRepresentation
        let prefix: [UInt8] = [
            0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00,
        ]
        #expect(code { try suite.verificationKey(subjectPublicKeyInfo: prefix + point) } == .malformedKey)
    }

    @Test func aPrivateKeyComesBackFromItsPEM() throws {
        let key = suite.generateSigningKey()
        let copy = try suite.signingKey(pem: key.pemRepresentation)
        #expect(copy.verificationKey.identifier == key.verificationKey.identifier)
        #expect(key.verificationKey.isValid(try copy.sign(message), for: message))
        #expect(key.pemRepresentation.hasPrefix("-----BEGIN PRIVATE KEY-----"))
    }

    @Test func aDamagedPEMIsNoPrivateKey() {
        let pem = Array(suite.generateSigningKey().pemRepresentation.utf8)
        var generator = SeededGenerator(seed: 8)
        for length in 0..<(pem.count - 1) {
            let text = String(decoding: pem.prefix(length), as: UTF8.self)
            #expect(code { try suite.signingKey(pem: text) } == .malformedKey)
        }
        for position in pem.indices {
            var changed = pem
            changed[position] = UInt8.random(in: 0..<128, using: &generator)
            // Base 64 may survive a change; what must not happen is a trap.
            _ = try? suite.signingKey(pem: String(decoding: changed, as: UTF8.self))
        }
    }

    @Test func privateKeysOfOtherKindsAreRefused() {
        let documents = [
            P384.Signing.PrivateKey().pemRepresentation, P256.Signing.PrivateKey().publicKey.pemRepresentation,
            "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        ]
        for document in documents {
            #expect(code { try suite.signingKey(pem: document) } == .malformedKey)
        }
    }

    @Test func theSuiteIsKnownByItsName() {
        #expect(CryptoSuiteIdentifier(rawValue: "p256")?.suite.identifier == .p256)
        #expect(CryptoSuiteIdentifier(rawValue: "P256") == nil)
        #expect(CryptoSuiteIdentifier.allCases.allSatisfy { $0.suite.identifier == $0 })
    }
}
