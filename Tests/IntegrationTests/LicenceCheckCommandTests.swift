import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    /// What is checked of licences, of what was released and of codes that are shown, by the commands that people type.
    @Suite("Checks from the command line")
    struct LicenceCheckCommandTests {
        private struct Verification: Decodable {
            struct Field: Decodable {
                let name: String
                let verdict: String
            }

            let outcome: String
            let fields: [Field]
        }

        private struct OfflineCheck: Decodable {
            let notRevokedAsOf: String?
            let newerListDueSince: String?
            let unchecked: [String]
        }

        private static let values: [LicenceColumn: String] = [
            .certificateTypeName: "营业执照", .certificateName: "营业执照", .holderName: "示范有限公司",
            .holderCode: "91659944MA27M6B03D", .holderCodeType: "001", .issuingAuthorityName: "示范区市场监督管理局",
            .issuingAuthorityCode: "11650000MB1A0001XQ", .issuedOn: "20220612", .validFrom: "20220612",
            .validUntil: "长期", .regionCode: "653000",
        ]

        private func identifier() throws -> LicenceIdentifier {
            LicenceIdentifier(
                typeCode: try LicenceTypeCode("11100000MB0143028R001"),
                issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"), serial: try LicenceSerial("A1"),
                version: try LicenceVersion("001"))
        }

        private func decode<Value: Decodable>(_ type: Value.Type, _ output: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(output.utf8))
        }

        @Test func whatWasReleasedIsAnsweredFieldByFieldAndWithItsFile() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let licence = try identifier()
                let deed = "\(run.folder.path)/deed.pdf"
                try Data("deed".utf8).write(to: URL(filePath: deed))
                let owner = run.consortium.clientOptions(as: run.departments[0], at: run.departments[0])
                let salts = "\(run.folder.path)/salts"
                let issued = try await run.command(
                    [
                        "licence", "issue", "--identifier", licence.text, "--file", deed, "--type-name", "营业执照",
                        "--holder-name", "示范有限公司", "--holder-code", "91659944MA27M6B03D", "--issuer-name",
                        "示范区市场监督管理局", "--issued-on", "20220612", "--region", "653000", "--salts", salts,
                    ] + owner)
                #expect(issued.status == 0, "\(issued.errors)")

                let kept = try LicenceSaltsStore(URL(filePath: salts), isMade: false).salts(of: licence)
                let neighbour = run.consortium.clientOptions(as: run.departments[1], at: run.departments[1])
                func verify(_ fields: [LicenceFieldDisclosure], _ file: [UInt8]?) async throws -> (Int32?, Verification)
                {
                    let path = "\(run.folder.path)/deed.released"
                    try Data(try content(fields, file).derBytes).write(to: URL(filePath: path))
                    let result = try await run.command(
                        ["licence", "verify", "--released", path, "--json"] + neighbour)
                    return (result.status, try decode(Verification.self, result.output))
                }
                let shown = try disclosures(of: licence, salts: kept, run)
                let (status, honest) = try await verify(shown, Array("deed".utf8))
                #expect(status == 0 && honest.outcome == "consistent")
                #expect(honest.fields.map(\.verdict) == ["established", "established"])
                let forged = LicenceFieldDisclosure(
                    field: LicenceField(name: .holderName, value: "别家有限公司"), salt: shown[0].salt, path: shown[0].path)
                let (refused, partly) = try await verify([forged, shown[1]], nil)
                #expect(refused == 1 && partly.outcome == "catalogueDiffers")
                #expect(partly.fields.map(\.verdict) == ["contradicted", "established"])
                #expect(partly.fields.map(\.name) == ["holder_name", "issued_on"])
                let (another, other) = try await verify(shown, Array("another deed".utf8))
                #expect(another == 1 && other.outcome == "fileDiffers")
            }
        }

        /// The licence's holder and day of issue, as its owner would release them.
        private func disclosures(
            of licence: LicenceIdentifier, salts: LicenceSalts, _ run: LocalRun
        ) throws -> [LicenceFieldDisclosure] {
            let suite = try GenesisFile.read(run.folder.genesis).suite
            let metadata = try LicenceMetadata(
                identifier: licence,
                fields: LicenceMetadata.names.map {
                    LicenceField(name: $0, value: Self.values[$0] ?? licence.text)
                })
            return try [LicenceColumn.holderName, .issuedOn].compactMap {
                try metadata.disclosure(of: $0, salts: salts, suite: suite)
            }
        }

        private func content(_ fields: [LicenceFieldDisclosure], _ file: [UInt8]?) throws -> ReleasedContent {
            let digest = try #require(Digest(hexadecimal: String(repeating: "0", count: 64)))
            var generator = SeededGenerator(seed: 1)
            return ReleasedContent(
                note: ReleaseNote(
                    decision: DecisionIdentifier(digest), licence: try identifier(),
                    owner: try #require(DepartmentName("market")), requester: try #require(DepartmentName("tax")),
                    application: try ApplicationName("counter"),
                    context: UseContext(purpose: try PurposeCode("TAX-REGISTRATION")), action: .download,
                    decidedAt: SystemWallClock().now),
                disclosures: fields, file: file, using: &generator)
        }

        @Test func anOfflineScanSaysWhetherTheNodesCertificateCouldBeChecked() async throws {
            try await LocalRun.with(departments: 4) { run in
                let owner = run.departments[0]
                let code = try code(of: owner, run)
                func scan(_ options: [String]) async throws -> Executable.Result {
                    try await run.command(
                        ["use", "scan", code, "--offline", "--genesis", run.folder.genesis] + options)
                }
                let bare = try decode(OfflineCheck.self, try await scan(["--json"]).output)
                #expect(bare.unchecked == ["licenceState", "nodeRevocation"] && bare.notRevokedAsOf == nil)
                let unchecked = try await scan([])
                #expect(unchecked.status == 0, "\(unchecked.errors)")
                #expect(unchecked.output.contains("could not be checked: whether the node's certificate was revoked"))

                for department in run.departments.prefix(2) {
                    try await run.executable.mustSucceed([
                        "ca", "revoke", "--authority", run.folder.authority(of: department.name), "--member",
                        "\(department.name)/client/counter",
                    ])
                }
                let list = "\(run.folder.authority(of: owner.name))/revoked.crl"
                let checked = try await scan(["--crl", list, "--json"])
                #expect(checked.status == 0, "\(checked.errors)")
                let answer = try decode(OfflineCheck.self, checked.output)
                #expect(answer.notRevokedAsOf != nil && answer.newerListDueSince == nil)
                #expect(answer.unchecked == ["licenceState"])
                let foreign = "\(run.folder.authority(of: run.departments[1].name))/revoked.crl"
                let mistaken = try await scan(["--crl", foreign])
                #expect(mistaken.status == 2 && mistaken.errors.contains("give that of \(owner.name)"))

                try await run.executable.mustSucceed([
                    "ca", "revoke", "--authority", run.folder.authority(of: owner.name), "--member",
                    "\(owner.name)/validator/node",
                ])
                let revoked = try await scan(["--crl", list])
                #expect(revoked.status == 1 && revoked.errors.contains("revokedSigner"))
            }
        }

        /// A file with a code that the owner's node has signed.
        private func code(of owner: ConsortiumPlan.Department, _ run: LocalRun) throws -> String {
            let genesis = try GenesisFile.read(run.folder.genesis)
            let node = try IdentityDirectory(run.folder.identity(ofNodeOf: owner.name)).loadAll(suite: genesis.suite)
            var generator = SeededGenerator(seed: 1)
            let identifier = PresentationIdentifier(using: &generator)
            let order = try PresentationOrder(
                licence: try self.identifier(), purpose: try PurposeCode("TAX-REGISTRATION"), fields: [.holderName],
                seconds: 600, nonce: identifier.digest(suite: genesis.suite))
            let token = PresentationToken(
                order, identifier: identifier, owner: try #require(DepartmentName(owner.name)),
                channel: genesis.channel, at: SystemWallClock().now)
            let path = "\(run.folder.path)/code.txt"
            let text = try PresentationCode(token, signer: node.ledger, suite: genesis.suite).text
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }
    }
}
