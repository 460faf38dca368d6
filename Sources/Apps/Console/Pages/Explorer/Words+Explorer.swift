extension Words {
    static let overview = WordTable(
        "overview",
        [
            "title": Phrase("Explorer", "账本浏览"), "chain": Phrase("The chain", "账本概况"),
            "height": Phrase("Height", "块高"), "head": Phrase("Newest block", "最新区块摘要"),
            "headTime": Phrase("Its time", "最新区块时间"), "stateRoot": Phrase("State root", "状态根"),
            "epoch": Phrase("Epoch", "纪元"), "channel": Phrase("Channel", "通道"),
            "suite": Phrase("Cryptography", "密码套件"), "quorum": Phrase("Quorum", "法定人数"),
            "of": Phrase("of", "／"), "tolerated": Phrase("Faults tolerated", "可容忍故障数"),
            "recent": Phrase("Last blocks counted", "统计区块数"),
            "interval": Phrase("Between blocks, on average", "平均出块间隔"),
            "recentTransactions": Phrase("Transactions in them", "其中交易数"),
            "recentRejected": Phrase("Rejected", "其中被拒绝"), "newestBlocks": Phrase("Newest blocks", "最新区块"),
            "newestTransactions": Phrase("Newest transactions", "最新交易"),
            "allBlocks": Phrase("All blocks", "全部区块"),
        ].merging(blockColumns) { $1 }.merging(transactionColumns) { $1 })

    static let blocks = WordTable(
        "blocks",
        ["title": Phrase("Blocks", "区块"), "older": Phrase("Older blocks", "更早的区块"), "newest": Phrase("Newest", "最新")]
            .merging(blockColumns) { $1 })

    static let block = WordTable(
        "block",
        [
            "title": Phrase("Block", "区块"), "header": Phrase("Header", "块头"), "digest": Phrase("Digest", "块摘要"),
            "parent": Phrase("Parent", "父块"), "time": Phrase("Time", "时间"), "epoch": Phrase("Epoch", "纪元"),
            "view": Phrase("View", "视图"), "proposer": Phrase("Proposed by", "提案节点"),
            "transactionsRoot": Phrase("Transactions root", "交易根"),
            "executed": Phrase("States results up to height", "声明执行结果至高度"),
            "stateRoot": Phrase("State root", "状态根"), "journalRoot": Phrase("Journal root", "日志根"),
            "size": Phrase("Size", "大小"), "signatures": Phrase("Signatures", "签署"),
            "signed": Phrase("has signed", "已签署"), "notSigned": Phrase("not among the signatures", "不在签名之列"),
            "proposedIt": Phrase("proposed it", "提案"), "signedBy": Phrase("validators have signed", "个验证节点已签署"),
            "needed": Phrase("are needed", "个即为法定人数"),
            "checked": Phrase(
                "The signatures were checked for this page against the validators of the epoch, and hold.",
                "本页生成时已对照该纪元验证节点核验全部签名，均成立。"),
            "notChecked": Phrase(
                "The signatures do not hold against the validators of the epoch: run zhenglian ledger verify.",
                "签名对照该纪元验证节点不成立：请运行 zhenglian ledger verify。"),
            "ancestor": Phrase(
                "Final as the ancestor of a later block: it has no certificate of its own.",
                "作为后续区块的祖先得到确认，自身没有单独的法定人数证书。"),
            "previous": Phrase("Block before", "上一区块"), "next": Phrase("Block after", "下一区块"),
            "transactions": Phrase("Transactions", "交易"),
            "more": Phrase("More than are shown here; search finds each by its identifier.", "此处未全部列出，可按交易标识查询。"),
            "empty": Phrase("This block has no transaction.", "该区块没有交易。"),
        ].merging(transactionColumns) { $1 })

    static let transaction = WordTable(
        "transaction",
        [
            "title": Phrase("Transaction", "交易"), "identifier": Phrase("Identifier", "交易标识"),
            "where": Phrase("Block, position", "区块与序号"), "time": Phrase("Time", "时间"),
            "submitter": Phrase("Submitted by", "提交者"), "outcome": Phrase("Outcome", "执行结果"),
            "events": Phrase("Events", "事件数"), "why": Phrase("Why", "原因"),
            "original": Phrase("The contract's own words, as the ledger has them:", "合约原文（账本所载，英文）："),
            "failedCall": Phrase("Failed call", "出错的调用"),
            "lastValid": Phrase("Valid up to height", "有效至高度"), "key": Phrase("Idempotency key", "幂等键"),
            "calls": Phrase("Calls", "调用"), "call": Phrase("What it does", "内容"), "about": Phrase("About", "对象"),
            "size": Phrase("Arguments", "参数大小"), "failed": Phrase("failed", "出错"),
            "together": Phrase("They take effect together or not at all.", "全部同时生效，或全部不生效。"),
            "more": Phrase("Not all calls are shown.", "未列出全部调用。"),
            "pruned": Phrase(
                "This node does not keep the transaction itself any more; what the tables say of it stays.",
                "本节点已不再保存交易原文，仅保留表中记录。"),
            "receipt": Phrase("Take the receipt", "下载凭证"),
            "receiptSays": Phrase(
                "proves block, position and outcome to whoever has the genesis file", "凭创世文件即可证明所在区块、序号与结果"),
            "verifyWith": Phrase("Check it with", "核验命令"), "position": Phrase("position", "序号"),
        ])

    static let contracts = WordTable(
        "contracts",
        [
            "title": Phrase("Contracts", "合约"), "contract": Phrase("Contract", "合约"),
            "name": Phrase("Name", "名称"), "version": Phrase("In force", "生效版本"),
            "since": Phrase("Since height", "自高度"), "next": Phrase("Planned", "计划版本"),
            "nextHeight": Phrase("From height", "自高度"), "lacks": Phrase("this node's program lacks it", "本节点程序缺少该版本"),
            "proposals": Phrase("Proposed", "待决提案"), "change": Phrase("Change", "变更"),
            "proposer": Phrase("Proposed by", "提出者"), "lastHeight": Phrase("To be decided up to", "须决定于高度"),
            "approvals": Phrase("Approved by", "已批准"), "noProposals": Phrase("Nothing is proposed.", "没有待决提案。"),
            "decisions": Phrase("Decided", "已决定"), "decidedAt": Phrase("At height", "高度"),
            "noDecisions": Phrase("Nothing has been decided yet.", "尚无决定。"), "notYet": Phrase("not yet", "尚未"),
            "approveWith": Phrase("Approve with", "批准命令"),
        ])

    static let nodes = WordTable(
        "nodes",
        [
            "title": Phrase("Nodes", "节点"), "epoch": Phrase("Epoch", "纪元"), "since": Phrase("since height", "自高度"),
            "decide": Phrase("validators decide", "个验证节点决定"), "of": Phrase("of", "／"),
            "tolerated": Phrase("may fail or lie", "个可失效或作恶"), "member": Phrase("Member", "成员"),
            "role": Phrase("Role", "角色"), "address": Phrase("Address", "地址"), "height": Phrase("Height", "块高"),
            "lag": Phrase("Behind by", "落后"), "version": Phrase("Version", "版本"), "uptime": Phrase("Up for", "已运行"),
            "validUntil": Phrase("Certificate until", "证书有效至"), "days": Phrase("Days left", "剩余天数"),
            "silent": Phrase("does not answer", "未答复"), "expired": Phrase("expired", "已过期"),
            "own": Phrase("this node", "本节点"),
            "announced": Phrase("Announced", "已公布"), "inForceFrom": Phrase("in force from height", "自高度起生效"),
            "says": Phrase(
                "Height, version and uptime are what each node says of itself; the rest stands on the ledger.",
                "块高、版本与运行时间为各节点自述，其余以账本为准。"),
        ])

    static let search = WordTable(
        "search",
        [
            "title": Phrase("Search", "查询"), "for": Phrase("Found for", "查询结果"),
            "nothing": Phrase("Nothing on this ledger has that name.", "账本上没有与之对应的内容。"),
            "kinds": Phrase(
                "One can search for: a height; the code of a case; the identifier of a licence; a holder's pseudonym; "
                    + "a department; the digest of a transaction or of a licence's file, 64 hexadecimal digits.",
                "可以查询：高度；一件事编码；证照标识；持证主体假名；部门；交易或证照文件的摘要（64 位十六进制）。"),
        ])

    static let licence = WordTable(
        "licence",
        [
            "title": Phrase("Licence", "证照"), "identifier": Phrase("Identifier", "证照标识"),
            "type": Phrase("Kind", "证照类型"),
            "department": Phrase("Issued by", "签发部门"), "holder": Phrase("Holder, by pseudonym", "持证主体假名"),
            "region": Phrase("Region", "属地"), "issuedOn": Phrase("Issued on", "颁发日期"),
            "valid": Phrase("Valid", "有效期"), "noEnd": Phrase("no last day", "长期"), "status": Phrase("Status", "状态"),
            "hasRunOut": Phrase("has run out since", "已过有效期"), "basis": Phrase("Basis of the last change", "最近操作依据"),
            "revision": Phrase("Revision", "修订号"), "changedAt": Phrase("Last changed", "最近变更"),
            "atHeight": Phrase("at height", "高度"), "versions": Phrase("Evidence, by version", "各版本存证"),
            "version": Phrase("Version", "版本"), "issuedAt": Phrase("On the ledger since", "上链时间"),
            "height": Phrase("Height", "高度"), "file": Phrase("File digest", "文件摘要"),
            "transaction": Phrase("Transaction", "交易"), "noFile": Phrase("no file", "无文件"),
            "noVersions": Phrase("The ledger has no evidence of this licence.", "账本上没有该证照的存证。"),
            "trace": Phrase("Who has used it", "用证轨迹"), "receipt": Phrase("Take the receipt of its evidence", "下载存证凭证"),
        ])

    private static let blockColumns = [
        "colHeight": Phrase("Height", "高度"), "colTime": Phrase("Time", "时间"), "colDigest": Phrase("Digest", "摘要"),
        "colView": Phrase("View", "视图"), "colProposer": Phrase("Proposed by", "提案节点"),
        "colTransactions": Phrase("Transactions", "交易数"), "colRejected": Phrase("Rejected", "被拒绝"),
        "noBlocks": Phrase("There is no block yet.", "尚无区块。"),
    ]

    private static let transactionColumns = [
        "colIdentifier": Phrase("Transaction", "交易"), "colBlock": Phrase("Block", "区块"),
        "colSubmitter": Phrase("Submitted by", "提交者"), "colCalls": Phrase("What it does", "内容"),
        "colOutcome": Phrase("Outcome", "结果"), "colWhen": Phrase("Time", "时间"),
        "noTransactions": Phrase("There is no transaction yet.", "尚无交易。"),
    ]
}
