public import Formats
public import Identity
import Ledger
public import Nodes

/// Who belongs to the consortium, as one node says.
public struct ConsortiumMembership: Encodable, Sendable {
    /// A node of the consortium.
    public struct Node: Encodable, Sendable {
        public let member: MemberName
        public let address: String
        public let validUntil: String
    }

    /// The nodes of an epoch.
    public struct Term: Encodable, Sendable {
        public let epoch: Epoch
        public let firstHeight: Height
        public let quorum: Int
        public let toleratedFaults: Int
        public let validators: [Node]
        public let observers: [Node]
    }

    /// A change of members that departments vote on.
    public struct Proposal: Encodable, Sendable {
        public let number: UInt64
        public let proposer: MemberName
        public let lastHeight: Height
        public let notice: UInt64
        public let operations: [String]
        public let approvals: [DepartmentName]
    }

    public let height: Height
    public let current: Term
    public let announced: Term?
    public let proposals: [Proposal]

    /// Asks a node.
    /// - Throws: `NodeError`, or the transport's error; `IdentityError` where a certificate cannot be read.
    public init(asking client: any LedgerClient) async throws {
        let contract = MembershipContract.name
        let (latest, height) = try await client.query(
            contract: contract, name: MembershipContract.latestQuery, arguments: NoResult(), as: LatestEpoch.self)
        func term(_ epoch: Epoch) async throws -> Term {
            let answer = try await client.query(
                contract: contract, name: MembershipContract.epochQuery, arguments: EpochArguments(epoch: epoch),
                as: EpochAnswer.self
            ).result
            return try Term(answer, suite: client.genesis.suite)
        }
        self.height = height
        let last = try await term(latest.epoch)
        if let before = latest.epoch.previous, last.firstHeight > height.next {
            current = try await term(before)
            announced = last
        } else {
            current = last
            announced = nil
        }
        let open = try await client.query(
            contract: contract, name: MembershipContract.proposalsQuery, arguments: NoResult(), as: OpenProposals.self
        ).result
        var proposals: [Proposal] = []
        for number in open.open {
            do {
                let proposal = try await client.query(
                    contract: contract, name: MembershipContract.proposalQuery,
                    arguments: ProposalReference(number: number), as: MembershipProposal.self
                ).result
                guard proposal.lastHeight > height else { continue }
                proposals.append(try Proposal(proposal, suite: client.genesis.suite))
            } catch let error as NodeError where error.code == .notFound {
                // It was decided or withdrawn since the list was given.
                continue
            }
        }
        self.proposals = proposals
    }
}

extension ConsortiumMembership.Term {
    fileprivate init(_ answer: EpochAnswer, suite: any CryptoSuite) throws {
        epoch = answer.validators.epoch
        firstHeight = answer.validators.firstHeight
        validators = try zip(answer.validators.certificates, answer.members.endpoints).map { der, endpoint in
            try ConsortiumMembership.Node(MemberNode(certificate: der, endpoint: endpoint), suite: suite)
        }
        observers = try answer.members.observers.map { try ConsortiumMembership.Node($0, suite: suite) }
        toleratedFaults = (validators.count - 1) / 3
        quorum = validators.count - toleratedFaults
    }
}

extension ConsortiumMembership.Node {
    fileprivate init(_ node: MemberNode, suite: any CryptoSuite) throws {
        let certificate = try MemberCertificate(der: node.certificate, suite: suite)
        self.init(
            member: certificate.member, address: "\(node.endpoint)", validUntil: certificate.notAfter.description)
    }
}

extension ConsortiumMembership.Proposal {
    fileprivate init(_ proposal: MembershipProposal, suite: any CryptoSuite) throws {
        number = proposal.number
        proposer = proposal.proposer
        lastHeight = proposal.lastHeight
        notice = proposal.arguments.notice
        approvals = proposal.approvals
        operations = try proposal.arguments.operations.map { operation in
            func member(_ der: [UInt8]) throws -> MemberName { try MemberCertificate(der: der, suite: suite).member }
            switch operation {
            case .add(let node): return "add \(try member(node.certificate)) at \(node.endpoint)"
            case .remove(let name): return "remove \(name)"
            case .replace(let name, let node):
                return "replace \(name) by \(try member(node.certificate)) at \(node.endpoint)"
            case .rotate(let der): return "rotate \(try member(der))"
            case .move(let name, let endpoint): return "move \(name) to \(endpoint)"
            }
        }
    }
}
