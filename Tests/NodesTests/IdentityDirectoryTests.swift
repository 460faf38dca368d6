import Foundation
import Identity
import Nodes
import Testing

@Suite("An identity on disk")
struct IdentityDirectoryTests {
    private let directory: TemporaryDirectory
    private let identity: IdentityDirectory

    init() throws {
        directory = try TemporaryDirectory()
        identity = IdentityDirectory(directory["identity"])
    }

    private func issue(_ request: CertificateRequest) throws -> MemberCertificate {
        var authority = try AuthorityDirectory.make(in: directory)
        return try authority.issue(
            to: request.member, in: label("demo"), publicKey: request.publicKey, validity: validity)
    }

    @Test func aRequestIsSignedElsewhereAndInstalled() throws {
        let name = try member("tax/client/desk")
        let request = try identity.createRequest(for: name, suite: suite)
        #expect(request.member == name)
        #expect(try directory.mode(of: "identity/private.key") == 0o600)
        #expect(fileCode { try identity.load(suite: suite) } == .missing)

        let sent = try CertificateRequest(pem: directory.text(of: "identity/request.pem"))
        let certificate = try issue(sent)
        try identity.install(certificate, suite: suite)
        let loaded = try identity.load(suite: suite)
        #expect(loaded.member == name)
        #expect(loaded.certificate == certificate)
        #expect(try directory.mode(of: "identity/certificate.pem") == 0o644)
    }

    @Test func aKeyIsNeverOverwritten() throws {
        let name = try member("tax/client/desk")
        _ = try identity.createRequest(for: name, suite: suite)
        let key = try directory.text(of: "identity/private.key")
        #expect(fileCode { try identity.createRequest(for: name, suite: suite) } == .exists)
        var authority = try AuthorityDirectory.make(in: directory)
        let refused = fileCode {
            try identity.create(for: name, in: label("demo"), authority: &authority, validity: validity)
        }
        #expect(refused == .exists)
        #expect(authority.entries.isEmpty)
        #expect(try directory.text(of: "identity/private.key") == key)
    }

    @Test func aCertificateOfAnotherKeyIsNotInstalled() throws {
        let name = try member("tax/client/desk")
        _ = try identity.createRequest(for: name, suite: suite)
        let other = try CertificateRequest(member: name, key: suite.generateSigningKey())
        let certificate = try issue(other)
        #expect(identityCode { try identity.install(certificate, suite: suite) } == .malformedKey)
        #expect(fileCode { try identity.load(suite: suite) } == .missing)
        // Put there by hand, it is refused when it is loaded.
        try directory.write(certificate.pemRepresentation, to: "identity/certificate.pem")
        #expect(identityCode { try identity.load(suite: suite) } == .malformedKey)
    }

    @Test func aKeyAndItsCertificateAreMadeInOnePlace() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let made = try identity.create(
            for: member("tax/validator/node"), in: label("demo"), authority: &authority, validity: validity)
        let loaded = try identity.load(suite: suite)
        #expect(loaded.certificate == made.ledger.certificate)
        #expect(authority.entries.map(\.serialNumber) == [made.ledger.certificate.serialNumber.hexadecimal])
        #expect(try directory.mode(of: "identity/private.key") == 0o600)
    }

    @Test func aNewCertificateReplacesTheOldOne() throws {
        let request = try identity.createRequest(for: member("tax/client/desk"), suite: suite)
        var authority = try AuthorityDirectory.make(in: directory)
        for end in [1, 2] as [Int64] {
            let certificate = try authority.issue(
                to: request.member, in: label("demo"), publicKey: request.publicKey,
                validity: now...now.advanced(by: .seconds(end)))
            try identity.install(certificate, suite: suite)
            #expect(try identity.load(suite: suite).certificate == certificate)
        }
    }

    @Test func nothingIsIssuedWhereTheKeyHasNoPlace() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        try directory.write("", to: "identity")
        let refused = fileCode {
            try identity.create(
                for: member("tax/client/desk"), in: label("demo"), authority: &authority, validity: validity)
        }
        #expect(refused == .unwritable)
        #expect(authority.entries.isEmpty)
    }

    @Test func nothingIsLeftWhereTheAuthorityRefuses() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let refused = identityCode {
            try identity.create(
                for: member("land/client/desk"), in: label("demo"), authority: &authority, validity: validity)
        }
        #expect(refused == .wrongDepartment)
        #expect(fileCode { try identity.load(suite: suite) } == .missing)
    }

    @Test(arguments: ["private.key", "certificate.pem"])
    func damagedFilesAreRefused(name: String) throws {
        var authority = try AuthorityDirectory.make(in: directory)
        _ = try identity.create(
            for: member("tax/client/desk"), in: label("demo"), authority: &authority, validity: validity)
        let text = try directory.text(of: "identity/\(name)")
        try directory.write(String(text.prefix(text.count / 2)), to: "identity/\(name)")
        #expect(throws: IdentityError.self) { try identity.load(suite: suite) }
        try directory.write(String(repeating: "x", count: 100_000), to: "identity/\(name)")
        #expect(fileCode { try identity.load(suite: suite) } == .tooLarge)
    }
}
