import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Nodes

extension Operation {
    /// The consortium: departments, nodes, contracts, and how this node is.
    static var consortium: [Operation] { [showConsortium, listNodes, showHealth] }

    private static var showConsortium: Operation {
        Operation(
            "getConsortium", .get, "/consortium", Summary("departments and validators of the genesis", "联盟：部门与创世验证节点"),
            entitlement: .readConsortium, answer: .json(ConsortiumFacts.schema)
        ) { call in .json(ConsortiumFacts(call.services.genesis)) }
    }

    private static var listNodes: Operation {
        Operation(
            "listNodes", .get, "/consortium/nodes",
            Summary("the epoch's validators, each by its own word", "本纪元验证节点，各以其自述为准"), entitlement: .readConsortium,
            answer: .json(.object(.required("nodes", .array(of: NodeFacts.schema, 0...100))))
        ) { call in
            struct Nodes: Encodable, Sendable { let nodes: [NodeFacts] }
            return .json(Nodes(nodes: await call.services.validators().map(NodeFacts.init)))
        }
    }

    private static var showHealth: Operation {
        Operation(
            "getHealth", .get, "/consortium/health",
            Summary("the facts about this node that a diagnosis is made of", "本节点诊断事实"), entitlement: .readOperations,
            answer: .json(.anything)
        ) { call in
            let health = await call.services.inspection.health()
            return .json(health, height: health.height)
        }
    }
}

/// What the genesis fixes.
struct ConsortiumFacts: Encodable, Sendable {
    struct Department: Encodable, Sendable {
        let name: Label
        let title: String
        let issuerCodes: [String]
    }

    struct Validator: Encodable, Sendable {
        let member: MemberName
        let address: String
    }

    let name: Label
    let digest: Digest
    let channel: Label
    let suite: String
    let createdAt: String
    let departments: [Department]
    let validators: [Validator]
    let quorum: Int
    let toleratedFaults: Int

    init(_ genesis: Genesis) {
        let document = genesis.document
        name = document.consortium
        digest = genesis.digest
        channel = document.channel
        suite = document.suite.rawValue
        createdAt = document.createdAt.description
        departments = document.departments.map {
            Department(name: $0.name, title: $0.title, issuerCodes: $0.issuerCodes)
        }
        validators = zip(genesis.validators.indices, document.validators).compactMap { index, entry in
            genesis.validators[index].map { Validator(member: $0.member, address: "\(entry.host):\(entry.port)") }
        }
        quorum = genesis.validators.quorum
        toleratedFaults = genesis.validators.faultTolerance
    }

    static let schema = Schema.object(
        .required("name", .text()), .required("digest", .digest), .required("channel", .text()),
        .required("suite", .choice(["p256", "sm"])), .required("createdAt", .time),
        .required(
            "departments",
            .array(
                of: .object(
                    .required("name", .text()), .required("title", .text()),
                    .required("issuerCodes", .array(of: .text()))))),
        .required(
            "validators", .array(of: .object(.required("member", .text()), .required("address", .text())), 0...100)),
        .required("quorum", .integer()), .required("toleratedFaults", .integer())
    ).named("Consortium").described("what the genesis fixes", "创世文件所定内容")
}

/// How a validator is, by its own word.
struct NodeFacts: Encodable, Sendable {
    let member: MemberName
    /// Whether it has answered.
    let isReachable: Bool
    let height: Height?
    let view: View?
    let version: String?
    let uptimeSeconds: Double?

    init(_ member: MemberName, _ status: NodeStatus?) {
        self.member = member
        isReachable = status != nil
        (height, view) = (status?.height, status?.view)
        (version, uptimeSeconds) = (status?.version, status?.uptimeSeconds)
    }

    static let schema = Schema.object(
        .required("member", .text()), .required("isReachable", .boolean), .optional("height", .height),
        .optional("view", .integer()), .optional("version", .text()), .optional("uptimeSeconds", .number)
    ).named("Node").described("a validator by its own word", "验证节点")
}
