import SwiftASN1

/// A private key in PEM, unencrypted: PKCS #8 (RFC 5958), or the older form of SEC 1 (RFC 5915).
struct PrivateKeyDocument {
    enum Form {
        case privateKeyInfo
        case ecPrivateKey
    }

    let form: Form
    let der: [UInt8]

    /// Takes the only private key of a document.
    /// - Throws: ``IdentityError`` with code `malformedKey`, or what the PEM parser throws.
    init(pem: String) throws {
        // `openssl ecparam -genkey` puts the curve's name in a document of its own before the key.
        let documents = try PEMDocument.parseMultiple(pemString: pem)
            .filter { !$0.discriminator.hasSuffix(" PARAMETERS") }
        guard documents.count == 1, let document = documents.first else {
            throw IdentityError(.malformedKey, "the file holds \(documents.count) PEM documents, not one private key")
        }
        switch document.discriminator {
        case "PRIVATE KEY": form = .privateKeyInfo
        case "EC PRIVATE KEY", "SM2 PRIVATE KEY": form = .ecPrivateKey
        default:
            throw IdentityError(
                .malformedKey,
                "the PEM document holds \(document.discriminator.prefix(40)), not an unencrypted private key"
            )
        }
        der = document.derBytes
    }

    /// The suite that the document names; `nil` where it names none, or none of these.
    var suite: CryptoSuiteIdentifier? {
        get throws {
            try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
                defer { while nodes.next() != nil {} }
                guard nodes.next() != nil, let second = nodes.next() else { return nil }
                switch form {
                case .privateKeyInfo:
                    return CryptoSuiteIdentifier.allCases.first {
                        second.encodedBytes.elementsEqual($0.suite.publicKeyAlgorithm)
                    }
                case .ecPrivateKey:
                    guard let third = nodes.next(), case .constructed(let parameters) = third.content,
                        let curve = parameters.first(where: { _ in true })
                    else { return nil }
                    return CryptoSuiteIdentifier.allCases.first {
                        $0.suite.publicKeyAlgorithm.suffix(curve.encodedBytes.count).elementsEqual(curve.encodedBytes)
                    }
                }
            }
        }
    }
}
