import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// A step that issues or cancels a licence is answered in one transaction with it, or not at all.
@Suite("Answers that issue or cancel a licence")
struct LicenceEffectTests {
    private static let type = "11100000MB0143028R001"

    private static func definition(
        _ kind: StepEffect.Kind
    ) -> (TestConsortium) throws -> OneThingDefinition {
        { consortium in
            let title = BilingualTitle("事项", "matter")
            let roles = [Name.lead, Name.seal, Name.tax]
            let departments = consortium.genesis.document.departments.map(\.name)
            return OneThingDefinition(
                matter: Name.matter, version: 1, title: title, basis: "rule", lead: Name.lead,
                subject: kind == .issuesLicence ? .holder : .licence,
                roles: zip(roles, departments).map { DefinitionRole($0, $1, title) },
                steps: try zip(roles, [Name.register, Name.seal, Name.tax]).map { role, name in
                    StepDefinition(
                        name, title, role: role, after: name == Name.register ? [] : [Name.register],
                        answers: [StepAnswer(Name.done, title)],
                        effect: name == Name.register
                            ? StepEffect(kind, type: try LicenceTypeCode(Self.type)) : nil)
                })
        }
    }

    private func prepared(_ scene: OneThingScene) throws -> PreparedLicence {
        let identifier = LicenceIdentifier(
            typeCode: try LicenceTypeCode(Self.type),
            issuerCode: try UnifiedSocialCreditCode(OneThingScene.issuerCode), serial: try LicenceSerial("A1"),
            version: try LicenceVersion("001"))
        let values: [LicenceColumn: String] = [
            .certificateIdentifier: identifier.text, .certificateTypeName: "营业执照", .certificateName: "营业执照",
            .holderName: "示例", .holderCode: OneThingScene.issuerCode, .holderCodeType: "001",
            .issuingAuthorityName: "示例市场监督管理局", .issuingAuthorityCode: OneThingScene.issuerCode,
            .issuedOn: "20250101", .validFrom: "20250101", .validUntil: "", .regionCode: "650102",
        ]
        let header = LicenceColumn.allCases.map(\.rawValue).joined(separator: ",")
        let line = LicenceColumn.allCases.map { values[$0] ?? "" }.joined(separator: ",")
        var table = try LicenceTable(
            bytes: Array("\(header)\n\(line)\n".utf8), rules: LicenceTableRules(strictness: .issue))
        let row = try #require(try table.readAll().rows.first)
        let root = scene.suite.digest(of: [1])
        return PreparedLicence(row: row, line: "", content: EvidenceContent(file: nil, metadataRoot: root))
    }

    private func rejection(_ body: () async throws -> some Any) async throws -> String? {
        do {
            _ = try await body()
            return nil
        } catch let error as TransactionRejected {
            return error.code.rawValue
        }
    }

    private func open(_ subject: CaseSubject, _ scene: OneThingScene) async throws -> OneThingCode {
        try await scene.lead.open(
            OpenCase(matter: Name.matter, subject: subject, options: [], content: nil))
    }

    @Test func aLicenceIsIssuedWithTheAnswerThatNamesIt() async throws {
        let scene = try await OneThingScene(definition: Self.definition(.issuesLicence))
        let holder = HolderPseudonym(epoch: 1, digest: scene.suite.digest(of: [7]))
        let code = try await open(.holder(holder), scene)
        let licence = try prepared(scene)
        let answer = CaseAct.answer(Name.register, attempt: 1, Name.done, licence: licence.identifier)
        // The answer alone has issued nothing.
        #expect(try await rejection { try await scene.lead.act(answer, in: code) } == "wrongEffect")
        try await scene.lead.act(answer, in: code, after: CasesClient.issuing(licence))
        #expect(try await scene.lead.standing(of: code).known.licence == licence.identifier)
        let known = try await scene.clients[0].licences.licences([licence.identifier])
        #expect(known.records.first?.status == .valid && known.evidence.count == 1)
    }

    @Test func aLicenceIsCancelledWithTheAnswerAndItsAuthorisationsAreClosed() async throws {
        let scene = try await OneThingScene(definition: Self.definition(.cancelsLicence))
        let licence = try prepared(scene)
        try await scene.clients[0].submitter.submit(CasesClient.issuing(licence))
        let code = try await open(.licence(licence.identifier), scene)
        let answer = CaseAct.answer(Name.register, attempt: 1, Name.done)
        #expect(try await rejection { try await scene.lead.act(answer, in: code) } == "wrongEffect")
        let calls = try CasesClient.cancelling(licence.identifier, basis: "第三十三条")
        // A cancellation that leaves the authorisations open is not enough.
        #expect(
            try await rejection { try await scene.lead.act(answer, in: code, after: Array(calls.prefix(1))) }
                == "wrongEffect")
        try await scene.lead.act(answer, in: code, after: calls)
        let known = try await scene.clients[0].licences.licences([licence.identifier])
        #expect(known.records.first?.status == .cancelled)
        #expect(try await scene.lead.standing(of: code).known.steps.first?.status == .settled)
    }
}
