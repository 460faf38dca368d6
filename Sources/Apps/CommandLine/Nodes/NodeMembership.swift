import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct NodeJoin: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Propose that a node joins the consortium, as an administrator of any department.",
        discussion: """
            The role in the certificate says whether the node votes: validator, or observer. More than half of the
            departments that have a validator approve, yours among them if it has one; then the node joins after the
            notice. Start the node first, so that it has caught up by then.

            Example: zhenglian node join --certificate identity/certificate.pem --host 10.0.0.5 --port 7101 \\
                         --genesis genesis.der --identity identities/admin
            """
    )

    @Option(help: "The node's certificate for the ledger, certificate.pem.")
    var certificate: String

    @Option(help: "Where the other nodes reach it.")
    var host: String

    @Option(help: "Where it listens.")
    var port: Int

    @Flag(help: "The node follows without a vote; its certificate has to say so.")
    var observer = false

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let node = try NodeCertificateFile.read(certificate)
        guard (node.member.role == .observer) == observer else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "\(node.member) is a \(node.member.role.rawValue) by its certificate: "
                        + (observer ? "leave --observer out" : "give --observer"),
                    "按证书，\(node.member) 的角色是 \(node.member.role.rawValue)："
                        + (observer ? "请去掉 --observer" : "请加 --observer")))
        }
        let endpoint = try NodeCertificateFile.endpoint(host, port)
        try await connection.propose(.add(MemberNode(certificate: node.der, endpoint: endpoint)), proposal, console)
    }
}

struct NodeLeave: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave",
        abstract: "Take a node out of the consortium: your department's at once, another's with approvals.",
        discussion: """
            Leave the node running until the change is in force: the others count on it until then.

            Example: zhenglian node leave tax/validator/node --genesis genesis.der --identity identities/admin
            """
    )

    @Argument(help: "The node, department/role/name.")
    var member: MemberName

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.propose(.remove(member), proposal, console)
    }
}

struct NodeRotate: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a node of your department a new certificate, with a new key or for a longer time.",
        discussion: """
            The node goes on with its old key until the change is in force, and needs the new one from then on.

            Example: zhenglian node rotate --certificate renewed/certificate.pem --identity identities/admin
            """
    )

    @Option(help: "The node's new certificate for the ledger, under its old name.")
    var certificate: String

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let node = try NodeCertificateFile.read(certificate)
        try await connection.propose(.rotate(node.der), proposal, console)
    }
}

struct NodeMove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Say where a node of your department listens from now on.",
        discussion: """
            Example: zhenglian node move tax/validator/node --host 10.0.0.9 --port 7101 --identity identities/admin
            """
    )

    @Argument(help: "The node, department/role/name.")
    var member: MemberName

    @Option(help: "Where the other nodes reach it.")
    var host: String

    @Option(help: "Where it listens.")
    var port: Int

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let endpoint = try NodeCertificateFile.endpoint(host, port)
        try await connection.propose(.move(member, to: endpoint), proposal, console)
    }
}

struct NodeReplace: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Propose that another node of the same department takes a node's place.",
        discussion: """
            Example: zhenglian node replace tax/validator/node --certificate second/certificate.pem \\
                         --host 10.0.0.6 --port 7101 --identity identities/admin
            """
    )

    @Argument(help: "The node that leaves, department/role/name.")
    var member: MemberName

    @Option(help: "The certificate for the ledger of the node that takes its place.")
    var certificate: String

    @Option(help: "Where the other nodes reach it.")
    var host: String

    @Option(help: "Where it listens.")
    var port: Int

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let node = try NodeCertificateFile.read(certificate)
        let endpoint = try NodeCertificateFile.endpoint(host, port)
        let successor = MemberNode(certificate: node.der, endpoint: endpoint)
        try await connection.propose(.replace(member, by: successor), proposal, console)
    }
}

extension ConnectionOptions {
    /// Proposes one step of a change of members, and says what has come of it.
    fileprivate func propose(
        _ operation: MembershipOperation,
        _ proposal: ProposalOptions,
        _ console: Console
    ) async throws {
        try await withClient(console) { client, identity in
            try console.present(
                try await MembershipSubmission(client: client, identity: identity).propose([operation], proposal))
        }
    }
}
