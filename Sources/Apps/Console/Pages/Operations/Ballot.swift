import Formats
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// Something that departments vote on, with the command by which an administrator approves it, and what the page
/// Administration names it by.
struct Ballot: Sendable {
    let subject: String
    let what: String
    let proposer: String
    let approvals: String
    let needed: String
    let until: String
    let command: String
    /// The contract that decides.
    let contract: String
    /// What an approval names: a number, a digest, or a matter and a digest.
    let reference: String
    /// Whether the node's department may take it back.
    var isWithdrawable = false

    /// Everything that is proposed: members, contracts, definitions, and tables that are voted on.
    /// - Throws: `NodeError`, or the transport's error.
    static func all(_ services: ConsoleServices, _ language: ConsoleLanguage) async throws -> [Ballot] {
        try await members(services, language) + contracts(services, language) + definitions(services, language)
            + tables(services, language)
    }

    private static func majority(_ services: ConsoleServices) -> String {
        "\(services.genesis.document.departments.count / 2 + 1)"
    }

    private static func members(_ services: ConsoleServices, _ language: ConsoleLanguage) async throws -> [Ballot] {
        let contract = MembershipContract.name
        let (open, height) = try await services.ledger.query(
            contract: contract, name: MembershipContract.proposalsQuery, arguments: NoResult(), as: OpenProposals.self)
        var ballots: [Ballot] = []
        for number in open.open {
            let proposal: MembershipProposal
            do {
                proposal = try await services.ledger.query(
                    contract: contract, name: MembershipContract.proposalQuery,
                    arguments: ProposalReference(number: number), as: MembershipProposal.self
                ).result
            } catch let error as NodeError where error.code == .notFound {
                // It was decided or withdrawn since the list was given.
                continue
            }
            guard proposal.lastHeight > height else { continue }
            let operations = try proposal.arguments.operations.map {
                try Self.words($0, services.genesis.suite).text(in: language)
            }
            ballots.append(
                Ballot(
                    subject: Phrase("members", "成员").text(in: language), what: operations.joined(separator: "; "),
                    proposer: proposal.proposer.description, approvals: names(proposal.approvals),
                    needed: Phrase("more than half of those that have a validator", "拥有验证节点的部门过半数").text(in: language),
                    until: Told.number(proposal.lastHeight.rawValue),
                    command: "zhenglian consortium approve \(number)", contract: contract, reference: "\(number)",
                    isWithdrawable: proposal.proposer.department == services.department))
        }
        return ballots
    }

    private static func words(_ operation: MembershipOperation, _ suite: any CryptoSuite) throws -> Phrase {
        func member(_ der: [UInt8]) throws -> MemberName { try MemberCertificate(der: der, suite: suite).member }
        switch operation {
        case .add(let node):
            let name = try member(node.certificate)
            return Phrase("add \(name) at \(node.endpoint)", "新增 \(name)，地址 \(node.endpoint)")
        case .remove(let name): return Phrase("remove \(name)", "移除 \(name)")
        case .replace(let name, let node):
            let next = try member(node.certificate)
            return Phrase("replace \(name) by \(next) at \(node.endpoint)", "以 \(next)（\(node.endpoint)）替换 \(name)")
        case .rotate(let der):
            let name = try member(der)
            return Phrase("a new certificate of \(name)", "\(name) 更换证书")
        case .move(let name, let endpoint): return Phrase("\(name) moves to \(endpoint)", "\(name) 迁至 \(endpoint)")
        }
    }

    private static func contracts(_ services: ConsoleServices, _ language: ConsoleLanguage) async throws -> [Ballot] {
        try await ContractVotes(services).proposals(language).map { proposal in
            Ballot(
                subject: Phrase("contract", "合约").text(in: language), what: proposal.change,
                proposer: proposal.proposer, approvals: proposal.approvals, needed: majority(services),
                until: proposal.lastHeight, command: proposal.command, contract: ContractLifecycleContract.name,
                reference: proposal.digest, isWithdrawable: proposal.department == services.department)
        }
    }

