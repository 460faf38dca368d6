import Foundation
import Identity
import Nodes
import Testing

@Suite("An authority on disk")
struct AuthorityDirectoryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ department: String = "tax") throws -> AuthorityDirectory {
        try AuthorityDirectory.open(directory["tax"], department: label(department))
    }

    private func list() throws -> RevocationList {
        let authority = try open()
        let anchors = try TrustAnchors(
            consortium: try label("demo"), suite: suite, anchors: [authority.authority.anchor])
        return try RevocationList(pem: directory.text(of: "tax/revoked.crl"), anchors: anchors)
    }

    @Test func aNewAuthorityHasItsFiles() throws {
        let made = try AuthorityDirectory.make(in: directory)
        let opened = try open()
        #expect(opened.authority.anchor.der == made.authority.anchor.der)
        #expect(opened.department == (try label("tax")))
        #expect(opened.entries.isEmpty)
        #expect(try directory.mode(of: "tax/authority.key") == 0o600)
        #expect(try directory.mode(of: "tax/authority.pem") == 0o644)
        #expect(try directory.text(of: "tax/authority.pem") == made.authority.anchor.pemRepresentation)
        #expect(made.certificatePath == directory["tax/authority.pem"])
        #expect(made.revocationListPath == directory["tax/revoked.crl"])
    }

    @Test func anAuthorityIsNeverOverwritten() throws {
        _ = try AuthorityDirectory.make(in: directory)
        let key = try directory.text(of: "tax/authority.key")
        #expect(fileCode { try AuthorityDirectory.make(in: directory) } == .exists)
        #expect(try directory.text(of: "tax/authority.key") == key)
    }

    @Test func anotherDepartmentsAuthorityIsRefused() throws {
        _ = try AuthorityDirectory.make(in: directory)
        #expect(identityCode { try open("land") } == .wrongDepartment)
        #expect(throws: Never.self) { try AuthorityDirectory.open(directory["tax"]) }
    }

    @Test func whatIsIssuedIsKept() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let first = try authority.issue("tax/validator/node")
        let second = try authority.issue("tax/client/desk", in: "other")
        let entries = try open().entries
        #expect(entries == authority.entries)
        #expect(entries.map(\.member) == [first.member, second.member])
        #expect(entries.map(\.consortium.rawValue) == ["demo", "other"])
        #expect(entries.map(\.serialNumber) == [first.serialNumber.hexadecimal, second.serialNumber.hexadecimal])
        #expect(entries[0].notBefore == first.notBefore && entries[0].notAfter == first.notAfter)
        #expect(entries.allSatisfy { $0.revokedAt == nil })
        let kept = try directory.text(of: "tax/certificates/\(entries[0].serialNumber).pem")
        #expect(try MemberCertificate(pem: kept, suite: suite) == first)
    }

    @Test func anAuthoritySignsForItsOwnDepartmentAlone() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        #expect(identityCode { try authority.issue("land/validator/node") } == .wrongDepartment)
        #expect(authority.entries.isEmpty)
        #expect(try open().entries.isEmpty)
    }

    @Test func whatIsRevokedIsOnTheListAndNothingElse() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let certificates = try (0..<8).map { try authority.issue("tax/client/desk-\($0)") }
        let name = try member("tax/client/desk-3")
        let revoked = try authority.revoke(at: now) { $0.member == name }
        #expect(revoked.map(\.member) == [name])
        #expect(revoked.allSatisfy { $0.revokedAt == now })
        let list = try list()
        #expect(list.entries.map(\.serialNumber) == [certificates[3].serialNumber])
        #expect(list.number == 1)
        #expect(list.nextUpdate > list.thisUpdate)
        var revocations = Revocations()
        revocations.insert(list)
        for certificate in certificates {
            let isLive = (try? revocations.check(certificate)) != nil
            #expect(isLive == (certificate.member != name))
        }
        #expect(try open().entries.count { $0.revokedAt != nil } == 1)
    }

    @Test func everyListHasALargerNumberThanTheOnesBefore() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        _ = try authority.issue("tax/client/one")
        _ = try authority.issue("tax/client/two")
        #expect(try authority.updateRevocationList(at: now).number == 1)
        _ = try authority.revoke(at: now) { $0.member.name.rawValue == "one" }
        #expect(try list().number == 2)
        // Also for whoever opens the directory later.
        var opened = try open()
        _ = try opened.revoke(at: now.advanced(by: .seconds(60))) { $0.member.name.rawValue == "two" }
        #expect(try list().number == 3)
        #expect(try list().entries.count == 2)
        #expect(try opened.updateRevocationList(at: now).number == 4)
    }

    @Test func whatIsRevokedOrWasNeverIssuedCannotBeRevoked() throws {
        var authority = try AuthorityDirectory.make(in: directory)
        #expect(fileCode { try authority.revoke(at: now) { _ in true } } == .missing)
        _ = try authority.issue("tax/client/desk")
        _ = try authority.revoke(at: now) { _ in true }
        #expect(fileCode { try authority.revoke(at: now) { _ in true } } == .missing)
        #expect(try list().number == 1)
    }

    @Test(arguments: 1...20)
    func everySerialNumberCanBeRevoked(round: Int) throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let certificate = try authority.issue("tax/client/desk")
        _ = try authority.revoke(at: now) { _ in true }
        var revocations = Revocations()
        revocations.insert(try list())
        #expect(identityCode { try revocations.check(certificate) } == .revoked)
    }

    @Test(
        arguments: [
            "", "{", "[]", "{\"lastListNumber\":-1,\"entries\":[]}", "{\"lastListNumber\":1}",
            "{\"lastListNumber\":18446744073709551615,\"entries\":[]}", "{\"lastListNumber\":0,\"entries\":[{}]}",
        ]
    )
    func aDamagedIndexIsSaidToBe(text: String) throws {
        _ = try AuthorityDirectory.make(in: directory)
        try directory.write(text, to: "tax/index.json")
        let error = thrown(FileError.self) { try open() }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("index.json is damaged") == true)
    }

    @Test(arguments: ["", "x", "0", "zz", String(repeating: "00", count: 21)])
    func anIndexWithASerialNumberThatIsNoneIsDamaged(serialNumber: String) throws {
        var authority = try AuthorityDirectory.make(in: directory)
        let certificate = try authority.issue("tax/client/desk")
        let index = try directory.text(of: "tax/index.json")
        try directory.write(
            index.replacing(certificate.serialNumber.hexadecimal, with: serialNumber), to: "tax/index.json")
        #expect(fileCode { try open() } == .unreadable)
    }

    @Test(arguments: ["authority.pem", "authority.key", "index.json"])
    func aFileThatIsGoneIsMissing(name: String) throws {
        _ = try AuthorityDirectory.make(in: directory)
        try FileManager.default.removeItem(atPath: directory["tax/\(name)"])
        #expect(fileCode { try open() } == .missing)
    }

    @Test func anotherAuthoritysKeyIsRefused() throws {
        let (tax, land) = (
            try AuthorityDirectory.make(in: directory), try AuthorityDirectory.make("land", in: directory)
        )
        try directory.write(land.authority.key.pemRepresentation, to: "tax/authority.key")
        #expect(identityCode { try open() } == .malformedKey)
        try directory.write("nothing", to: "tax/authority.key")
        #expect(identityCode { try open() } == .malformedKey)
        try directory.write(tax.authority.key.pemRepresentation, to: "tax/authority.pem")
        #expect(identityCode { try open() } == .malformedCertificate)
    }
}
