import Identity
import Testing

/// Two departments with authorities, and the consortium that trusts them.
struct TestAuthorities {
    static let now = Timestamp(milliseconds: 1_795_248_000_123)
    static let validity = now.advanced(by: .seconds(-86_400))...now.advanced(by: .seconds(86_400))

    let suite = P256Suite()
    let consortium: ConsortiumName
    let tax: CertificateAuthority
    let land: CertificateAuthority
    let anchors: TrustAnchors

    init(validity: ClosedRange<Timestamp> = Self.validity) throws {
        consortium = try label("demo")
        tax = try CertificateAuthority.create(department: label("tax"), suite: suite, validity: validity)
        land = try CertificateAuthority.create(department: label("land"), suite: suite, validity: validity)
        anchors = try TrustAnchors(consortium: consortium, suite: suite, anchors: [tax.anchor, land.anchor])
    }

    /// A certificate of the tax department.
    func certificate(
        _ name: String = "tax/validator/node",
        key: (any SigningKey)? = nil,
        in other: ConsortiumName? = nil,
        validity: ClosedRange<Timestamp> = Self.validity
    ) throws -> MemberCertificate {
        try tax.issue(
            to: member(name),
            in: other ?? consortium,
            publicKey: (key ?? suite.generateSigningKey()).verificationKey,
            validity: validity
        )
    }
}

func label(_ text: String) throws -> Label { try #require(Label(text)) }

func member(_ text: String) throws -> MemberName { try #require(MemberName(text)) }