    private static func definitions(
        _ services: ConsoleServices, _ language: ConsoleLanguage
    ) async throws -> [Ballot] {
        let client = services.client.oneThings.definitions
        var ballots: [Ballot] = []
        for matter in try await client.matters() {
            guard let proposal = try await client.proposal(of: matter.matter) else { continue }
            let digest = services.genesis.suite.digest(of: proposal.definition.derBytes)
            let version = proposal.definition.version
            let title = proposal.definition.title.text(in: language)
            ballots.append(
                Ballot(
                    subject: Phrase("definition", "一件事定义").text(in: language),
                    what: Phrase("\(title), version \(version)", "\(title)，第 \(version) 版").text(in: language),
                    proposer: proposal.approvals.first?.rawValue ?? "", approvals: names(proposal.approvals),
                    needed: Phrase(
                        "\(majority(services)), and all that take part", "\(majority(services)) 个，且全部参与部门"
                    ).text(in: language), until: "–",
                    command: "zhenglian onething define approve \(matter.matter) \(digest)",
                    contract: DefinitionsContract.contractName, reference: "\(matter.matter) \(digest)"))
        }
        return ballots
    }

    /// The calendar, the codes of licences, and the rules of decisions.
    private static func tables(_ services: ConsoleServices, _ language: ConsoleLanguage) async throws -> [Ballot] {
        let client = services.client
        let calendar = try await client.oneThings.calendar().proposal
        let codes = try await client.licences.codes().proposal
        let rules = try await client.uses.rules().proposal
        return [
            calendar.map {
                table(
                    $0, Phrase("calendar", "工作日历").text(in: language), CalendarContract.contractName,
                    "zhenglian onething calendar approve", services, language)
            },
            codes.map {
                table(
                    $0, Phrase("codes", "代码表").text(in: language), CatalogueContract.contractName,
                    "zhenglian licence codes approve", services, language)
            },
            rules.map {
                table(
                    $0, Phrase("rules of decisions", "判定规则").text(in: language), UsageContract.contractName,
                    "zhenglian use rules approve", services, language)
            },
        ].compactMap(\.self)
    }

    private static func table<Table: VotedTable>(
        _ proposal: TableProposal<Table>, _ subject: String, _ contract: String, _ command: String,
        _ services: ConsoleServices, _ language: ConsoleLanguage
    ) -> Ballot {
        let version = proposal.table.version
        let digest = services.genesis.suite.digest(of: proposal.table.derBytes)
        return Ballot(
            subject: subject,
            what: Phrase("version \(version)", "第 \(version) 版").text(in: language),
            proposer: proposal.approvals.first?.rawValue ?? "", approvals: names(proposal.approvals),
            needed: majority(services), until: "–",
            command: "\(command) \(digest)", contract: contract, reference: "\(digest)")
    }

    private static func names(_ departments: [DepartmentName]) -> String {
        departments.map(\.rawValue).joined(separator: ", ")
    }
}

extension Words {
    /// The list of what is voted on, on every page that has it.
    static let ballots: [String: Phrase] = [
        "ballots": Phrase("Proposals and votes", "提案与表决"), "ballotSubject": Phrase("About", "类别"),
        "what": Phrase("Proposal", "内容"), "proposer": Phrase("Proposed by", "提出者"),
        "approvals": Phrase("Approved by", "已批准"), "neededVotes": Phrase("Needed", "所需"),
        "untilHeight": Phrase("Up to height", "至高度"), "noBallots": Phrase("Nothing is proposed.", "没有待决提案。"),
        "command": Phrase("Command", "命令"),
    ]

    static let operations = WordTable("operations", ballots.merging(operationsOwn) { first, _ in first })

