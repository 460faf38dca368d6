public import Formats
public import Identity
import Ledger

/// A consortium made for a test: authorities, validators' identities and a genesis, with real keys and certificates.
public struct TestConsortium: Sendable {
    /// When the consortium is created: 2026-01-01T00:00:00Z. Certificates are valid for ten years around it.
    public static let createdAt = Timestamp(milliseconds: 1_767_225_600_000)
    public static let validity =
        createdAt.advanced(
            by: .seconds(-365 * 86_400))...createdAt.advanced(
            by: .seconds(9 * 365 * 86_400))

    public let suite: any CryptoSuite
    public let authorities: [CertificateAuthority]
    /// One validator for each department, in the order of their indices.
    public let validators: [MemberIdentity]
    public let genesis: Genesis

    /// Makes a consortium with one validator for each of `count` departments, named `department-0` and so on.
    /// - Parameters:
    ///   - count: how many departments.
    ///   - issuerCodes: the codes that departments issue licences under, by the departments' numbers.
    ///   - consortium: its name.
    ///   - channel: its channel's name.
    ///   - limits: the channel's.
    ///   - identifier: the suite's; one that this machine has.
    public init(
        suite identifier: CryptoSuiteIdentifier = .p256,
        departments count: Int = 4,
        issuerCodes: [Int: [String]] = [:],
        consortium: String = "test",
        channel: String = "licences",
        limits: ChannelLimits = ChannelLimits()
    ) throws {
        let suite = identifier.suite
        let consortium = try Self.label(consortium)
        let authorities = try (0..<count).map { index in
            try CertificateAuthority.create(
                department: try Self.label("department-\(index)"), suite: suite, validity: Self.validity)
        }
        let validators = try authorities.map { authority in
            try Self.identity(of: authority, .validator, "node", in: consortium, validity: Self.validity)
        }
        // TLS does not know the suite sm: its departments have a second authority each.
        let transport = try authorities.map { authority in
            identifier == .p256
                ? nil
                : try CertificateAuthority.create(
                    department: authority.anchor.department, suite: CryptoSuiteIdentifier.p256.suite,
                    validity: Self.validity)
        }
        self.suite = suite
        self.authorities = authorities
        self.validators = validators
        genesis = try Genesis(
            document: GenesisDocument(
                consortium: consortium,
                channel: try Self.label(channel),
                createdAt: Self.createdAt,
                suite: identifier,
                departments: authorities.enumerated().map { index, authority in
                    GenesisDepartment(
                        name: authority.anchor.department,
                        title: authority.anchor.department.rawValue,
                        issuerCodes: issuerCodes[index] ?? [],
                        authority: authority.anchor.der,
                        transportAuthority: transport[index]?.anchor.der
                    )
                },
                validators: validators.map { validator in
                    GenesisValidator(certificate: validator.certificate.der, host: "localhost", port: 7_000)
                },
                limits: limits
            )
        )
    }

    /// A new member of a department, with a certificate of its authority.
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
        validity: ClosedRange<Timestamp> = TestConsortium.validity
    ) throws -> MemberIdentity {
        try Self.identity(
            of: authorities[department], role, name, in: genesis.document.consortium, key: key, validity: validity)
    }

    /// A department's revocation list.
    public func revocationList(
        department: Int = 0,
        revoking certificates: [MemberCertificate],
        number: UInt64
    ) throws -> RevocationList {
        try authorities[department].revocationList(
            entries: certificates.map { certificate in
                RevocationList.Entry(serialNumber: certificate.serialNumber, revokedAt: Self.createdAt)
            },
            number: number,
            thisUpdate: Self.createdAt,
            nextUpdate: Self.createdAt.advanced(by: .seconds(86_400))
        )
    }

    /// A transaction that `member` signs.
    /// - Parameters:
    ///   - calls: what it does.
    ///   - member: who submits it.
    ///   - key: makes it different from another that says the same.
    ///   - lastValidHeight: the last height that may hold it.
    ///   - registering: whether its first call registers the member's certificate.
    public func transaction(
        _ calls: [Call],
        by member: MemberIdentity,
        key: UInt64 = 0,
        lastValidHeight: Height = Height(rawValue: 1_000),
        registering: Bool = false
    ) throws -> Transaction {
        let registration = registering ? [CertificatesContract.registration(of: member.certificate.der)] : []
        let number: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: key >> UInt64(56 - 8 * $0)) }
        let keyBytes = [UInt8](repeating: 0, count: 8) + number
        guard let idempotencyKey = IdempotencyKey(keyBytes) else { throw TestKitError("a key has 16 bytes") }
        let body = TransactionBody(
            channel: genesis.channel,
            submitter: member.certificate.publicKey.identifier,
            idempotencyKey: idempotencyKey,
            lastValidHeight: lastValidHeight,
            calls: registration + calls
        )
        return try body.signed(with: member.key, suite: suite)
    }

    /// A vote's certificate with the signatures of `signers`; those of the first quorum by default.
    public func certificate(
        of statement: VoteStatement,
        signers: [Int]? = nil
    ) throws -> QuorumCertificate {
        let signers = signers ?? Array(0..<genesis.validators.quorum)
        let votes = try signers.map { index in
            try Vote(
                statement, by: ValidatorIndex(rawValue: index), key: validators[index].key, suite: suite)
        }
        guard let certificate = QuorumCertificate(statement: statement, votes: votes, validators: genesis.validators)
        else { throw TestKitError("\(signers.count) signers are no quorum") }
        return certificate
    }

    /// The finalization of a header.
    public func finalization(of header: BlockHeader) throws -> QuorumCertificate {
        try certificate(
            of: .finalize(
                header.digest(suite: suite), in: header.view, epoch: header.epoch, channel: header.channel))
    }

    private static func identity(
        of authority: CertificateAuthority,
        _ role: Role,
        _ name: String,
        in consortium: ConsortiumName,
        key: (any SigningKey)? = nil,
        validity: ClosedRange<Timestamp>
    ) throws -> MemberIdentity {
        let key = key ?? authority.suite.generateSigningKey()
        let member = MemberName(department: authority.anchor.department, role: role, name: try label(name))
        let certificate = try authority.issue(
            to: member, in: consortium, publicKey: key.verificationKey, validity: validity)
        return try MemberIdentity(certificate: certificate, key: key)
    }

    private static func label(_ text: String) throws -> Label {
        guard let label = Label(text) else { throw TestKitError("'\(text)' is no name") }
        return label
    }
}

/// A test has asked the kit for something that does not exist.
public struct TestKitError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
