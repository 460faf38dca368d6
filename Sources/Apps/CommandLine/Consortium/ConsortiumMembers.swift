import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct ConsortiumMembers: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "Show who belongs to the consortium now, what is announced, and what is proposed.",
        discussion: """
            The answer is the asked node's; receipts and 'consortium follow' prove who validates.

            Example: zhenglian consortium members --node 10.0.0.1:7101 --genesis genesis.der --identity identities/admin
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            try console.present(try await MembersReport(asking: client))
        }
    }
}

/// Who belongs to the consortium, as one node says.
struct MembersReport: Presentable {
    struct Node: Encodable {
        let member: MemberName
        let address: String
        let validUntil: String
    }

    struct Term: Encodable {
        let epoch: Epoch
        let firstHeight: Height
        let quorum: Int
        let toleratedFaults: Int
        let validators: [Node]
        let observers: [Node]
    }

    struct Proposal: Encodable {
        let number: UInt64
        let proposer: MemberName
        let lastHeight: Height
        let notice: UInt64
        let operations: [String]
        let approvals: [DepartmentName]
    }

    let height: Height
    let current: Term
    let announced: Term?
    let proposals: [Proposal]

    init(asking client: any LedgerClient) async throws {
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

    func lines(in language: Language) -> [String] {
        var phrases = [Phrase("members at height \(height)", "成员（高度 \(height)）")]
        phrases += current.phrases
        if let announced {
            phrases.append(
                Phrase(
                    "announced, in force from height \(announced.firstHeight) on",
                    "已公布，自高度 \(announced.firstHeight) 起生效"))
            phrases += announced.phrases
        }
        for proposal in proposals {
            let approvals = proposal.approvals.map(\.rawValue).joined(separator: ", ")
            phrases.append(
                Phrase(
                    "proposal \(proposal.number) by \(proposal.proposer), open up to height \(proposal.lastHeight), "
                        + "approved by \(approvals)",
                    "提案 \(proposal.number)，提出者 \(proposal.proposer)，有效至高度 \(proposal.lastHeight)，"
                        + "已批准：\(approvals)"))
            phrases += proposal.operations.map { Phrase("  \($0)", "  \($0)") }
        }
        return phrases.map { $0.text(in: language) }
    }
}

extension MembersReport.Term {
    fileprivate init(_ answer: EpochAnswer, suite: any CryptoSuite) throws {
        epoch = answer.validators.epoch
        firstHeight = answer.validators.firstHeight
        validators = try zip(answer.validators.certificates, answer.members.endpoints).map { der, endpoint in
            try MembersReport.Node(MemberNode(certificate: der, endpoint: endpoint), suite: suite)
        }
        observers = try answer.members.observers.map { try MembersReport.Node($0, suite: suite) }
        toleratedFaults = (validators.count - 1) / 3
        quorum = validators.count - toleratedFaults
    }

    fileprivate var phrases: [Phrase] {
        var phrases = [
            Phrase(
                "  epoch \(epoch): \(quorum) of \(validators.count) validators decide; "
                    + "\(toleratedFaults) may fail or lie",
                "  纪元 \(epoch)：\(validators.count) 个验证节点中 \(quorum) 个决定；容忍 \(toleratedFaults) 个失效或作恶")
        ]
        phrases += validators.map {
            Phrase(
                "  validator    \($0.member) at \($0.address), certificate up to \($0.validUntil)",
                "  验证节点 \($0.member) \($0.address)，证书有效至 \($0.validUntil)")
        }
        phrases += observers.map {
            Phrase(
                "  observer     \($0.member) at \($0.address), certificate up to \($0.validUntil)",
                "  观察节点 \($0.member) \($0.address)，证书有效至 \($0.validUntil)")
        }
        return phrases
    }
}

extension MembersReport.Node {
    fileprivate init(_ node: MemberNode, suite: any CryptoSuite) throws {
        let certificate = try MemberCertificate(der: node.certificate, suite: suite)
        self.init(
            member: certificate.member, address: "\(node.endpoint)", validUntil: certificate.notAfter.description)
    }
}

extension MembersReport.Proposal {
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
