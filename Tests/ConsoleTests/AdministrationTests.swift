import Console
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import LedgerTestKit
import Licences
import NIOCore
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// What administrators sign in a browser comes in by one door, and nothing else does.
@Suite struct AdministrationTests {
    private static let base = "/operations/administration"

    /// What the node answers to modules.
    private struct Outcome: Decodable {
        let status: String
        let transaction: String
        let results: [String]
        let code: String?
        let says: String?
    }

    private struct Refusal: Decodable {
        let code: String
        let statement: String
        let advice: String
    }

    private struct Answer: Decodable {
        let height: UInt64
        let answer: String?
    }

    private struct Definition: Decodable {
        let definition: String
    }

    @Test func thePageShowsEveryProposalWithWhatItsApprovalNames() async throws {
        let scene = try ConsoleScene()
        let office = ZhenglianClient(ledger: scene.ledger, identity: try Self.administrator(of: scene))
        let inForce = try await office.oneThings.calendar().table
        let calendar = try StatutoryCalendar(version: inForce.version + 1, years: inForce.years)
        try await office.oneThings.propose(calendar)
        try await office.submitter.submit([
            MembershipContract.proposal(
                MembershipProposalArguments(
                    operations: [.remove(scene.consortium.validators[1].member)], acceptsNoFaultTolerance: true))
        ])
        let digest = scene.suite.digest(of: calendar.derBytes)
        for language in ["zh", "en"] {
            let page = try await scene.page("\(Self.base)?lang=\(language)")
            #expect(page.contains("data-contract=\"calendar\" data-reference=\"\(digest)\""))
            #expect(page.contains("data-act=\"approve\" data-contract=\"membership\" data-reference=\"1\""))
            #expect(page.contains("data-act=\"withdraw\" data-contract=\"membership\" data-reference=\"1\""))
            #expect(!page.contains("data-act=\"withdraw\" data-contract=\"calendar\""), "there is no such call")
            #expect(page.contains("zhenglian consortium approve 1"), "the command stays")
            #expect(page.contains("data-department=\"department-0\""))
            #expect(page.contains("/signing/administration-page.js"))
        }
        #expect(try await scene.page("/operations").contains("href=\"/operations/administration\""))
        for module in ["administration-page", "identity", "node", "transaction"] {
            #expect(try await scene.get("/assets/signing/\(module).js").status == .ok, "\(module)")
        }
    }

    @Test func underTheNationalSuiteThePageHasCommandsAndNoForms() async throws {
        let scene = try ConsoleScene(suite: .sm)
        try await scene.ledger.idle(1)
        for (language, says) in [("en", "This consortium has the suite sm"), ("zh", "本联盟使用国密套件 sm")] {
            let page = try await scene.page("\(Self.base)?lang=\(language)")
            #expect(page.contains(says))
            #expect(page.contains("zhenglian consortium contracts propose CONTRACT"))
            for part in ["administration-page.js", "data-form=", "identity-files", "<dialog"] {
                #expect(!page.contains(part), "\(part)")
            }
        }
    }

