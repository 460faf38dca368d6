public import Formats
public import Identity

/// Departments with real keys and certificates, their genesis, and whatever validators and members a test asks for.
public struct ReferenceConsortium: Sendable {
    /// When the consortium is created: 2026-01-01T00:00:00Z. Certificates are valid for ten years around it.
    public static let createdAt = Timestamp(milliseconds: 1_767_225_600_000)
    public static let validity =
        createdAt.advanced(by: .seconds(-365 * 86_400))...createdAt.advanced(by: .seconds(9 * 365 * 86_400))

    public let suite: any CryptoSuite
    public let authorities: [CertificateAuthority]
    /// The validators of the genesis, one of each department.
    public let validators: [MemberIdentity]
    public let genesis: Genesis

    /// - Parameters:
    ///   - count: how many departments, named `department-0` and so on, with a validator `node` each.
    ///   - channel: the channel's name.
    public init(departments count: Int = 4, channel: String = "licences") throws {
        let suite = CryptoSuiteIdentifier.p256.suite
        let authorities = try (0..<count).map { index in
            try CertificateAuthority.create(
                department: try Self.label("department-\(index)"), suite: suite, validity: Self.validity)
        }
        try self.init(suite: suite, authorities: authorities, channel: channel)
    }

    /// The same departments with the same authorities, founding another channel.
    public func founding(channel: String) throws -> ReferenceConsortium {
        try ReferenceConsortium(suite: suite, authorities: authorities, channel: channel)
    }

    private init(suite: any CryptoSuite, authorities: [CertificateAuthority], channel: String) throws {
        self.suite = suite
        self.authorities = authorities
        let validators = try authorities.map { try Self.member("node", role: .validator, of: $0, suite: suite) }
        self.validators = validators
        genesis = try Genesis(
            document: GenesisDocument(
                consortium: Self.label("reference"),
                channel: Self.label(channel),
                createdAt: Self.createdAt,
                suite: .p256,
                departments: authorities.map { authority in
                    GenesisDepartment(
                        name: authority.anchor.department,
                        title: authority.anchor.department.rawValue,
                        issuerCodes: [],
                        authority: authority.anchor.der
                    )
                },
                validators: validators.map {
                    GenesisValidator(certificate: $0.certificate.der, host: "localhost", port: 7_000)
                },
                limits: ChannelLimits()
            )
        )
    }

    /// A new member of a department.
    /// - Parameters:
    ///   - name: unique within department and role, where that matters to the test.
    ///   - department: the department's number.
    ///   - role: the role in the certificate.
    ///   - key: the key to certify; a new one by default.
    ///   - validity: of the certificate; ten years by default.
    public func member(
        _ name: String,
        department: Int = 0,
        role: Role = .client,
        key: (any SigningKey)? = nil,
        validity: ClosedRange<Timestamp> = ReferenceConsortium.validity
    ) throws -> MemberIdentity {
        try Self.member(name, role: role, of: authorities[department], suite: suite, key: key, validity: validity)
    }

    private static func member(
        _ name: String,
        role: Role,
        of authority: CertificateAuthority,
        suite: any CryptoSuite,
        key: (any SigningKey)? = nil,
        validity: ClosedRange<Timestamp> = ReferenceConsortium.validity
    ) throws -> MemberIdentity {
        let key = key ?? suite.generateSigningKey()
        let certificate = try authority.issue(
            to: MemberName(department: authority.anchor.department, role: role, name: try label(name)),
            in: try label("reference"),
            publicKey: key.verificationKey,
            validity: validity
        )
        return try MemberIdentity(certificate: certificate, key: key)
    }

    private static func label(_ text: String) throws -> Label {
        guard let label = Label(text) else { throw ReferenceError("'\(text)' is no name") }
        return label
    }
}

/// A test has asked the reference for something that does not exist.
public struct ReferenceError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
