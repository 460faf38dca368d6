import Formats
import Foundation
import Identity
import Nodes
import Testing

/// Authorities, identities and the genesis of a consortium of the suite sm, whose members have two certificates each.
@Suite("The suite sm on disk")
struct NationalSuiteTests {
    private let directory: TemporaryDirectory
    private let national = SMSuite()

    init() throws { directory = try TemporaryDirectory() }

    private func authority(_ department: String = "tax") throws -> AuthorityDirectory {
        try AuthorityDirectory.create(
            at: directory[department], department: label(department), suite: national, validity: validity)
    }

    private func genesis(
        of authorities: [AuthorityCertificates],
        suite: CryptoSuiteIdentifier = .sm,
        validators: [MemberCertificate]
    ) throws -> Genesis {
        try GenesisFile.create(
            at: directory["genesis.der"],
            consortium: label("demo"),
            channel: GenesisFile.defaultChannel,
            createdAt: now,
            suite: suite,
            departments: authorities.map { .init(authority: $0, title: "", issuerCodes: []) },
            validators: validators.map { .init(certificate: $0, host: "localhost", port: 7_101) },
            limits: ChannelLimits()
        )
    }

    /// Why a genesis cannot be.
    private func refusal(
        of authorities: [AuthorityCertificates], validators: [MemberCertificate],
        suite: CryptoSuiteIdentifier = .sm
    ) -> String {
        let error = thrown(GenesisError.self) {
            try genesis(of: authorities, suite: suite, validators: validators)
        }
        return error?.message ?? ""
    }

    @Test func anAuthorityHasTwoCertificatesInOneFile() throws {
        let made = try authority()
        let opened = try AuthorityDirectory.open(directory["tax"])
        #expect(opened.authority.suite.identifier == .sm)
        #expect(opened.transportAuthority?.suite.identifier == .p256)
        #expect(opened.certificates.ledger.der == made.authority.anchor.der)
        #expect(opened.certificates.transport?.der == made.transportAuthority?.anchor.der)
        #expect(try directory.mode(of: "tax/authority.key") == 0o600)
        #expect(try directory.mode(of: "tax/tls-authority.key") == 0o600)
        try FileManager.default.removeItem(atPath: directory["tax/tls-authority.key"])
        #expect(fileCode { try AuthorityDirectory.open(directory["tax"]) } == .missing)
    }

    @Test func aMemberGetsBothCertificates() throws {
        var authority = try authority()
        let identity = IdentityDirectory(directory["desk"])
        let name = try member("tax/client/desk")
        let made = try identity.create(for: name, in: label("demo"), authority: &authority, validity: validity)
        #expect(made.ledger.certificate.suite == .sm)
        #expect(made.transport.certificate.suite == .p256)
        let loaded = try identity.loadAll(suite: national)
        #expect(loaded.ledger.certificate == made.ledger.certificate)
        #expect(loaded.transport.certificate == made.transport.certificate)
        #expect(authority.entries.map(\.member) == [name, name])
        for file in ["private.key", "tls-private.key"] {
            #expect(try directory.mode(of: "desk/\(file)") == 0o600)
        }
        // One word revokes both.
        #expect(try authority.revoke(at: now) { $0.member == name }.count == 2)
        let anchors = try TrustAnchors(
            consortium: label("demo"), suite: national, anchors: [authority.authority.anchor])
        var revocations = Revocations()
        revocations.insert(try RevocationList(pem: directory.text(of: "tax/revoked.crl"), anchors: anchors))
        for certificate in [made.ledger.certificate, made.transport.certificate] {
            #expect(identityCode { try revocations.check(certificate) } == .revoked)
        }
    }

    @Test func twoRequestsAreSignedElsewhereAndInstalled() throws {
        var authority = try authority()
        let identity = IdentityDirectory(directory["desk"])
        _ = try identity.createRequest(for: member("tax/client/desk"), suite: national)
        for path in ["desk/request.pem", "desk/tls-request.pem"] {
            #expect(identityOrFileError { try identity.loadAll(suite: national) })
            let request = try CertificateRequest(pem: directory.text(of: path))
            let certificate = try authority.issue(
                to: request.member, in: label("demo"), publicKey: request.publicKey, validity: validity)
            #expect(certificate.suite == request.suite)
            try identity.install(certificate, suite: national)
        }
        #expect(try identity.loadAll(suite: national).member == (try member("tax/client/desk")))
        #expect(fileCode { try identity.createRequest(for: member("tax/client/desk"), suite: suite) } == .exists)
    }

    private func identityOrFileError(_ body: () throws -> some Any) -> Bool {
        do {
            _ = try body()
            return false
        } catch {
            return error is IdentityError || error is FileError
        }
    }

    @Test func aCertificateForTLSOfAnotherMemberIsRefused() throws {
        var authority = try authority()
        for name in ["desk", "other"] {
            _ = try IdentityDirectory(directory[name]).create(
                for: member("tax/client/\(name)"), in: label("demo"), authority: &authority, validity: validity)
        }
        for file in ["tls-certificate.pem", "tls-private.key"] {
            try directory.write(try directory.text(of: "other/\(file)"), to: "desk/\(file)")
        }
        #expect(identityCode { try IdentityDirectory(directory["desk"]).loadAll(suite: national) } == .wrongMember)
    }

