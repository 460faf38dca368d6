import ArgumentParser
import Identity
import Nodes

struct NodeInit: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up a node's directory: its configuration and an empty memory of votes.",
        discussion: """
            Run it once, before the node's first start. A node that lost its disk is set up again with
            --rejoin: it then asks the others what it may have voted, and stays silent for up to two views.
            Let some blocks pass before another node is taken down.

            Example: zhenglian node init --genesis genesis.der --identity nodes/market/identity \\
                         --directory nodes/market --listen 10.0.0.1:7101
            """
    )

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @Option(help: "The directory with the node's certificate.pem and private.key.")
    var identity: String

    @Option(help: "The node's directory.")
    var directory: String

    @Option(help: "HOST:PORT to listen on.")
    var listen: NodeConfiguration.Endpoint

    @Option(help: "A directory with revocation lists (*.crl); by default one in the node's directory.")
    var revocations: String?

    @Option(help: "The directory of the vault (证照保险库) from which the node releases its department's licences.")
    var vault: String?

    @Option(
        help: ArgumentHelp(
            "HOST:PORT of a loopback address to serve HTTP and the console on.",
            discussion: "For other addresses add 'gateway.certificate' and 'gateway.private-key' to the configuration.")
    )
    var http: NodeConfiguration.Endpoint?

    @Option(
        help: "With --http: the identity of a client of the department, in whose name what comes by HTTP is written.")
    var httpIdentity: String?

    @Flag(help: "The network runs already, and this node may have voted before.")
    var rejoin = false

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard http != nil || httpIdentity == nil else { throw ValidationError("--http-identity needs --http") }
    }

    func run(_ console: Console) async throws {
        let setup = NodeSetup(
            genesisPath: genesis,
            identityPath: identity,
            directory: directory,
            listen: listen,
            revocationsPath: revocations,
            vaultPath: vault,
            gateway: http,
            gatewayIdentityPath: httpIdentity,
            isRejoining: rejoin
        )
        let member = try setup.write(clock: SystemWallClock())
        try console.present(Report(member: member, configuration: setup.configurationPath))
    }

    private struct Report: Presentable {
        let member: MemberName
        let configuration: String

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "set up the node \(member): zhenglian node run --configuration \(configuration)",
                    "已设置节点 \(member)：zhenglian node run --configuration \(configuration)"
                ).text(in: language)
            ]
        }
    }
}
