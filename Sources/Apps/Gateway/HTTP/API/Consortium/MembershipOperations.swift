import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Nodes
import ZhenglianClient

extension Operation {
    /// Who belongs to the consortium, by which contracts it works, and who has contradicted itself.
    static var membership: [Operation] {
        [showMembers, showContracts, showCertificate, showRevocations, listMisconduct]
    }

    private static var showMembers: Operation {
        Operation(
            "getMembers", .get, "/consortium/members",
            Summary("validators and observers now, what is announced, and what is proposed", "现行成员、已公布变更与提案"),
            entitlement: .readConsortium, answer: .json(MembershipSchemas.members)
        ) { call in
            let members = try await ConsortiumMembership(asking: call.client.ledger)
            return .json(members, height: members.height)
        }
    }

    private static var showContracts: Operation {
        Operation(
            "getContracts", .get, "/consortium/contracts",
            Summary("versions of contracts in force, planned, proposed and decided", "合约版本：现行、计划、提案与决定"),
            entitlement: .readConsortium, answer: .json(MembershipSchemas.contracts)
        ) { call in
            let contracts = try await ConsortiumContracts(asking: call.client.ledger)
            return .json(contracts, height: contracts.height)
        }
    }

    private static var showCertificate: Operation {
        Operation(
            "getCertificate", .get, "/consortium/certificates/{key}",
            Summary("the certificate that the ledger has for a key", "账本登记的密钥证书"), entitlement: .readConsortium,
            parameters: [.path("key", Schema.digest.described("the identifier of the key", "密钥标识"))],
            answer: .json(CertificateFacts.schema), problems: [.notFound, .invalidValue]
        ) { call in
            guard let key = call.text("key").flatMap({ Digest(hexadecimal: $0) }) else {
                throw Problem(.invalidParameter, "key: has to be \(StringFormat.digest.meaning)")
            }
            let answer = try await call.client.ledger.query(
                contract: CertificatesContract.name, name: CertificatesContract.byKeyQuery,
                arguments: CertificateKeyArguments(key: KeyIdentifier(key)), as: RegisteredCertificate.self)
            return .json(try CertificateFacts(answer.result, of: call.services.genesis), height: answer.height)
        }
    }

    private static var showRevocations: Operation {
        Operation(
            "getRevocations", .get, "/consortium/revocations/{department}",
            Summary("the revocation list that a department has published on the ledger", "部门在账本上公布的吊销列表"),
            entitlement: .readConsortium, parameters: [.path("department", .department)],
            answer: .bytes("application/pkix-crl", Summary("DER of the list", "吊销列表的 DER")), problems: [.notFound]
        ) { call in
            guard let department = call.label("department") else {
                throw Problem(.invalidParameter, "department: has to be \(StringFormat.label.meaning)")
            }
            let answer = try await call.client.ledger.query(
                contract: CertificatesContract.name, name: "revocations",
                arguments: DepartmentArguments(department: department), as: PublishedRevocations.self)
            return .bytes(
                answer.result.list, "application/pkix-crl", fileName: "\(department).crl", height: answer.height)
        }
    }

    private static var listMisconduct: Operation {
        Operation(
            "listMisconduct", .get, "/consortium/misconduct",
            Summary("proofs on the ledger that a validator has contradicted itself", "账本上的验证节点作恶证据"),
            entitlement: .readConsortium, parameters: [.cursor, .limit],
            answer: .json(
                .object(.required("elements", .array(of: MisconductFacts.schema)), .next)), problems: []
        ) { call in
            let first = UInt64(try call.start())
            let page = try await call.client.ledger.query(
                contract: MisconductContract.name, name: MisconductContract.listQuery,
                arguments: MisconductPageArguments(
                    first: first, limit: min(call.limit, MisconductContract.recordsPerPage)),
                as: MisconductPage.self
            ).result
            return .json(ListPage(page.records.map(MisconductFacts.init), from: first, of: page.count))
        }
    }
}

