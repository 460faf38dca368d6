import Identity
import SwiftASN1
import Testing

/// A signature that says that some of its last bits are unused is the same signature in other bytes, which OpenSSL
/// refuses and a careless parser does not.
@Suite("The encoding of signatures on certificates, requests and lists")
struct SignatureEncodingTests {
    private let authorities: TestAuthorities

    init() throws { authorities = try TestAuthorities() }

    /// What `make` signs, with one unused bit in its signature. DER wants unused bits to be zero, so it is signed again
    /// until the last one is.
    private func withUnusedBit(_ make: () throws -> [UInt8]) throws -> [UInt8] {
        for _ in 0..<64 {
            var der = try make()
            let count = try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
                _ = (nodes.next(), nodes.next())
                return try ASN1BitString(derEncoded: &nodes).bytes.count
            }
            guard der[der.count - 1] & 1 == 0 else { continue }
            der[der.count - count - 1] = 1
            return der
        }
        throw IdentityError(.signingFailed, "64 signatures in a row end in a one")
    }

    @Test func aCertificateIsRefused() throws {
        let der = try withUnusedBit { try authorities.certificate().der }
        #expect(
            code { try authorities.anchors.authenticate(der, at: TestAuthorities.now) } == .malformedCertificate)
    }

    @Test func anAuthorityIsRefused() throws {
        let der = try withUnusedBit { try TestAuthorities().tax.anchor.der }
        #expect(code { try TrustAnchor(department: label("tax"), der: der) } == .malformedCertificate)
    }

    @Test func aRequestIsRefused() throws {
        let key = authorities.suite.generateSigningKey()
        let der = try withUnusedBit {
            let request = try CertificateRequest(member: member("tax/client/desk"), key: key)
            return try PEMDocument(pemString: request.pemRepresentation).derBytes
        }
        let pem = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: der).pemString
        #expect(code { try CertificateRequest(pem: pem) } == .malformedCertificate)
    }

    @Test func aRevocationListIsRefused() throws {
        let later = TestAuthorities.now.advanced(by: .seconds(60))
        let der = try withUnusedBit {
            try authorities.tax.revocationList(
                entries: [], number: 1, thisUpdate: TestAuthorities.now, nextUpdate: later
            ).der
        }
        #expect(code { try RevocationList(der: der, anchors: authorities.anchors) } == .malformedCertificate)
    }
}
