import ArgumentParser
import Foundation
import Gateway
import GatewayAccess
import Ledger
import LicenceNode
import Licences
import Logging
import Metrics
import Nodes
import OneThingNode
import OneThings
import PrometheusMetrics
import ServiceLifecycle
import UnixSignals

struct NodeRun: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a node until SIGTERM or SIGINT; its log goes to standard error.",
        discussion: """
            Every key of the configuration file can be set by the environment:
            ZHENGLIAN_NODE_LISTEN_PORT for listen.port.

            Example: zhenglian node run --configuration nodes/market/node.json
            """
    )

    @Option(name: .customLong("configuration"), help: "The node's configuration file.")
    var configurationPath: String

    @Option(help: "HOST:PORT to listen on, over the configuration.")
    var listen: NodeConfiguration.Endpoint?

    @Option(help: "trace, debug, info, notice, warning, error or critical, over the configuration.")
    var logLevel: String?

    @Option(help: "auto, always or never: whether a node without a ledger begins with a snapshot from its peers.")
    var joinBySnapshot: JoinMode?

    @Option(help: "A directory with a snapshot that a node without a ledger begins with.")
    var snapshot: String?

    @OptionGroup var options: ConsoleOptions

    /// The contracts of every channel, the same on every node.
    static var contracts: [any Contract] {
        [
            CatalogueContract(), EvidenceContract(), AuthorisationContract(), UsageContract(oneThings: CaseStandings()),
            CalendarContract(),
            DefinitionsContract(), CasesContract(), ApplicationsContract(),
        ]
    }

    func run(_ console: Console) async throws {
        var overrides: [String: String] = [:]
        if let listen {
            overrides["listen.host"] = listen.host
            overrides["listen.port"] = "\(listen.port)"
        }
        overrides["log.level"] = logLevel
        overrides["join"] = joinBySnapshot?.rawValue
        // A path on the command line is relative to where the command runs, one in the file to the file.
        overrides["snapshot"] = snapshot.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        let configuration = try await NodeConfiguration.load(path: configurationPath, overrides: overrides)
        var logger = Logger(label: "zhenglian", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = configuration.logLevel
        let node = Node(
            configuration: configuration,
            contracts: Self.contracts,
            projections: [LicenceProjection(), UsageProjection(), OneThingProjection()],
            applications: applications(configuration),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: node, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private func applications(_ configuration: NodeConfiguration) -> [any NodeApplication] {
        var applications: [any NodeApplication] = [OneThingNodeApplication(vault: configuration.vaultPath)]
        if let vault = configuration.vaultPath { applications.append(LicenceNodeApplication(vault: vault)) }
        if let gateway = configuration.gateway {
            // Metrics are collected where somebody can read them.
            let metrics = MetricsRegistry()
            if gateway.operations != nil { MetricsSystem.bootstrap(PrometheusMetricsFactory(metrics)) }
            applications.append(GatewayApplication(configuration: gateway, metrics: metrics))
        }
        return applications
    }
}
