import Formats
import Identity
import Ledger
import Nodes

/// Who validates, as the ledger says.
struct EpochMembersReader: Sendable {
    /// A node of the consortium.
    struct Node: Sendable {
        let member: MemberName
        let address: String
        let notAfter: Timestamp
        let key: any VerificationKey
    }

    /// Those of one epoch.
    struct Members: Sendable {
        let epoch: Epoch
        let firstHeight: Height
        let validators: [Node]
        let observers: [Node]

        var quorum: Int { validatorSet.quorum }

        var validatorSet: ValidatorSet {
            ValidatorSet(epoch: epoch, validators: validators.map { Validator(member: $0.member, key: $0.key) })
        }
    }

    private let services: ConsoleServices

    init(_ services: ConsoleServices) { self.services = services }

    /// The members of an epoch that has been announced.
    /// - Throws: `NodeError`, or the certificates' error.
    func members(of epoch: Epoch) async throws -> Members {
        let answer = try await services.ledger.query(
            contract: MembershipContract.name, name: MembershipContract.epochQuery,
            arguments: EpochArguments(epoch: epoch), as: EpochAnswer.self
        ).result
        let suite = services.genesis.suite
        func node(_ der: [UInt8], _ endpoint: NodeEndpoint) throws -> Node {
            let certificate = try MemberCertificate(der: der, suite: suite)
            return Node(
                member: certificate.member, address: "\(endpoint)", notAfter: certificate.notAfter,
                key: certificate.publicKey)
        }
        return Members(
            epoch: answer.validators.epoch, firstHeight: answer.validators.firstHeight,
            validators: try zip(answer.validators.certificates, answer.members.endpoints).map { try node($0, $1) },
            observers: try answer.members.observers.map { try node($0.certificate, $0.endpoint) })
    }

    /// The newest epoch that has been announced.
    /// - Throws: `NodeError`.
    func latest() async throws -> (epoch: Epoch, height: Height) {
        let (latest, height) = try await services.ledger.query(
            contract: MembershipContract.name, name: MembershipContract.latestQuery, arguments: NoResult(),
            as: LatestEpoch.self)
        return (latest.epoch, height)
    }

    /// Those that validate now, and those that are announced.
    /// - Throws: `NodeError`, or the certificates' error.
    func now() async throws -> (current: Members, announced: Members?, height: Height) {
        let (epoch, height) = try await latest()
        let last = try await members(of: epoch)
        guard let before = epoch.previous, last.firstHeight > height.next else { return (last, nil, height) }
        return (try await members(of: before), last, height)
    }
}
