import ClusterTransport
import Distributed
import Formats
import Identity

/// A node as clients call it.
distributed actor LedgerGateway: RemotelyCallable {
    typealias ActorSystem = ClusterSystem

    static let name: ActorName = "gateway"

    static let remoteMethods = RemoteMethods<LedgerGateway> {
        let everybody = Set(Role.allCases)
        $0.method(1, "submit(_:)", roles: [.client, .administrator], failure: NodeError.self) {
            try await $0.submit($1)
        }
        $0.method(2, "query(_:)", roles: everybody, failure: NodeError.self) { try await $0.query($1) }
        $0.method(3, "receipt(_:)", roles: everybody, failure: NodeError.self) { try await $0.receipt($1) }
        $0.method(4, "status()", roles: everybody, failure: NodeError.self) { try await $0.status() }
        $0.method(5, "step(_:)", roles: everybody, failure: NodeError.self) { try await $0.step($1) }
        // Who refuses whom and which disk is full is nobody's business but of those who look after nodes.
        $0.method(21, "health()", roles: [.administrator, .auditor], failure: NodeError.self) { try await $0.health() }
        $0.method(20, "sealing(_:)", roles: everybody, failure: NodeError.self) { try await $0.sealing($1) }
    }

    private let service: NodeService
    private let facts: HealthService

    init(service: NodeService, health: HealthService, actorSystem: ClusterSystem) {
        self.service = service
        facts = health
        self.actorSystem = actorSystem
    }

    /// Hands a transaction in and answers with its outcome.
    distributed func submit(_ request: SubmitRequest) async throws -> SubmitReply {
        try await service.submit(request)
    }

    /// Asks a contract.
    distributed func query(_ request: QueryRequest) async throws -> QueryAnswer {
        try await service.query(request)
    }

    /// Gives the receipt of a transaction.
    distributed func receipt(_ request: ReceiptRequest) async throws -> ReceiptReply {
        try await service.receipt(request)
    }

    /// Gives the header that vouches for a height.
    distributed func sealing(_ request: SealingRequest) async throws -> SealingReply {
        try await service.sealing(request)
    }

    /// Gives a light client its next step.
    distributed func step(_ request: LightClientStepRequest) async throws -> LightClientStepReply {
        try await service.step(request)
    }

    /// Tells how the node is.
    distributed func status() async throws -> NodeStatus {
        try await service.status()
    }

    /// Tells what a diagnosis needs.
    distributed func health() async throws -> NodeHealth {
        await facts.health()
    }
}
