import ClientTestKit
import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import ZhenglianClient

/// A consortium with all four ledgers: department 0 issues, department 1 uses, department 2 looks on.
struct TestUsage {
    let consortium: TestConsortium
    let node: InProcessClient
    let owner: ZhenglianClient
    let user: ZhenglianClient
    let stranger: ZhenglianClient
    let holder: HolderPseudonym
    let agent: HolderPseudonym
    let holderKey: any SigningKey
    let agentKey: any SigningKey

    static let all = LicenceColumn.allCases

    init(_ suite: CryptoSuiteIdentifier = .p256) throws {
        consortium = try TestConsortium(suite: suite, issuerCodes: [0: [TestRegistry.issuerCode]])
        node = try InProcessClient(
            consortium,
            contracts: [CatalogueContract(), EvidenceContract(), AuthorisationContract(), UsageContract()])
        owner = ZhenglianClient(ledger: node, identity: try consortium.member("counter"))
        user = ZhenglianClient(ledger: node, identity: try consortium.member("counter", department: 1))
        stranger = ZhenglianClient(ledger: node, identity: try consortium.member("counter", department: 2))
        holder = HolderPseudonym(epoch: 1, digest: consortium.suite.digest(of: Array("holder".utf8)))
        agent = HolderPseudonym(epoch: 1, digest: consortium.suite.digest(of: Array("agent".utf8)))
        holderKey = consortium.suite.generateSigningKey()
        agentKey = consortium.suite.generateSigningKey()
    }

    var genesis: Genesis { consortium.genesis }
    var using: DepartmentName { consortium.authorities[1].anchor.department }

    func digest(_ text: String) -> Digest { consortium.suite.digest(of: Array(text.utf8)) }

    /// Ledger time of the newest block.
    func now() async throws -> Timestamp { try await node.status().headTime }

    func at(_ seconds: Int64) -> Timestamp { TestConsortium.createdAt.advanced(by: .seconds(seconds)) }

    func identifier(_ serial: String = "A1") throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode),
            serial: try LicenceSerial(serial), version: try LicenceVersion("001"))
    }

    /// A licence of the holder's on the ledger.
    @discardableResult
    func issue(
        _ serial: String = "A1", until: String? = nil, of holder: HolderPseudonym? = nil
    ) async throws -> LicenceIdentifier {
        let identifier = try identifier(serial)
        let particulars = CatalogueParticulars(
            identifier: identifier, holder: holder ?? self.holder,
            validity: try LicenceValidity(
                from: try CalendarDate("20250101"), until: try until.map { try CalendarDate($0) }),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode("650100"), metadataRoot: digest("fields"))
        try await owner.submitter.submit([LicenceCall.issue(IssueLicence(particulars)).call])
        return identifier
    }

    /// Everything that lets department 1's system use the licence by a grant of the holder.
    func prepare(maximumUses: Int64? = nil) async throws -> GrantIdentifier {
        try await issue()
        try await bind()
        try await entitle()
        return try await grant(maximumUses: maximumUses)
    }

    /// The holder and the agent have a device each, and a licence of the owner's by which it knows them.
    func bind() async throws {
        for (person, key, serial) in [(holder, holderKey, "HOLDER"), (agent, agentKey, "AGENT")] {
            let licence = try await issue(serial, of: person)
            try await owner.authorisations.bind(
                BindHolder(
                    holder: person, level: .four, key: key.verificationKey.subjectPublicKeyInfo, licence: licence))
        }
    }

    func entitle() async throws {
        try await owner.authorisations.entitle(
            Entitle(
                department: using, application: try ApplicationName("counter"), type: try identifier().typeCode,
                actions: UseAction.allCases, fields: Self.all, notBefore: at(0), notAfter: at(86_400)))
    }

    func scope(
        _ selection: LicenceSelection? = nil, purpose: String = "TAX-1", fields: [LicenceColumn] = all,
        caseNumber: String? = nil, notAfter: Timestamp? = nil, maximumUses: Int64? = nil
    ) throws -> UseScope {
        try UseScope(
            selection: try selection ?? .licences([LicenceKey(try identifier())]), actions: UseAction.allCases,
            purposes: [try PurposeCode(purpose)], fields: fields, notBefore: at(0), notAfter: notAfter ?? at(86_400),
            caseNumber: try caseNumber.map { try CaseNumber($0) }, maximumUses: maximumUses)
    }

    /// The holder's grant to department 1, signed by the holder's device.
    func grant(maximumUses: Int64? = nil, nonce: Int64 = 0) async throws -> GrantIdentifier {
        let wish = GrantWish(
            grantor: holder, recipient: .department(using, nil), scope: try scope(maximumUses: maximumUses),
            nonce: CallNonce(nonce))
        return try await owner.authorisations.grant(
            wish, proof: try signature(wish.statement(notAfter: at(86_400), genesis: genesis)))
    }

    /// Administrators of more than half of the departments vote for rules.
    func vote(_ rules: DecisionRules) async throws -> DecisionRules {
        let digest = consortium.suite.digest(of: rules.derBytes)
        let count = genesis.document.departments.count
        for department in 0...count / 2 {
            let administrator = ZhenglianClient(
                ledger: node, identity: try consortium.member("admin", department: department, role: .administrator))
            if department == 0 {
                try await administrator.uses.propose(rules)
            } else {
                try await administrator.uses.approveRules(digest)
            }
        }
        return try await user.uses.rules().table
    }

    /// The owner's node presents the holder's licence.
    func present(_ presentation: PresentationReference, to audience: DepartmentName? = nil) async throws {
        try await owner.uses.present(
            PresentUse(
                presentation: presentation.identifier, licence: try identifier(), purpose: try PurposeCode("TAX-1"),
                fields: [.certificateName, .validUntil], expiresAt: presentation.expiresAt,
                maximumScans: presentation.maximumScans, audience: audience))
    }

    func signature(_ statement: HolderStatement, by key: (any SigningKey)? = nil) throws -> HolderProof {
        .signature(try statement.signed(by: key ?? holderKey, suite: consortium.suite))
    }

    func request(
        _ authority: Authority, licence: LicenceIdentifier? = nil, purpose: String = "TAX-1",
        action: UseAction = .query, fields: [LicenceColumn] = [.certificateName, .validUntil], nonce: Int64 = 0,
        agent: GrantIdentifier? = nil, caseNumber: String? = nil, presentation: PresentationReference? = nil
    ) throws -> UseRequest {
        UseRequest(
            licence: try licence ?? identifier(), application: try ApplicationName("counter"), authority: authority,
            context: UseContext(
                purpose: try PurposeCode(purpose), caseNumber: try caseNumber.map { try CaseNumber($0) }),
            action: action, fields: fields, channel: .interface,
            recipientKey: user.identity.certificate.publicKey.subjectPublicKeyInfo, nonce: CallNonce(nonce),
            agent: agent, presentation: presentation)
    }

    /// The code with which a call is rejected; `nil` where it takes effect.
    func code(_ body: () async throws -> some Any) async throws -> ContractError.Code? {
        do {
            _ = try await body()
            return nil
        } catch let error as TransactionRejected {
            return error.code
        }
    }
}
