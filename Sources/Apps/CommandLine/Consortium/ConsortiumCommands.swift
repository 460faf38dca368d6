import ArgumentParser
import Formats
import Identity
import Nodes

struct ConsortiumCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consortium",
        abstract: "The consortium (联盟): found it, show it, follow its chain, decide about its members and contracts.",
        subcommands: [
            ConsortiumInit.self, ConsortiumShow.self, ConsortiumFollow.self, ConsortiumMembers.self,
            ConsortiumApprove.self, ConsortiumWithdraw.self, ConsortiumEvidence.self, ContractCommands.self,
        ]
    )
}

struct ConsortiumInit: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the genesis file: departments, trust anchors, first validators, suite, limits.",
        discussion: """
            The file's digest names the consortium; every department compares it before it starts its node. The suite is
            the one of the authorities, which has to be the same for all.

            Example: zhenglian consortium init --name xinjiang --output genesis.der \\
                         --department authorities/market/authority.pem=市场监督管理局=11650000MB1A0001XQ \\
                         --department authorities/tax/authority.pem=税务局 \\
                         --validator nodes/market/identity/certificate.pem=10.0.0.1:7101 \\
                         --validator nodes/tax/identity/certificate.pem=10.0.0.2:7101
            """
    )

    @Option(help: "The consortium's name.")
    var name: Label

    @Option(help: "The name of its first channel.")
    var channel: Label?

    @Option(help: "A department: AUTHORITY.pem=TITLE, and =CODE,CODE for those that issue licences. Repeat for each.")
    var department: [String]

    @Option(help: "A first validator: CERTIFICATE.pem=HOST:PORT. Repeat for each, in the order of their numbers.")
    var validator: [String]

    @Option(help: "Most bytes of a transaction, 1024 to 1048576: some 250 for each record of a bulk import.")
    var maximumTransactionBytes = ChannelLimits().maximumTransactionBytes

    @Option(help: "Where the genesis file goes.")
    var output = "genesis.der"

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1_024...Transaction.maximumByteCount).contains(maximumTransactionBytes) else {
            throw ValidationError("--maximum-transaction-bytes is 1024 to \(Transaction.maximumByteCount)")
        }
    }

    func run(_ console: Console) async throws {
        var limits = ChannelLimits()
        limits.maximumTransactionBytes = maximumTransactionBytes
        let departments = try department.map { entry in
            let (path, rest) = try Self.split(entry, option: "--department", form: "AUTHORITY.pem=TITLE[=CODE,CODE]")
            let parts = rest.split(separator: "=", maxSplits: 1)
            let pem = try ProtectedFile.text(of: path, limit: 64 * 1024)
            return GenesisFile.DepartmentEntry(
                authority: try AuthorityCertificates(pem: pem),
                title: String(parts[0]),
                issuerCodes: parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
            )
        }
        let suite = try Self.suite(of: departments)
        let validators = try validator.map { entry in
            let (path, address) = try Self.split(entry, option: "--validator", form: "CERTIFICATE.pem=HOST:PORT")
            guard let endpoint = NodeConfiguration.Endpoint(address) else {
                throw CommandFailure(.wrongUse, Phrase("'\(address)' is not HOST:PORT", "“\(address)” 不是 主机:端口"))
            }
            let pem = try ProtectedFile.text(of: path, limit: 64 * 1024)
            let certificate = try MemberCertificate(pem: pem)
            try Self.check(certificate, is: suite, path: path)
            return GenesisFile.ValidatorEntry(certificate: certificate, host: endpoint.host, port: endpoint.port)
        }
        let genesis = try GenesisFile.create(
            at: output,
            consortium: name,
            channel: channel ?? GenesisFile.defaultChannel,
            createdAt: SystemWallClock().now,
            suite: suite,
            departments: departments,
            validators: validators,
            limits: limits
        )
        try console.present(ConsortiumReport(genesis, path: output))
    }

    /// The suite that the authorities have in common.
    private static func suite(of departments: [GenesisFile.DepartmentEntry]) throws -> CryptoSuiteIdentifier {
        let suites = departments.map(\.authority.ledger.suite.identifier)
        guard let first = suites.first else {
            throw CommandFailure(.wrongUse, Phrase("give a --department", "请给出 --department"))
        }
        guard suites.allSatisfy({ $0 == first }) else {
            let list = zip(departments, suites).map { "\($0.authority.department): \($1.rawValue)" }
                .joined(separator: ", ")
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "the authorities are of two suites, and a consortium has one (\(list)): "
                        + "make those of the other suite anew with 'zhenglian ca init --suite'",
                    "各部门证书机构的密码套件不一致，而一个联盟只能使用一种（\(list)）："
                        + "请用 zhenglian ca init --suite 重新建立"
                )
            )
        }
        return first
    }

    private static func check(
        _ certificate: MemberCertificate, is suite: CryptoSuiteIdentifier, path: String
    ) throws {
        guard certificate.suite != suite else { return }
        throw CommandFailure(
            .wrongUse,
            Phrase(
                "\(path) is a certificate of the suite \(certificate.suite.rawValue), and the authorities are of "
                    + "\(suite.rawValue): give the validator's certificate for the ledger, certificate.pem",
                "\(path) 是 \(certificate.suite.rawValue) 套件的证书，而证书机构使用 \(suite.rawValue)："
                    + "请给出验证节点的账本证书 certificate.pem"
            )
        )
    }

    private static func split(_ entry: String, option: String, form: String) throws -> (String, String) {
        let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw CommandFailure(
                .wrongUse,
                Phrase("\(option) '\(entry)' is not \(form)", "\(option) “\(entry)” 的形式应为 \(form)")
            )
        }
        return (parts[0], parts[1])
    }
}

struct ConsortiumShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a genesis file fixes, and its digest.",
        discussion: "Example: zhenglian consortium show --genesis genesis.der"
    )

    @Option(help: "The genesis file.")
    var genesis: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try console.present(ConsortiumReport(try GenesisFile.read(genesis), path: genesis))
    }
}
