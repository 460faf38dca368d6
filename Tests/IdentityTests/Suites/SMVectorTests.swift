import Identity
import Testing

/// What the standards themselves give as examples.
@Suite("The published vectors of the suite sm")
struct SMVectorTests {
    private let suite = SMSuite()

    /// GB/T 32918.5, appendix A (GM/T 0003.5): the curve's coefficients and base point, then the example's key.
    private static let coefficients = [
        "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC",
        "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93",
    ]
    private static let basePoint = [
        "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
        "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
    ]
    private static let publicPoint = [
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020",
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
    ]
    private static let privateKey = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    private static let message = Array("message digest".utf8)
    private static let firstHalf = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    private static let secondHalf = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"

    private func bytes(_ digits: [String]) throws -> [UInt8] {
        try #require([UInt8](hexadecimal: digits.joined()))
    }

    private func publicKey() throws -> any VerificationKey {
        let point = try bytes(Self.publicPoint)
        return try suite.verificationKey(
            subjectPublicKeyInfo: [0x30, 0x59] + suite.publicKeyAlgorithm + [0x03, 0x42, 0x00, 0x04] + point)
    }

    private func integer(_ digits: String) throws -> [UInt8] {
        // Both halves of the example have their highest bit set, so that DER puts an octet before them.
        [0x02, 0x21, 0x00] + (try bytes([digits]))
    }

    private func signature() throws -> Signature {
        let halves = try integer(Self.firstHalf) + integer(Self.secondHalf)
        return Signature([0x30, UInt8(halves.count)] + halves)
    }

    /// GB/T 32905, appendix A.
    @Test(arguments: [
        ("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (
            String(repeating: "abcd", count: 16),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        ),
    ])
    func digestsAreThoseOfTheStandard(text: String, digits: String) {
        #expect(suite.digest(of: Array(text.utf8)).description == digits)
        var hasher = suite.makeHasher()
        for byte in text.utf8 {
            hasher.update([byte])
        }
        #expect(hasher.finalize().description == digits)
    }

    @Test func theSignatureOfTheStandardHolds() throws {
        let key = try publicKey()
        #expect(key.isValid(try signature(), for: Self.message))
        #expect(!key.isValid(try signature(), for: Self.message + [0]))
    }

    /// What goes before the message is computed inside OpenSSL; by hand it is what the standard prints, and only under
    /// it does the signature hold.
    @Test func theIdentifiersDigestAndTheMessagesDigestAreThoseOfTheStandard() throws {
        let identifier = Array("1234567812345678".utf8)
        let input =
            [0x00, UInt8(identifier.count * 8)] + identifier
            + (try bytes(Self.coefficients + Self.basePoint + Self.publicPoint))
        let first = suite.digest(of: input)
        #expect(first.description == "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3")
        let digest = suite.digest(of: first.bytes + Self.message)
        #expect(digest.description == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
    }

    /// The private key in the older form of SEC 1, as OpenSSL 1.1 and other tools write it, with the point in full or
    /// compressed: the key has one structure here, however its document puts it.
    @Test(arguments: [true, false])
    func thePrivateKeyOfTheStandardSignsForItsPublicKey(isCompressed: Bool) throws {
        let scalar = try bytes([Self.privateKey])
        // The second coordinate is odd.
        let point = isCompressed ? try [0x03] + bytes([Self.publicPoint[0]]) : try [0x04] + bytes(Self.publicPoint)
        let curve: [UInt8] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d]
        let bitString = [0x03, UInt8(point.count + 1), 0x00] + point
        let content: [UInt8] =
            [0x02, 0x01, 0x01, 0x04, 0x20] + scalar + [0xa0, UInt8(curve.count)] + curve
            + [0xa1, UInt8(bitString.count)] + bitString
        let document = pem("EC PRIVATE KEY", [0x30, UInt8(content.count)] + content)
        let key = try suite.signingKey(pem: document)
        #expect(key.verificationKey.subjectPublicKeyInfo == (try publicKey().subjectPublicKeyInfo))
        #expect(try publicKey().isValid(try key.sign(Self.message), for: Self.message))
        #expect(code { try P256Suite().signingKey(pem: document) } == .wrongSuite)
    }

    @Test func halvesOutOfTheirRangeAreRefused() throws {
        let key = try publicKey()
        // The order n of the base point; r and s are between 1 and n − 1 (GB/T 32918.2, section 7.1).
        let order = try integer("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123")
        let (first, second) = (try integer(Self.firstHalf), try integer(Self.secondHalf))
        let zero: [UInt8] = [0x02, 0x01, 0x00]
        for (left, right) in [(order, second), (first, order), (zero, second), (first, zero), (order, order)] {
            let content = left + right
            #expect(!key.isValid(Signature([0x30, UInt8(content.count)] + content), for: Self.message))
        }
    }

    @Test func otherSpellingsOfASignatureAreRefused() throws {
        let key = try publicKey()
        let (first, second) = (try integer(Self.firstHalf), try integer(Self.secondHalf))
        let body = first + second
        let padded = [0x02, 0x22, 0x00] + first.dropFirst(2) + second
        let negative = [0x02, 0x20] + first.dropFirst(3) + second
        for other in [
            [0x30, 0x81, UInt8(body.count)] + body,
            [0x30, 0x80] + body + [0, 0],
            [0x30, UInt8(padded.count)] + padded,
            [0x30, UInt8(negative.count)] + negative,
            [0x30, UInt8(body.count + 3)] + body + [0x02, 0x01, 0x01],
            [0x30, UInt8(body.count)] + body + [0x00],
            [0x31, UInt8(body.count)] + body,
        ] {
            #expect(!key.isValid(Signature(other), for: Self.message), "\(other.hexadecimal)")
        }
    }
}