/// A member's certificate as the ledger knows it.
struct CertificateFacts: Encodable, Sendable {
    let member: MemberName
    let notBefore: String
    let notAfter: String
    let registeredHeight: Height
    /// DER in base64.
    let certificate: String

    /// - Throws: `IdentityError` where it cannot be read.
    init(_ registered: RegisteredCertificate, of genesis: Genesis) throws {
        let read = try MemberCertificate(der: registered.certificate, suite: genesis.suite)
        member = read.member
        notBefore = read.notBefore.description
        notAfter = read.notAfter.description
        registeredHeight = registered.height
        certificate = Base64.encode(registered.certificate)
    }

    static let schema = Schema.object(
        .required("member", .member), .required("notBefore", .time), .required("notAfter", .time),
        .required("registeredHeight", .height), .required("certificate", .string(.base64, 4...16_384))
    ).named("Certificate").described("a certificate that the ledger knows", "已登记证书")
}

/// A proof that a validator has contradicted itself.
struct MisconductFacts: Encodable, Sendable {
    let epoch: Epoch
    let view: View
    let offender: MemberName
    let kind: String
    let reporter: MemberName
    let height: Height
    /// DER of the `Evidence` in base64, which whoever has the validators of the epoch checks.
    let evidence: String

    init(_ record: MisconductRecord) {
        (epoch, view, offender, kind) = (record.epoch, record.view, record.offender, "\(record.kind)")
        (reporter, height, evidence) = (record.reporter, record.height, Base64.encode(record.evidence))
    }

    static let schema = Schema.object(
        .required("epoch", .integer()), .required("view", .integer()), .required("offender", .member),
        .required("kind", .text(1...64)), .required("reporter", .member), .required("height", .height),
        .required("evidence", .string(.base64, 4...4_000_000))
    ).named("Misconduct").described("a proof of misconduct", "作恶证据")
}

/// What the client library's standings of members and contracts look like.
enum MembershipSchemas {
    private static let node = Schema.object(
        .required("member", .member), .required("address", .text()), .required("validUntil", .time))

    private static let term = Schema.object(
        .required("epoch", .integer()), .required("firstHeight", .height), .required("quorum", .integer()),
        .required("toleratedFaults", .integer()), .required("validators", .array(of: node, 0...100)),
        .required("observers", .array(of: node, 0...1_000))
    ).named("Term").described("the nodes of an epoch", "某纪元的节点")

    static let members = Schema.object(
        .required("height", .height), .required("current", term), .optional("announced", term),
        .required(
            "proposals",
            .array(
                of: .object(
                    .required("number", .integer()), .required("proposer", .member), .required("lastHeight", .height),
                    .required("notice", .integer()), .required("operations", .array(of: .text())),
                    .required("approvals", .array(of: .department)))))
    ).named("Members").described("who belongs to the consortium", "联盟成员")

    private static let change = Schema.object(
        .required("kind", .text(1...64)), .required("contract", .text(1...64)), .required("version", .integer()),
        .required("firstHeight", .height))

    private static let activation = Schema.object(
        .required("version", .integer()), .required("firstHeight", .height))

    static let contracts = Schema.object(
        .required("height", .height),
        .required(
            "contracts",
            .array(
                of: .object(
                    .required("name", .text(1...64)), .optional("inForce", activation), .optional("planned", activation)
                ))),
        .required(
            "proposals",
            .array(
                of: .object(
                    .required("digest", .digest), .required("change", change), .required("proposer", .member),
                    .required("lastHeight", .height), .required("approvals", .array(of: .department))))),
        .required(
            "decisions",
            .array(
                of: .object(
                    .required("change", change), .required("height", .height),
                    .required("approvals", .array(of: .department))), 0...100_000)),
        .optional(
            "missing",
            .array(
                of: .object(
                    .required("contract", .text(1...64)), .required("version", .integer()), .required("height", .height)
                )))
    ).named("Contracts").described("versions of contracts", "合约版本")
}