    private static let operationsOwn: [String: Phrase] = [
        "title": Phrase("Operations", "运维"), "node": Phrase("This node", "本节点"), "version": Phrase("Version", "版本"),
        "height": Phrase("Height", "块高"), "headTime": Phrase("Newest block", "最新区块时间"),
        "sinceCommit": Phrase("Last block", "距上一区块"), "waitingBlocks": Phrase("Blocks to execute", "待执行区块"),
        "pending": Phrase("Transactions that wait", "等待的交易"), "quorum": Phrase("Quorum", "法定人数"),
        "reachable": Phrase("in touch", "个连通"), "needed": Phrase("needed", "个即可决定"), "of": Phrase("of", "／"),
        "margin": Phrase("Margin", "余量"), "more": Phrase("more may be lost", "个可再失去"),
        "marginGone": Phrase("The next loss stops the ledger.", "再失去一个，账本即停止。"),
        "lost": Phrase("The quorum is lost: nothing becomes final.", "法定人数不足：无法确认任何区块。"),
        "findings": Phrase("Diagnosis", "诊断"), "allIsWell": Phrase("Nothing is wrong.", "一切正常。"),
        "consensus": Phrase("Consensus", "共识"), "view": Phrase("View", "视图"), "leader": Phrase("Leader", "主节点"),
        "absent": Phrase("absent", "不在线"), "proposal": Phrase("Proposal", "提案"),
        "givenUp": Phrase("Views given up in a row", "连续放弃视图"), "inView": Phrase("In this view for", "本视图已"),
        "votes": Phrase("Votes", "投票"), "missing": Phrase("missing", "缺少"),
        "observer": Phrase("This node follows without a vote.", "本节点只跟随，不投票。"),
        "peers": Phrase("Validators in touch", "验证节点连通情况"), "member": Phrase("Member", "成员"),
        "state": Phrase("State", "状态"), "since": Phrase("For", "已持续"), "up": Phrase("in touch", "连通"),
        "down": Phrase("unreachable", "未连通"), "certificates": Phrase("Certificates", "证书到期预测"),
        "until": Phrase("Valid until", "有效至"), "days": Phrase("Days left", "剩余天数"),
        "quorumLost": Phrase("Without renewal the quorum is lost on", "如不更新，法定人数将丧失于"),
        "inDays": Phrase("days from now", "天后"),
        "losesQuorum": Phrase("with this one the quorum is lost", "自此法定人数丧失"),
        "ownCertificate": Phrase("This node's certificate until", "本节点证书有效至"),
        "storage": Phrase("Storage", "存储"), "free": Phrase("Free", "剩余空间"),
        "growth": Phrase("Growth in a day", "日增长"),
        "fullOn": Phrase("Full on", "预计写满"), "notWritable": Phrase("cannot be written", "不可写"),
        "growthUnknown": Phrase("not known before a day has passed", "运行满一天后可知"),
        "backups": Phrase("Backups", "备份"), "madeAt": Phrase("Made at", "完成时间"),
        "blocksSince": Phrase("Blocks since", "此后区块数"), "size": Phrase("Size", "大小"),
        "file": Phrase("File", "文件"),
        "noBackups": Phrase("None was made on this machine.", "本机尚未做过备份。"),
        "backUp": Phrase("While the node runs:", "节点运行时即可："),
        "gateway": Phrase("Gateway", "网关"), "queue": Phrase("Queue", "队列"), "count": Phrase("At present", "当前"),
        "limit": Phrase("At most", "上限"), "noQueues": Phrase("The gateway tells of none.", "网关未提供。"),
        "lockouts": Phrase("Locked out", "已锁定"), "subject": Phrase("Whom", "对象"),
        "noLockouts": Phrase("Nobody is locked out.", "没有被锁定的账户或地址。"),
        "keys": Phrase(
            "Administrators' keys stay with them: they approve by command, or in their own browser.",
            "管理员密钥由本人保管：可用命令批准，也可在本人浏览器中签署批准。"),
        "administration": Phrase("Sign in the browser", "在浏览器中签署"),
        "commands": Phrase("What administrators type", "管理命令"),
    ]
}
