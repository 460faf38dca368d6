public import Formats
public import Identity

/// The genesis file of a consortium on disk: the DER of `Genesis` in `docs/zhenglian.asn1`.
public enum GenesisFile {
    /// The channel of a consortium that does not ask for another name.
    public static let defaultChannel: Label = {
        guard let label = Label("main") else { preconditionFailure("'main' is a label") }
        return label
    }()

    /// What a department brings to the founding of a consortium.
    public struct DepartmentEntry: Sendable {
        public let authority: AuthorityCertificates
        /// What people call the department.
        public let title: String
        /// The codes under which it issues licences.
        public let issuerCodes: [String]

        public init(authority: AuthorityCertificates, title: String, issuerCodes: [String]) {
            self.authority = authority
            self.title = title
            self.issuerCodes = issuerCodes
        }
    }

    /// What a validator brings to the founding of a consortium.
    public struct ValidatorEntry: Sendable {
        public let certificate: MemberCertificate
        public let host: String
        public let port: Int

        public init(certificate: MemberCertificate, host: String, port: Int) {
            self.certificate = certificate
            self.host = host
            self.port = port
        }
    }

    /// Founds a consortium and writes its genesis.
    /// - Parameters:
    ///   - path: where the file goes; one that is there is not overwritten.
    ///   - departments: each department's authority, title and issuer codes.
    /// - Throws: `GenesisError` or ``FileError``.
    public static func create(
        at path: String,
        consortium: ConsortiumName,
        channel: Label,
        createdAt: Timestamp,
        suite: CryptoSuiteIdentifier,
        departments: [DepartmentEntry],
        validators: [ValidatorEntry],
        limits: ChannelLimits
    ) throws -> Genesis {
        let document = GenesisDocument(
            consortium: consortium,
            channel: channel,
            createdAt: createdAt,
            suite: suite,
            departments: departments.map {
                GenesisDepartment(
                    name: $0.authority.department,
                    title: $0.title,
                    issuerCodes: $0.issuerCodes,
                    authority: $0.authority.ledger.der,
                    transportAuthority: $0.authority.transport?.der
                )
            },
            validators: validators.map {
                GenesisValidator(certificate: $0.certificate.der, host: $0.host, port: $0.port)
            },
            limits: limits
        )
        // Read back as every node will read it: what does not pass here must never be handed out.
        let genesis = try Genesis(derBytes: document.derBytes)
        try ProtectedFile.create(at: path, with: document.derBytes, access: .shared)
        return genesis
    }

    /// Reads and checks a genesis file.
    /// - Throws: `GenesisError` or ``FileError``.
    public static func read(_ path: String) throws -> Genesis {
        let bytes = try ProtectedFile.contents(of: path, limit: GenesisDocument.maximumByteCount)
        do {
            return try Genesis(derBytes: bytes)
        } catch {
            throw GenesisError("\(path): \(error)")
        }
    }
}
