import SwiftASN1

/// What certificates, requests and revocation lists have in common:
/// `SEQUENCE { body, AlgorithmIdentifier, BIT STRING }` (RFC 5280, sections 4.1.1 and 5.1.1; RFC 2986, section 4.2).
///
/// The library for X.509 knows no suite but its own, so that the signature is the suite's business here, and the
/// library's are names and extensions.
struct SignedStructure: Sendable {
    /// DER of the body, as it was signed.
    let body: [UInt8]
    /// DER `AlgorithmIdentifier` of the signature.
    let algorithm: [UInt8]
    let signature: Signature

    init(derEncoded der: [UInt8]) throws {
        (body, algorithm, signature) = try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            guard let body = nodes.next(), let algorithm = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "a signed structure has three parts")
            }
            let signature = try ASN1BitString(derEncoded: &nodes)
            guard signature.paddingBits == 0 else {
                throw ASN1Error.invalidASN1Object(reason: "the signature is not whole octets")
            }
            return (Array(body.encodedBytes), Array(algorithm.encodedBytes), Signature(Array(signature.bytes)))
        }
    }

    /// Whether `key` has signed the body. That the algorithm is the one of the key's suite is another question.
    func isSigned(by key: any VerificationKey) -> Bool { key.isValid(signature, for: body) }

    /// Signs `body` and puts the three parts together.
    static func der(of body: [UInt8], signedWith key: any SigningKey, of suite: any CryptoSuite) throws -> [UInt8] {
        let signature = try key.sign(body)
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { structure in
            structure.serializeRawBytes(body)
            structure.serializeRawBytes(suite.signatureAlgorithm)
            try structure.serialize(ASN1BitString(bytes: signature.bytes[...]))
        }
        return serializer.serializedBytes
    }

    /// The suite of a signature's algorithm.
    /// - Throws: ``IdentityError`` with code `wrongProfile` or `suiteUnavailable`.
    static func suite(of algorithm: [UInt8]) throws(IdentityError) -> any CryptoSuite {
        guard let found = CryptoSuiteIdentifier.allCases.first(where: { $0.suite.signatureAlgorithm == algorithm })
        else {
            throw IdentityError(
                .wrongProfile,
                "it is signed by the algorithm \(algorithm.prefix(64).hexadecimal), which is that of no suite"
            )
        }
        try found.checkAvailability()
        return found.suite
    }

    /// Checks that a signature's algorithm is the one of `suite`.
    /// - Parameter thing: what is signed, for the error's text.
    /// - Throws: ``IdentityError`` with code `wrongSuite` for another suite's, `wrongProfile` for any other.
    static func check(
        algorithm: [UInt8],
        is suite: any CryptoSuite,
        of thing: String
    ) throws(IdentityError) {
        guard algorithm != suite.signatureAlgorithm else { return }
        if let other = CryptoSuiteIdentifier.allCases.first(where: { $0.suite.signatureAlgorithm == algorithm }) {
            throw IdentityError(
                .wrongSuite,
                "the \(thing) is signed under the suite \(other.rawValue) where "
                    + "\(suite.identifier.rawValue) is asked for"
            )
        }
        throw IdentityError(
            .wrongProfile,
            "the \(thing) is signed by the algorithm \(algorithm.prefix(64).hexadecimal), which is not the one of the "
                + "suite \(suite.identifier.rawValue)"
        )
    }
}
