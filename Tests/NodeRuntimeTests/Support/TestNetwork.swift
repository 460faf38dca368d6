import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Logging
import Nodes
import Testing

/// Four departments' nodes in this process, set up as departments set theirs up: real files, real TLS on 127.0.0.1.
final class TestNetwork {
    static let departments = ["civil", "health", "market", "tax"]
    static let suite = P256Suite()

    let directory: TemporaryDirectory
    let consortium: ConsortiumName
    let genesis: Genesis
    let genesisPath: String
    /// Where each node listens: the four of the genesis, then those that a test adds.
    private(set) var ports: [Int]
    /// Who each node is.
    private(set) var members: [String]
    private(set) var authorities: [AuthorityDirectory]
    private var running: [Int: RunningNode] = [:]
    private var clients: [RemoteLedgerClient] = []

    /// Runs `body` with a network of which no node is started yet, and stops whatever it has left running.
    static func with(
        consortium: String = "demo",
        transactionLifetime: UInt64? = nil,
        _ body: (TestNetwork) async throws -> Void
    ) async throws {
        let network = try TestNetwork(consortium: consortium, transactionLifetime: transactionLifetime)
        do {
            try await body(network)
        } catch {
            await network.shutDown()
            throw error
        }
        await network.shutDown()
    }

    private init(consortium name: String, transactionLifetime: UInt64?) throws {
        let directory = try TemporaryDirectory()
        let consortium = try #require(ConsortiumName(name))
        let ports = try FreePorts.find(Self.departments.count)
        let validity = Self.validity
        var authorities: [AuthorityDirectory] = []
        var validators: [GenesisFile.ValidatorEntry] = []
        for (department, port) in zip(Self.departments, ports) {
            var authority = try AuthorityDirectory.create(
                at: directory.path("\(department)-authority"),
                department: try #require(DepartmentName(department)),
                suite: Self.suite,
                validity: validity
            )
            let identity = try IdentityDirectory(directory.path("\(department)-node-identity")).create(
                for: try #require(MemberName("\(department)/validator/node")),
                in: consortium,
                authority: &authority,
                validity: validity
            )
            authorities.append(authority)
            validators.append(.init(certificate: identity.ledger.certificate, host: "127.0.0.1", port: port))
        }
        var limits = ChannelLimits()
        limits.networkDelay = 150
        limits.maximumTimeout = 2_000
        limits.transactionLifetime = transactionLifetime ?? limits.transactionLifetime
        genesisPath = directory.path("genesis.der")
        genesis = try GenesisFile.create(
            at: genesisPath,
            consortium: consortium,
            channel: GenesisFile.defaultChannel,
            createdAt: SystemWallClock().now,
            suite: .p256,
            departments: authorities.map {
                .init(authority: $0.certificates, title: $0.department.rawValue, issuerCodes: [])
            },
            validators: validators,
            limits: limits
        )
        self.directory = directory
        self.consortium = consortium
        self.ports = ports
        members = Self.departments.map { "\($0)/validator/node" }
        self.authorities = authorities
        for index in ports.indices {
            try setUp(index, isRejoining: false)
        }
    }

    /// From a day ago to a month ahead: the ledger takes no member whose certificate is about to end.
    static var validity: ClosedRange<Timestamp> {
        let now = SystemWallClock().now
        return now.advanced(by: .seconds(-86_400))...now.advanced(by: .seconds(30 * 86_400))
    }

    // MARK: Nodes

    /// The contracts of nodes that run others than all the rest.
    var contracts: [Int: [any Contract]] = [:]
    /// What nodes run besides their ledgers.
    var applications: [Int: [any NodeApplication]] = [:]

    func identityPath(_ index: Int) -> String { directory.path("\(label(index))-identity") }

    func nodePath(_ index: Int) -> String { directory.path(label(index)) }

    /// The node's name without the slashes and the role.
    private func label(_ index: Int) -> String {
        let parts = members[index].split(separator: "/")
        return "\(parts[0])-\(parts[2])"
    }

    /// Makes the identity and the directory of one more node of a department, which the ledger does not know yet.
    /// - Returns: its number.
    func addNode(_ name: String, of department: Int, role: Role = .validator) throws -> Int {
        members.append("\(Self.departments[department])/\(role.rawValue)/\(name)")
        ports += try FreePorts.find(1)
        let index = ports.count - 1
        try issue(members[index], to: identityPath(index), by: department)
        try setUp(index, isRejoining: false)
        return index
    }

    /// The department of a node, by its number.
    private func department(of index: Int) -> Int {
        Self.departments.firstIndex { members[index].hasPrefix("\($0)/") } ?? index
    }

    /// Sets the department's node up.
    func setUp(_ index: Int, isRejoining: Bool) throws {
        _ = try NodeSetup(
            genesisPath: genesisPath,
            identityPath: identityPath(index),
            directory: nodePath(index),
            listen: endpoint(index),
            revocationsPath: nil,
            isRejoining: isRejoining
        ).write(clock: SystemWallClock())
    }

    func endpoint(_ index: Int) -> NodeConfiguration.Endpoint {
        NodeConfiguration.Endpoint(host: "127.0.0.1", port: ports[index])
    }

    func configuration(_ index: Int) async throws -> NodeConfiguration {
        try await NodeConfiguration.load(path: "\(nodePath(index))/node.json", environment: [:])
    }

    /// What a test has a node's configuration say besides, by the node's number.
    var adjustments: [Int: (inout NodeConfiguration) -> Void] = [:]

