import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Who may call over HTTP in the department's name, as the ledger has it.
    static var applications: [Operation] { [listApplications, listPeople, listPlatforms] }

    private static var listApplications: Operation {
        Operation(
            "listApplications", .get, "/applications",
            Summary("the department's applications, in the order of their registration", "本部门接入应用"),
            entitlement: .administerGateway, scope: .ownDepartment, parameters: [.cursor, .limit],
            answer: .json(.object(.required("elements", .array(of: ApplicationFacts.schema)), .next))
        ) { call in
            let first = UInt64(try call.start())
            let page = try await ApplicationsClient(reading: call.client.ledger).applications(
                call.registered(from: first))
            return .json(ListPage(page.records.map(ApplicationFacts.init), from: first, of: page.count))
        }
    }

    private static var listPeople: Operation {
        Operation(
            "listPeople", .get, "/people",
            Summary("roles of people whom an identity platform knows, by keyed digests", "本部门人员角色（以加密摘要标识）"),
            entitlement: .administerGateway, scope: .ownDepartment, parameters: [.cursor, .limit],
            answer: .json(.object(.required("elements", .array(of: PersonFacts.schema)), .next))
        ) { call in
            let first = UInt64(try call.start())
            let page = try await ApplicationsClient(reading: call.client.ledger).people(call.registered(from: first))
            return .json(ListPage(page.records.map(PersonFacts.init), from: first, of: page.count))
        }
    }

    private static var listPlatforms: Operation {
        Operation(
            "listPlatforms", .get, "/platforms",
            Summary("identity platforms that the department trusts", "本部门信任的统一身份认证平台"), entitlement: .administerGateway,
            scope: .ownDepartment, parameters: [.cursor, .limit],
            answer: .json(.object(.required("elements", .array(of: PlatformFacts.schema)), .next))
        ) { call in
            let first = UInt64(try call.start())
            let page = try await ApplicationsClient(reading: call.client.ledger).platforms(call.registered(from: first))
            return .json(ListPage(page.records.map(PlatformFacts.init), from: first, of: page.count))
        }
    }
}

extension OperationCall {
    fileprivate func registered(from first: UInt64) -> DepartmentPage {
        DepartmentPage(of: services.department, from: first, limit: limit)
    }
}

extension Schema {
    fileprivate static let entitlements = array(of: .choice(Entitlement.allCases.map(\.rawValue)), 0...64)
}

/// An application as its department has registered it.
struct ApplicationFacts: Encodable, Sendable {
    let name: String
    let displayName: String
    let status: String
    let entitlements: [String]
    let requestsPerMinute: Int
    let requestsPerDay: Int?
    let lastDay: String
    /// The client of an identity platform as which it shows itself.
    let issuer: String?
    let client: String?
    /// The member whose certificate it shows.
    let member: MemberName?
    let registeredAt: String
    let changedAt: String
    let height: Height

    init(_ record: ApplicationRecord) {
        let declaration = record.declaration
        (name, displayName) = (declaration.name.text, declaration.displayName.text)
        status = "\(record.status)"
        entitlements = declaration.entitlements.map(\.rawValue)
        requestsPerMinute = declaration.quota.requestsPerMinute
        requestsPerDay = declaration.quota.requestsPerDay
        lastDay = declaration.lastDay.text
        (issuer, client) = (declaration.client?.issuer.text, declaration.client?.identifier)
        member = declaration.member
        (registeredAt, changedAt) = (record.registeredAt.description, record.changedAt.description)
        height = record.height
    }

    static let schema = Schema.object(
        .required("name", .application), .required("displayName", .text()),
        .required("status", .choice(of: ApplicationStatus.self)), .required("entitlements", .entitlements),
        .required("requestsPerMinute", .integer()), .optional("requestsPerDay", .integer()), .required("lastDay", .day),
        .optional("issuer", .text()), .optional("client", .text()), .optional("member", .member),
        .required("registeredAt", .time), .required("changedAt", .time), .required("height", .height)
    ).named("Application").described("an application of the department", "接入应用")
}

/// A person's role, by a digest that says nothing of the person.
struct PersonFacts: Encodable, Sendable {
    let issuer: String
    let subject: Digest
    let entitlements: [String]
    let lastDay: String
    let registeredAt: String
    let endedAt: String?

    init(_ record: PersonRecord) {
        (issuer, subject) = (record.declaration.issuer.text, record.declaration.subject)
        entitlements = record.declaration.entitlements.map(\.rawValue)
        (lastDay, registeredAt) = (record.declaration.lastDay.text, record.registeredAt.description)
        endedAt = record.endedAt?.description
    }

    static let schema = Schema.object(
        .required("issuer", .text()), .required("subject", .digest), .required("entitlements", .entitlements),
        .required("lastDay", .day), .required("registeredAt", .time), .optional("endedAt", .time)
    ).named("Person").described("a person's role", "人员角色")
}

/// An identity platform that the department trusts.
struct PlatformFacts: Encodable, Sendable {
    let issuer: String
    let audience: String
    let keySet: String
    let algorithms: [String]
    let registeredAt: String
    let endedAt: String?

    init(_ record: PlatformRecord) {
        let declaration = record.declaration
        (issuer, audience, keySet) = (declaration.issuer.text, declaration.audience, declaration.keySet.text)
        algorithms = declaration.algorithms.map(\.rawValue)
        (registeredAt, endedAt) = (record.registeredAt.description, record.endedAt?.description)
    }

    static let schema = Schema.object(
        .required("issuer", .text()), .required("audience", .text()), .required("keySet", .text()),
        .required("algorithms", .array(of: .choice(TokenAlgorithm.allCases.map(\.rawValue)), 0...16)),
        .required("registeredAt", .time), .optional("endedAt", .time)
    ).named("Platform").described("an identity platform", "统一身份认证平台")
}