    @Test func nobodyWithoutTheEntitlementComesIn() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        #expect(try await scene.get(Self.base, visitor: "stranger").status == .forbidden)
        #expect(try await scene.get(Self.base, visitor: "anonymous").headers[.location]?.hasPrefix("/login") == true)
        let transaction = try await Self.transaction(scene, [Self.approval])
        for (visitor, status) in [("stranger", HTTPResponse.Status.forbidden), ("anonymous", .unauthorized)] {
            let answer = try await scene.get(Self.question("membership", "proposal"), visitor: visitor)
            #expect(answer.status == status)
            for path in ["transactions", "definitions"] {
                let response = try await Self.post(scene, path, transaction, visitor: visitor)
                #expect(response.status == status, "\(path)")
                #expect(response.headers[.location] == nil)
                #expect(try Self.read(Refusal.self, response).advice.isEmpty == false)
            }
        }
    }

    @Test func whatNoPageOfThisConsoleHasSentIsRefused() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let head = scene.ledger.head.height
        let transaction = try await Self.transaction(scene, [Self.approval])
        for (token, site) in [
            ("t0ken", "cross-site"), ("t0ken", "same-site"), ("t0kem", "same-origin"), (nil, "same-origin"),
            ("t0ken", nil),
        ] {
            let response = try await Self.post(scene, "transactions", transaction, token: token, site: site)
            #expect(response.status == .forbidden, "\(token ?? "none") \(site ?? "none")")
            #expect(try Self.read(Refusal.self, response).code == "foreignForm")
        }
        #expect(scene.ledger.head.height == head, "nothing came on the ledger")
    }

    @Test func anAdministratorsTransactionTakesEffectAndTellsItsOutcome() async throws {
        let scene = try ConsoleScene()
        let identity = try Self.administrator(of: scene)
        let proposal = MembershipContract.proposal(
            MembershipProposalArguments(
                operations: [.remove(scene.consortium.validators[1].member)], acceptsNoFaultTolerance: true))
        let proposed = try await Self.post(
            scene, "transactions", try await Self.transaction(scene, [proposal], by: identity))
        #expect(proposed.status == .ok)
        let outcome = try Self.read(Outcome.self, proposed)
        #expect(outcome.status == "applied" && outcome.code == nil && outcome.results.count == 2)
        let last = try #require(outcome.results.last.flatMap { Data(base64Encoded: $0) })
        let standing = try ProposalStanding(derBytes: Array(last), limit: 4_096)
        #expect(standing.number == 1 && standing.approvals == [identity.member.department])
        // The certificate is registered by then.
        let again = try await Self.transaction(scene, [Self.approval], by: identity, introducing: false)
        for (language, says) in [("en", "the department has approved already"), ("zh", "本部门已批准")] {
            let response = try await Self.post(scene, "transactions?lang=\(language)", again)
            #expect(response.status == .ok)
            let refused = try Self.read(Outcome.self, response)
            #expect(refused.status == "rejected" && refused.code == "alreadyApproved")
            #expect(refused.says?.hasPrefix(says) == true)
        }
    }

    @Test func onlyAdministratorsOfTheNodesDepartmentSignHere() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let foreign = try Self.administrator(of: scene, department: 1)
        let client = try scene.consortium.member("counter", department: 0)
        let unknown = try scene.consortium.member("stranger", department: 0, role: .administrator)
        for (identity, isIntroduced) in [(foreign, true), (client, true), (unknown, false)] {
            let transaction = try await Self.transaction(
                scene, [Self.approval], by: identity, introducing: isIntroduced)
            let response = try await Self.post(scene, "transactions", transaction)
            #expect(response.status == .forbidden, "\(identity.member)")
            #expect(try Self.read(Refusal.self, response).code == "notEntitled")
        }
        // A key that introduces somebody else's certificate.
        let mine = try Self.administrator(of: scene)
        let calls = [CertificatesContract.registration(of: mine.certificate.der), Self.approval]
        let borrowed = try await Self.transaction(scene, calls, by: client, introducing: false)
        #expect(try await Self.post(scene, "transactions", borrowed).status == .forbidden)
    }

    @Test func otherCallsAreNoBusinessOfThisPage() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let head = scene.ledger.head.height
        let issue = Call(contract: CatalogueContract.contractName, method: "issue", arguments: [0x30, 0])
        let decide = Call(contract: UsageContract.contractName, method: "decide", arguments: [0x30, 0])
        let claim = Call(contract: "applications", method: "claim", arguments: [0x30, 0])
        let registration = CertificatesContract.registration(
            of: try scene.consortium.member("counter", department: 0).certificate.der)
        for calls in [[issue], [Self.approval, decide], [claim], [Self.approval, registration], []] {
            let response = try await Self.post(
                scene, "transactions", try await Self.transaction(scene, calls))
            #expect(response.status == .forbidden)
            #expect(try Self.read(Refusal.self, response).code == "notEntitled")
        }
        #expect(scene.ledger.head.height == head)
    }

    @Test func whatIsTooLongOrNoTransactionIsRefused() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let limit = scene.ledger.genesis.limits.maximumTransactionBytes
        let transaction = try await Self.transaction(scene, [Self.approval])
        let wrong: [[UInt8]] = [
            [], [0x30, 0], Array(transaction.dropLast()), transaction + [0], Array(repeating: 0, count: limit + 1),
        ]
        for bytes in wrong {
            let response = try await Self.post(scene, "transactions", bytes)
            #expect(response.status == .badRequest, "\(bytes.count)")
            #expect(try Self.read(Refusal.self, response).code == "badQuestion")
        }
        let long = [UInt8](repeating: 0x20, count: DefinitionFile.maximumByteCount + 1)
        #expect(try await Self.post(scene, "definitions", long).status == .badRequest)
    }

    @Test func aDefinitionsFileComesBackAsItsOctets() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        let definition = try SceneMatter.opening()
        let response = try await Self.post(scene, "definitions", try DefinitionFile.json(of: definition))
        #expect(response.status == .ok)
        let encoded = try Self.read(Definition.self, response).definition
        #expect(Data(base64Encoded: encoded).map(Array.init) == definition.derBytes)
        let wrong = try await Self.post(scene, "definitions?lang=en", Array("{\"matter\": 1}".utf8))
        #expect(wrong.status == .badRequest)
        #expect(try Self.read(Refusal.self, wrong).statement.isEmpty == false)
    }

    @Test func modulesAskWhatThePageShowsAndNothingElse() async throws {
        let scene = try ConsoleScene()
        let definition = try SceneMatter.opening()
        let office = ZhenglianClient(ledger: scene.ledger, identity: try Self.administrator(of: scene))
        try await office.oneThings.definitions.propose(definition)
        let question = MatterQuestion(definition.matter).derBytes.hexadecimal
        let response = try await scene.get(Self.question("onethings", "proposal", question))
        #expect(response.status == .ok)
        let bytes = try #require(try Self.read(Answer.self, response).answer.flatMap { Data(base64Encoded: $0) })
        let proposal = try DefinitionProposal(derBytes: Array(bytes), limit: 1 << 20)
        #expect(proposal.definition == definition)
        let none = try await scene.get(
            Self.question("membership", "proposal", ProposalReference(number: 9).derBytes.hexadecimal))
        #expect(none.status == .ok)
        #expect(try Self.read(Answer.self, none).answer == nil)
        for path in [
            Self.question("catalogue", "byIdentifiers"), Self.question("cases", "standing"), Self.question("", ""),
            Self.question("membership", "proposal", "xyz"), Self.question("membership", "proposal", "3000"),
        ] {
            #expect(try await scene.get(path).status == .badRequest, "\(path)")
        }
    }

    // MARK: What is sent

    private static let approval = MembershipContract.approval(of: 1)

    private static func question(_ contract: String, _ query: String, _ arguments: String = "3000") -> String {
        "\(base)/answers?contract=\(contract)&query=\(query)&arguments=\(arguments)"
    }

    private static func administrator(of scene: ConsoleScene, department: Int = 0) throws -> MemberIdentity {
        try scene.consortium.member("office", department: department, role: .administrator)
    }

    /// DER of a transaction, signed by an administrator of the node's department unless another is named.
    private static func transaction(
        _ scene: ConsoleScene, _ calls: [Call], by signer: MemberIdentity? = nil, introducing: Bool = true
    ) async throws -> [UInt8] {
        let identity = try signer ?? administrator(of: scene)
        let first = introducing ? [CertificatesContract.registration(of: identity.certificate.der)] : []
        let genesis = scene.ledger.genesis
        let all = first + calls
        return try TransactionBody(
            channel: genesis.channel, submitter: identity.certificate.publicKey.identifier,
            idempotencyKey: IdempotencyKey(scene.suite.digest(of: all.flatMap(\.derBytes))),
            lastValidHeight: scene.ledger.head.height.advanced(by: 100), calls: all
        ).signed(with: identity.key, suite: scene.suite).derBytes
    }

    private static func post(
        _ scene: ConsoleScene, _ path: String, _ bytes: [UInt8], visitor: String = "official",
        token: String? = "t0ken", site: String? = "same-origin"
    ) async throws -> TestResponse {
        let fields = [("X-Visitor", visitor), ("X-Form-Token", token), ("Sec-Fetch-Site", site)]
        let headers = ConsoleScene.fields(fields.compactMap { name, value in value.map { (name, $0) } })
        return try await scene.application().test(.router) { client in
            try await client.execute(
                uri: "\(base)/\(path)", method: .post, headers: headers, body: ByteBuffer(bytes: bytes))
        }
    }

    private static func read<Value: Decodable>(_: Value.Type, _ response: TestResponse) throws -> Value {
        #expect(response.headers[.contentType] == "application/json; charset=utf-8")
        return try JSONDecoder().decode(Value.self, from: Data(Array(buffer: response.body)))
    }
}