    /// Makes a department's node, not started.
    func node(_ index: Int) async throws -> Node {
        var configuration = try await configuration(index)
        adjustments[index]?(&configuration)
        return Self.node(
            configuration, contracts: contracts[index] ?? [NotesContract()], applications: applications[index] ?? [])
    }

    /// Throws away what every node has, as after the loss of all disks.
    func loseAll() throws {
        for index in ports.indices {
            try FileManager.default.removeItem(atPath: "\(nodePath(index))/data")
        }
    }

    static func node(
        _ configuration: NodeConfiguration,
        contracts: [any Contract] = [NotesContract()],
        applications: [any NodeApplication] = []
    ) -> Node {
        Node(configuration: configuration, contracts: contracts, applications: applications, logger: logger)
    }

    /// Starts nodes and waits until each answers.
    func start(_ indices: [Int] = [0, 1, 2, 3]) async throws {
        for index in indices {
            running[index] = RunningNode(try await node(index))
        }
        for index in indices {
            let client = try probe(index)
            try await eventually("node \(index) answers") {
                if let failure = self.running[index]?.failure { throw failure }
                return (try? await client.status()) != nil
            }
        }
    }

    /// Stops a node and waits until it has ended, as it does at the end of its process.
    func stop(_ index: Int) async throws {
        try await running.removeValue(forKey: index)?.stop()
    }

    func stopAll() async throws {
        for index in running.keys.sorted() {
            try await stop(index)
        }
    }

    private func shutDown() async {
        for client in clients {
            await client.close()
        }
        for node in running.values {
            do {
                try await node.stop()
            } catch {
                Issue.record("a node ended with \(error)")
            }
        }
    }

    /// Lets go of a node that has ended with an error, as the test expects.
    func dismiss(_ index: Int) async throws {
        guard let node = running.removeValue(forKey: index) else { return }
        await #expect(throws: (any Error).self) { try await node.stop() }
    }

    /// The error with which a node has ended, if it has.
    func failure(of index: Int) -> (any Error)? { running[index]?.failure }

    // MARK: Clients

    /// A new member of a department.
    func identity(
        _ name: String,
        of index: Int,
        role: Role = .client,
        validity: ClosedRange<Timestamp> = TestNetwork.validity
    ) throws -> MemberIdentity {
        let member = try #require(MemberName("\(Self.departments[index])/\(role.rawValue)/\(name)"))
        let key = Self.suite.generateSigningKey()
        let certificate = try authorities[index].issue(
            to: member, in: consortium, publicKey: key.verificationKey, validity: validity)
        return try MemberIdentity(certificate: certificate, key: key)
    }

    /// Has a department's authority make an identity in a directory.
    func issue(_ member: String, to path: String, by index: Int) throws {
        _ = try IdentityDirectory(path).create(
            for: try #require(MemberName(member)),
            in: consortium,
            authority: &authorities[index],
            validity: Self.validity
        )
    }

    func reference(_ index: Int) throws -> NodeReference {
        let member = try #require(MemberName(members[index]))
        return NodeReference(member: member, endpoint: endpoint(index))
    }

    func client(
        _ name: String = "counter",
        of index: Int = 0,
        at nodes: [Int]
    ) throws -> RemoteLedgerClient {
        try client(try identity(name, of: index), at: nodes)
    }

    func client(
        _ identity: MemberIdentity,
        at nodes: [Int],
        genesis: Genesis? = nil,
        clock: any WallClock = SystemWallClock()
    ) throws -> RemoteLedgerClient {
        let client = try RemoteLedgerClient(
            genesis: genesis ?? self.genesis,
            identity: identity,
            nodes: try nodes.map(reference),
            clock: clock,
            logger: Self.logger
        )
        clients.append(client)
        return client
    }

    func submitter(_ name: String = "counter", of index: Int = 0, at nodes: [Int] = [0]) throws -> Submitter {
        let identity = try identity(name, of: index)
        return Submitter(client: try client(identity, at: nodes), identity: identity)
    }

    /// Revokes certificates of a department and gives its list.
    func revoke(_ identity: MemberIdentity, of index: Int) throws -> RevocationList {
        let now = SystemWallClock().now
        _ = try authorities[index].revoke(at: now) { $0.member == identity.member }
        return try authorities[index].updateRevocationList(at: now)
    }

    // MARK: State

    /// How the nodes are, each by its own word.
    func statuses(_ indices: [Int] = [0, 1, 2, 3]) async throws -> [NodeStatus] {
        var statuses: [NodeStatus] = []
        for index in indices {
            statuses.append(try await probe(index).status())
        }
        return statuses
    }

    private var probes: [Int: RemoteLedgerClient] = [:]

    func probe(_ index: Int) throws -> RemoteLedgerClient {
        if let known = probes[index] { return known }
        let made = try client("probe", of: department(of: index), at: [index])
        probes[index] = made
        return made
    }

    /// Waits until the nodes have the same chain, at least up to `height`.
    @discardableResult
    func agreement(
        of indices: [Int] = [0, 1, 2, 3],
        from height: Height = .zero,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> NodeStatus {
        var last: [NodeStatus] = []
        try await eventually("nodes \(indices) agree from height \(height) on", sourceLocation: sourceLocation) {
            last = try await self.statuses(indices)
            return last.allSatisfy { status in
                status.height >= height && status.height == last[0].height && status.head == last[0].head
                    && status.stateRoot == last[0].stateRoot
            }
        }
        return try #require(last.first)
    }

    /// Nothing of a passing test's nodes is worth reading.
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
