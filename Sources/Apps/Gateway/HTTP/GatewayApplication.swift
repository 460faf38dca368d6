import Formats
import GatewayAccess
import GatewayEvents
import Hummingbird
import Identity
public import Nodes
public import PrometheusMetrics

/// A node that serves HTTP: the interface for departments' systems and, with pages, the console for people.
///
/// It adds nothing that the command line cannot do: both call the same functions of the client library.
public struct GatewayApplication: NodeApplication {
    private let configuration: GatewayConfiguration
    private let metrics: MetricsRegistry

    /// - Parameters:
    ///   - configuration: where and how.
    ///   - metrics: what the process's metrics are collected in.
    public init(configuration: GatewayConfiguration, metrics: MetricsRegistry) {
        (self.configuration, self.metrics) = (configuration, metrics)
    }

    public func start(on host: NodeHost) async throws {
        try ProtectedFile.createDirectory(configuration.dataPath)
    }

    /// The identity of the client in whose name the gateway writes; `nil` where none is configured.
    /// - Throws: ``GatewayError`` where it is none of a client of the node's department; `FileError` or
    ///   `IdentityError`.
    private func identities(on host: NodeHost) throws -> MemberIdentities? {
        guard let path = configuration.identityPath else { return nil }
        let identities = try IdentityDirectory(path).loadAll(suite: host.genesis.suite)
        let member = identities.member
        guard member.role == .client, member.department == host.identity.member.department else {
            throw GatewayError(
                "\(path) is the identity of \(member): 'gateway.identity' names one of a client of "
                    + "\(host.identity.member.department)")
        }
        try host.genesis.anchors.authenticate(identities.ledger.certificate, at: host.clock.now)
        return identities
    }

    /// Serves until the node stops.
    /// - Throws: ``GatewayError`` or `FileError` where it cannot: the node stops then, and says why.
    public func run(on host: NodeHost) async throws {
        let platforms = try HTTPPlatformClient()
        do {
            try await serve(host, platforms: platforms)
        } catch {
            // It has connections of its own, which end with it, whatever else has failed.
            try await platforms.close()
            throw error
        }
        try await platforms.close()
    }

    private func serve(_ host: NodeHost, platforms: HTTPPlatformClient) async throws {
        let webhooks = try WebhookStore("\(configuration.dataPath)/webhooks", genesis: host.genesis)
        let services = GatewayServices(
            host: host, identities: try identities(on: host), webhooks: webhooks, address: configuration.address)
        let dispatcher = WebhookDispatcher(
            store: webhooks, feed: services.feed, wallClock: host.clock, clock: ContinuousClock(), logger: host.logger,
            generator: SystemRandomNumberGenerator())
        let door = try GatewayDoor(host: host, configuration: configuration, platforms: platforms)
        let load = GatewayLoad()
        let deadlines = Deadlines()
        let pages = try ConsolePages(
            ConsoleBridge(
                services: services, door: door, load: load, isSecure: configuration.certificate != nil))
        let responder = try GatewayRouter(
            table: OperationTable(Operation.all), services: services, door: door, pages: pages, load: load,
            deadlines: deadlines
        ).build().buildResponder()
        let server = GatewayServer(configuration: configuration, responder: responder, logger: host.logger)
        let operations = configuration.operations.map {
            OperationsServer(endpoint: $0, services: services, metrics: metrics, logger: host.logger)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            if let operations { group.addTask { try await operations.run() } }
            group.addTask { await dispatcher.run() }
            group.addTask { await deadlines.run(on: ContinuousClock()) }
            // Each runs until the node stops; whichever fails takes the others with it.
            try await group.next()
            group.cancelAll()
        }
    }
}
