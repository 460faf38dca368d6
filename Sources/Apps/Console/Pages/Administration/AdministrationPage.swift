import Formats
import Identity
import Ledger
import Nodes

/// Where an administrator signs proposals, votes and what the department says of its users, with a key of their own
/// that the browser holds: the node never sees it.
enum AdministrationPage {
    struct Model: Sendable {
        /// Whose administrators may sign here.
        let department: String
        /// Whether browsers have the ledger's suite.
        let isSupported: Bool
        let ballots: [Ballot]
        /// The contracts that there are, to choose from.
        let contracts: [String]
        let leastNotice: String
        let mostNotice: String
        let versionNotice: String
        let commands: [OperationsPage.Command]
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let services = request.services
        let (versions, height) = try await services.ledger.query(
            contract: ContractLifecycleContract.name, name: ContractLifecycleContract.versionsQuery,
            arguments: NoResult(), as: ContractVersions.self)
        let model = Model(
            department: services.department.rawValue, isSupported: services.genesis.document.suite == .p256,
            ballots: try await Ballot.all(services, request.language),
            contracts: versions.contracts.map(\.contract).sorted(),
            leastNotice: "\(ValidatorSchedule.minimumNotice)", mostNotice: "\(ValidatorSchedule.maximumNotice)",
            versionNotice: Told.number(ContractLifecycleContract.minimumNotice), commands: commands(request))
        let status = try await services.ledger.status()
        return Page(Words.administration, model, asOf: AsOf(height, status.headTime))
    }

    /// What does the same on the command line.
    private static func commands(_ request: PageRequest) -> [OperationsPage.Command] {
        [
            (
                Phrase("Members", "成员"),
                "zhenglian node join --certificate CERTIFICATE --host HOST --port PORT; zhenglian consortium members"
            ),
            (Phrase("Contracts", "合约"), "zhenglian consortium contracts propose CONTRACT --version N --height H"),
            (Phrase("Definitions", "一件事定义"), "zhenglian onething define propose FILE"),
            (
                Phrase("Tables", "各类表"),
                "zhenglian onething calendar propose FILE; zhenglian licence codes propose FILE; "
                    + "zhenglian use rules propose FILE"
            ),
            (
                Phrase("Users", "用户"),
                "zhenglian gateway people register; zhenglian gateway applications register; "
                    + "zhenglian gateway platforms register"
            ),
        ].map { OperationsPage.Command(says: request.tell($0.0), command: $0.1) }
    }
}
