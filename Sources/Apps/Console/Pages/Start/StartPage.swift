import Formats
import Identity
import ZhenglianClient

/// What this node is, and the way to everything else.
enum StartPage {
    struct Model: Sendable {
        struct Department: Sendable {
            let name: String
            let title: String
            let isOwn: Bool
        }

        let consortium: String
        let channel: String
        let genesis: String
        let suite: String
        let founded: String
        let departments: [Department]
        let validatorCount: Int
        let quorum: Int
        let tolerated: Int
        let height: String
        let time: String
        let links: [Link]
    }

    struct Link: Sendable {
        let title: String
        let path: String
        let says: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let genesis = request.services.genesis
        let state = try await request.parts.state.state()
        let own = request.services.client.identity.member.department
        let model = Model(
            consortium: genesis.document.consortium.rawValue, channel: genesis.document.channel.rawValue,
            genesis: genesis.digest.description, suite: genesis.document.suite.rawValue,
            founded: Told.time(genesis.document.createdAt),
            departments: genesis.document.departments.map {
                Model.Department(name: $0.name.rawValue, title: $0.title, isOwn: $0.name == own)
            },
            validatorCount: genesis.validators.count, quorum: genesis.validators.quorum,
            tolerated: genesis.validators.faultTolerance, height: Told.number(state.height.rawValue),
            time: Told.time(state.time),
            links: ConsoleSection.allCases.map { section in
                Link(
                    title: request.tell(section.title), path: section.path,
                    says: Words.start.text(section.rawValue, in: request.language))
            })
        return Page(Words.start, model, asOf: AsOf(state.height, state.time), isLive: true)
    }
}

extension Words {
    static let start = WordTable(
        "start",
        [
            "title": Phrase("Consortium ledger", "联盟账本"),
            "lead": Phrase(
                "What departments have issued, authorised and done stands here, agreed on by all of them, and can be "
                    + "proved to anybody.", "各部门签发、授权与办理的事项由全体成员共同确认，并可向任何人证明。"),
            "searchLabel": Phrase(
                "Height, code of a case, identifier of a licence, transaction, digest", "高度、一件事编码、证照标识、交易标识或摘要"),
            "searchButton": Phrase("Search", "查询"),
            "thisNode": Phrase("This node", "本节点"), "consortium": Phrase("Consortium", "联盟"),
            "channel": Phrase("Channel", "通道"), "genesis": Phrase("Genesis digest", "创世文件摘要"),
            "suite": Phrase("Cryptography", "密码套件"), "founded": Phrase("Founded", "成立时间"),
            "height": Phrase("Height", "块高"), "ledgerTime": Phrase("Ledger time", "账本时间"),
            "validators": Phrase("Validators", "验证节点"), "decide": Phrase("decide", "即可决定"),
            "mayFail": Phrase("may fail or lie", "可失效或作恶"), "departments": Phrase("Departments", "部门"),
            "own": Phrase("this node's", "本节点所属"),
            "verify": Phrase(
                "Check a licence or a receipt in this browser; no file leaves it.", "在浏览器内核验证照或凭证，文件不离开本机。"),
            "explorer": Phrase(
                "Blocks, transactions, contracts and members, and who has signed.", "区块、交易、合约与成员，以及由谁签署。"),
            "trace": Phrase(
                "Who has used which licence, by which right, with the proof that nothing is left out.",
                "何人凭何依据使用了何种证照，并附完整性证明。"),
            "onethings": Phrase(
                "Cases across departments: who has them, by when, and what is late.", "跨部门办件：在谁手里、期限与超期。"),
            "dashboard": Phrase("The figures of all, for a wall.", "全局数据，适于大屏。"),
            "operations": Phrase(
                "How this node is, the margin of the quorum, certificates, proposals.", "节点状况、法定人数余量、证书与提案。"),
        ])
}