    @Test func anIdentityOfTheOtherSuiteIsRefused() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let identity = IdentityDirectory(directory["desk"])
        let made = try identity.create(
            for: member("tax/client/desk"), in: label("demo"), authority: &authority, validity: validity)
        #expect(identityCode { try identity.loadAll(suite: national) } == .wrongSuite)
        #expect(try identity.loadAll(suite: suite).transport.certificate == made.ledger.certificate)
        // Nor does an authority certify keys that its consortium could not use.
        let key = national.generateSigningKey().verificationKey
        let refused = identityCode {
            try authority.issue(
                to: member("tax/client/desk"), in: label("demo"), publicKey: key, validity: validity)
        }
        #expect(refused == .wrongSuite)
    }

    @Test func aGenesisHoldsBothAuthoritiesOfEachDepartment() throws {
        var (tax, land) = (try authority(), try authority("land"))
        let validators = try [tax.issueNational("tax/validator/node"), land.issueNational("land/validator/node")]
        let made = try genesis(of: [tax.certificates, land.certificates], validators: validators)
        let read = try GenesisFile.read(directory["genesis.der"])
        #expect(read.digest == made.digest)
        #expect(read.digest == national.digest(of: read.document.derBytes))
        #expect(read.document.suite == .sm)
        #expect(read.anchors.suite.identifier == .sm)
        #expect(read.transportAnchors.suite.identifier == .p256)
        #expect(read.transportAnchors.departments == read.anchors.departments)
        // What connects and what signs are two questions.
        let identities = try IdentityDirectory(directory["desk"]).create(
            for: member("tax/client/desk"), in: label("demo"), authority: &tax, validity: validity)
        let (ledger, transport) = (identities.ledger.certificate, identities.transport.certificate)
        #expect(throws: Never.self) { try read.anchors.authenticate(ledger, at: now) }
        #expect(throws: Never.self) { try read.transportAnchors.authenticate(transport, at: now) }
        #expect(identityCode { try read.anchors.authenticate(transport, at: now) } == .wrongSuite)
        #expect(identityCode { try read.transportAnchors.authenticate(ledger, at: now) } == .wrongSuite)
    }

    @Test func aGenesisOfMixedSuitesIsRefused() throws {
        var tax = try authority()
        var land = try AuthorityDirectory.make("land", in: directory)
        let certificates = [tax.certificates, land.certificates]
        let validator = try tax.issueNational("tax/validator/node")
        let other = try land.issue("land/validator/node")
        #expect(refusal(of: certificates, validators: [validator]).contains("wrongSuite"))
        #expect(refusal(of: certificates, validators: [other], suite: .p256).contains("wrongSuite"))
        #expect(refusal(of: [tax.certificates], validators: [other]).contains("wrongSuite"))
        #expect(refusal(of: [land.certificates], validators: [validator], suite: .p256).contains("wrongSuite"))
        // A validator by its certificate for TLS.
        let transport = try tax.issue("tax/validator/node")
        #expect(transport.suite == .p256)
        #expect(refusal(of: [tax.certificates], validators: [transport]).contains("wrongSuite"))
    }

    @Test func aGenesisHasTheAuthoritiesThatItsSuiteNeedsAndNoOthers() throws {
        var (tax, land) = (try authority(), try AuthorityDirectory.make("land", in: directory))
        let (validator, other) = (
            try tax.issueNational("tax/validator/node"), try land.issue("land/validator/node")
        )
        func document(
            _ suite: CryptoSuiteIdentifier, _ authority: TrustAnchor, _ transport: TrustAnchor?,
            _ validator: MemberCertificate
        ) throws -> GenesisDocument {
            let department = GenesisDepartment(
                name: authority.department, title: "", issuerCodes: [], authority: authority.der,
                transportAuthority: transport?.der)
            return GenesisDocument(
                consortium: try label("demo"), channel: try label("main"), createdAt: now, suite: suite,
                departments: [department],
                validators: [.init(certificate: validator.der, host: "localhost", port: 7_101)],
                limits: ChannelLimits())
        }
        let (national, landAnchor) = (tax.certificates, land.certificates.ledger)
        let sound = [
            try document(.sm, national.ledger, national.transport, validator),
            try document(.p256, landAnchor, nil, other),
        ]
        for document in sound {
            #expect(throws: Never.self) { try Genesis(derBytes: document.derBytes) }
        }
        for document in [
            try document(.sm, national.ledger, nil, validator),
            try document(.sm, national.ledger, national.ledger, validator),
            try document(.sm, national.ledger, landAnchor, validator),
            try document(.p256, landAnchor, landAnchor, other),
        ] {
            #expect(throws: GenesisError.self) { try Genesis(derBytes: document.derBytes) }
        }
    }
}

extension AuthorityDirectory {
    /// A certificate for a new SM2 key.
    fileprivate mutating func issueNational(_ name: String) throws -> MemberCertificate {
        try issue(
            to: member(name),
            in: label("demo"),
            publicKey: SMSuite().generateSigningKey().verificationKey,
            validity: validity
        )
    }
}
