import Formats
import GatewayAccess
import Identity
import Ledger
import Licences
import Testing
import VectorTestKit

/// The bytes of what stands on the ledger about callers.
@Suite("Bytes of applications")
struct ApplicationVectorTests {
    @Test func structuresAreThoseOfTheVectors() throws {
        let department = try #require(Label("market"))
        let member = MemberName(department: department, role: .client, name: try #require(Label("archive")))
        let declaration = try AccessScene.application(member: member)
        let record = ApplicationRecord(
            department: department, declaration: declaration, status: .suspended, at: FixedValues.timestamp,
            height: Height(rawValue: 7))
        let name = try ApplicationName("counter")
        let reference = ApplicationReference(department: department, name: name)
        let client = try #require(declaration.client)
        let person = PersonDeclaration(
            issuer: AccessScene.issuer, subject: FixedValues.digest(1), entitlements: [.readTraces, .readUses],
            lastDay: try CalendarDate("20261231"))
        let personRecord = PersonRecord(
            department: department, declaration: person, at: FixedValues.timestamp, height: Height(rawValue: 8),
            endedAt: FixedValues.timestamp)
        let platform = AccessScene.platform(algorithms: [.rs256, .es256])
        let platformRecord = PlatformRecord(
            department: department, declaration: platform, at: FixedValues.timestamp, height: Height(rawValue: 9))
        let vectors = [
            Vector("Quota", try #require(Quota(requestsPerMinute: 60))),
            Vector("Quota-day", declaration.quota),
            Vector("ApplicationClient", client),
            Vector("ApplicationDeclaration", declaration),
            Vector(
                "ApplicationDeclaration-least",
                try AccessScene.application(client: nil, entitlements: [], perDay: nil)),
            Vector("ApplicationRecord", record),
            Vector("ApplicationReference", reference),
            Vector("ApplicationOfClient", ApplicationOfClient(department: department, client: client)),
            Vector("ApplicationOfMember", ApplicationOfMember(member)),
            Vector("DepartmentPage", DepartmentPage(of: department, from: 200, limit: 50)),
            Vector("ApplicationPage", RecordPage(count: 201, records: [record])),
            Vector("PersonDeclaration", person),
            Vector("PersonRecord", personRecord),
            Vector(
                "PersonReference",
                PersonReference(department: department, issuer: person.issuer, subject: person.subject)),
            Vector("PersonPage", RecordPage(count: 1, records: [personRecord])),
            Vector("PlatformDeclaration", platform),
            Vector("PlatformRecord", platformRecord),
            Vector("PlatformReference", PlatformReference(department: department, issuer: platform.issuer)),
            Vector("PlatformPage", RecordPage(count: 0, records: [PlatformRecord]())),
            Vector("ClaimRequest", ClaimRequest(key: FixedValues.digest(2), request: FixedValues.digest(3))),
            Vector("ClaimQuestion", ClaimQuestion(department: department, key: FixedValues.digest(2))),
            Vector(
                "ClaimRecord",
                ClaimRecord(
                    request: FixedValues.digest(3), transaction: TransactionIdentifier(FixedValues.digest(4)),
                    height: Height(rawValue: 10), claimedAt: FixedValues.timestamp)),
            Vector("ClaimRange", ClaimRange(first: 2, next: 5)),
            Vector("ClaimPlace", ClaimPlace(FixedValues.digest(2))),
        ]
        let file = VectorFile(
            "structures-applications",
            comment: "Structures of who may call over HTTP, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }

    @Test func whatIsOutOfRangeDoesNotParse() throws {
        let page = RecordPage(
            count: 1, records: [ClaimRequest(key: FixedValues.digest(1), request: FixedValues.digest(2))])
        // One structure is none of another type.
        #expect(throws: FormatError.self) { try ApplicationRecord(derBytes: page.derBytes, limit: 1 << 16) }
        let platform = AccessScene.platform(algorithms: [])
        #expect(throws: FormatError.self) { try PlatformDeclaration(derBytes: platform.derBytes, limit: 1 << 16) }
        #expect(throws: FormatError.self) {
            try ClaimRange(derBytes: ClaimRange(first: 5, next: 2).derBytes, limit: 100)
        }
        #expect(Quota(requestsPerMinute: 0) == nil)
        #expect(Quota(requestsPerMinute: 1_000_001) == nil)
        #expect(Quota(requestsPerMinute: 1, requestsPerDay: 0) == nil)
    }

    @Test(arguments: [
        "https://id.example.gov.cn", "https://id.example.gov.cn:8443/realms/a", "http://localhost:8080",
        "http://127.0.0.1/a", "http://[::1]:80", "https://[2001:db8::1]/jwks",
    ])
    func anAddressIsHTTPSOrOnTheMachineItself(text: String) {
        #expect(PlatformAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "https://", "http://id.example.gov.cn", "ftp://a", "https://user@host/", "https://host/?a",
        "https://host#a",
        "https://host:0/", "https://host:65536/", "https://host:+1/", "https://host:80a/", "https://ho st/",
        "https://host/证", "http://127.0.0.1.example.cn/", "http://localhost.example.cn", "https://[::1", "https://[]/",
        "HTTPS://host/", "https://host/\"", "https://host/\n", "http://localhost@evil/", "https:///jwks",
    ])
    func whatIsNoAddressIsNone(text: String) {
        #expect(PlatformAddress(text) == nil)
    }

    @Test func anAddressIsBounded() {
        #expect(PlatformAddress("https://h/" + String(repeating: "a", count: 246)) != nil)
        #expect(PlatformAddress("https://h/" + String(repeating: "a", count: 247)) == nil)
    }
}
