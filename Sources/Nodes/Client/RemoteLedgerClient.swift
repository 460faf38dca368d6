import ClusterTransport
public import Formats
public import Identity
public import Logging

/// A ledger reached over the network, at one node or at the first of several that answers.
public final class RemoteLedgerClient: LedgerClient {
    /// How long one attempt at one node may take.
    public static let submitTimeout = Duration.seconds(20)
    static let requestTimeout = Duration.seconds(10)

    public let genesis: Genesis
    private let system: ClusterSystem
    /// In the order in which they are tried.
    private let gateways: [LedgerGateway]

    /// Makes a client; connections are made by the first call.
    /// - Parameters:
    ///   - genesis: the consortium's.
    ///   - identity: who connects: a client, administrator or auditor of a department, or a node, with its certificate
    ///     for TLS.
    ///   - nodes: the nodes to ask, first come first tried. Each is one that the genesis names, perhaps at another
    ///     address.
    /// - Throws: `IdentityError` where the identity cannot be used.
    public init(
        genesis: Genesis,
        identity: MemberIdentity,
        nodes: [NodeReference],
        clock: any WallClock = SystemWallClock(),
        logger: Logger
    ) throws {
        precondition(!nodes.isEmpty, "a client needs a node to ask")
        try genesis.transportAnchors.authenticate(identity.certificate, at: clock.now)
        let system = try ClusterSystem(
            identity: identity,
            anchors: genesis.transportAnchors,
            realm: genesis.digest,
            addresses: Dictionary(nodes.map { ($0.member, $0.endpoint.nodeAddress) }, uniquingKeysWith: { $1 }),
            logger: logger,
            clock: { clock.now }
        )
        self.genesis = genesis
        self.system = system
        gateways = try nodes.map {
            try LedgerGateway.resolve(id: ActorAddress(member: $0.member, actor: LedgerGateway.name), using: system)
        }
    }

    public func submit(_ transaction: Transaction) async throws -> Outcome {
        let request = SubmitRequest(transaction: transaction.derBytes)
        let reply = try await attempt(timeout: Self.submitTimeout) { try await $0.submit(request) }
        return try Outcome(derBytes: reply.outcome, limit: Outcome.maximumByteCount)
    }

    public func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer {
        let request = QueryRequest(contract: contract, name: name, arguments: arguments)
        return try await attempt(timeout: Self.requestTimeout) { try await $0.query(request) }
    }

    public func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        let request = ReceiptRequest(question)
        let reply = try await attempt(timeout: Self.requestTimeout) { try await $0.receipt(request) }
        return try Receipt(derBytes: reply.receipt, limit: Receipt.maximumByteCount)
    }

    public func lightClientStep(from known: Height?) async throws -> LightClientStep {
        let request = LightClientStepRequest(known: known)
        let reply = try await attempt(timeout: Self.requestTimeout) { try await $0.step(request) }
        return try LightClientStep(derBytes: reply.step, limit: LightClientStep.maximumByteCount)
    }

    public func status() async throws -> NodeStatus {
        try await attempt(timeout: Self.requestTimeout) { try await $0.status() }
    }

    /// Ends the connections. Calls under way fail.
    public func close() async {
        await system.shutDown()
    }

    /// Asks one node after the other until one answers: with a result, or with a refusal of its own. Asking again is
    /// safe: questions change nothing, and a transaction takes effect once wherever it is handed in.
    private func attempt<Reply: Sendable>(
        timeout: Duration,
        _ call: (LedgerGateway) async throws -> Reply
    ) async throws -> Reply {
        var failure: (any Error)?
        for gateway in gateways {
            do {
                return try await withDeadline(timeout) { try await call(gateway) }
            } catch let error as NodeError where error.code != .unavailable {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                failure = error
            }
        }
        guard let failure else { preconditionFailure("there is at least one node to ask") }
        throw LedgerClientError(failure, nodes: gateways.map(\.id.member))
    }
}

/// A node that a client asks: who it is and where it listens.
public struct NodeReference: Hashable, Sendable {
    public let member: MemberName
    public let endpoint: NodeConfiguration.Endpoint

    public init(member: MemberName, endpoint: NodeConfiguration.Endpoint) {
        self.member = member
        self.endpoint = endpoint
    }

    /// The node that `text` names: `HOST:PORT` of a validator as the genesis has it, or
    /// `department/role/name=HOST:PORT`; `nil` for anything else.
    public init?(_ text: String, genesis: Genesis) {
        let parts = text.split(separator: "=", maxSplits: 1)
        if parts.count == 2 {
            guard let member = MemberName(parts[0]), let endpoint = NodeConfiguration.Endpoint(parts[1]) else {
                return nil
            }
            self.init(member: member, endpoint: endpoint)
            return
        }
        guard let endpoint = NodeConfiguration.Endpoint(text),
            let node = Self.validators(of: genesis).first(where: { $0.endpoint == endpoint })
        else { return nil }
        self = node
    }

    /// The first validators, where the genesis says that they listen, in the order of their numbers.
    public static func validators(of genesis: Genesis) -> [NodeReference] {
        let addresses = genesis.validatorAddresses
        return genesis.validators.indices.compactMap { index in
            guard let member = genesis.validators[index]?.member, let endpoint = addresses[member] else { return nil }
            return NodeReference(member: member, endpoint: endpoint)
        }
    }
}

/// Why no node answered.
public struct LedgerClientError: Error, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// No node could be reached, or none answered in time.
        public static let unreachable = Code(rawValue: "unreachable")
        /// A node refused this client, or this client the node.
        public static let refused = Code(rawValue: "refused")
    }

    public let code: Code
    /// What happened and what to do.
    public let message: String

    init(_ failure: any Error, nodes: [MemberName]) {
        let refusals: [ClusterError.Code] = [.refused, .notAllowed, .wrongRealm, .identityInUse]
        let isRefusal = (failure as? ClusterError).map { refusals.contains($0.code) } ?? false
        code = isRefusal ? .refused : .unreachable
        let names = nodes.map(\.description).joined(separator: ", ")
        message = isRefusal ? "\(failure)" : "no answer from \(names): \(failure)"
    }

    public var description: String { message }
}

extension RemoteLedgerClient: LedgerWitness {
    public func sealing(of height: Height) async throws -> SealedHeader? {
        let reply = try await attempt(timeout: Self.requestTimeout) {
            try await $0.sealing(SealingRequest(height: height))
        }
        guard let header = reply.header, let finalization = reply.finalization else { return nil }
        return SealedHeader(
            header: try BlockHeader(derBytes: header, limit: BlockHeader.maximumByteCount),
            finalization: try QuorumCertificate(derBytes: finalization, limit: QuorumCertificate.maximumByteCount)
        )
    }
}

extension RemoteLedgerClient: NodeExaminer {
    public func health() async throws -> NodeHealth {
        try await attempt(timeout: Self.requestTimeout) { try await $0.health() }
    }
}
