extension Words {
    static let administration = WordTable(
        "administration",
        ballots.merging(administrationKey) { first, _ in first }.merging(administrationForms) { first, _ in first })

    private static let administrationKey: [String: Phrase] = [
        "title": Phrase("Administration", "管理"),
        "lead": Phrase(
            "Approve, propose and say who may use this department's nodes, signed in this browser with your own key.",
            "以本人密钥在本浏览器中签署：批准、提议，以及登记本部门节点的用户。"),
        "unsupported": Phrase(
            "This consortium has the suite sm, which browsers do not: sign by command.",
            "本联盟使用国密套件 sm，浏览器不具备：请用命令签署。"),
        "needsScript": Phrase("Signing needs scripts; the commands below do not.", "签署需启用脚本；也可使用下方命令。"),
        "key": Phrase("Your key", "您的密钥"),
        "keyNote": Phrase(
            "The certificate and the private key of an administrator of the department, as two files of PEM. The key "
                + "stays in this page, cannot be taken out of it, and is forgotten when you leave, by the button, and "
                + "after 15 minutes. Department:",
            "请选择本部门管理员的证书和私钥两个 PEM 文件。密钥仅存于本页，无法导出；离开页面、点击清除或满 15 分钟即清除。部门："),
        "files": Phrase("Certificate and private key", "证书和私钥"), "forget": Phrase("Forget the key", "清除密钥"),
        "honest": Phrase(
            "Whoever serves this page could serve another one. If you do not trust this node, sign by command on your "
                + "own machine.",
            "提供本页的一方也可能提供别的页面。如不信任本节点，请在自己的机器上用命令签署。"),
        "review": Phrase("What you are about to sign", "即将签署的内容"),
        "reviewNote": Phrase(
            "Read in this browser out of the very octets that are signed.", "由本浏览器从待签字节中解读。"),
        "whole": Phrase("The transaction", "交易"), "sign": Phrase("Sign and hand in", "签署并提交"),
        "cancel": Phrase("Do not sign", "不签署"),
        "approve": Phrase("Approve", "批准"), "withdraw": Phrase("Withdraw", "撤回"),
        "matterForm": Phrase("Approve the first definition of a matter", "批准事项的首个定义"),
        "matter": Phrase("Matter", "事项"),
        "matterNote": Phrase(
            "The ledger lists matters from their first definition in force on: until then, say which one you were "
                + "asked about, and compare the digest with the one that you were told.",
            "事项自首个定义生效起才在账本列出：此前请填写被告知的事项，并核对摘要。"),
        "commands": Phrase("The same by command", "对应命令"),
    ]

    private static let administrationForms: [String: Phrase] = [
        "propose": Phrase("Propose", "提议"),
        "proposeNote": Phrase(
            "What you propose, your department approves with it.", "提议即代表本部门批准。"),
        "look": Phrase("See what is signed", "查看待签内容"),
        "join": Phrase("A node joins", "节点加入"), "remove": Phrase("A node leaves", "节点退出"),
        "move": Phrase("A node listens elsewhere", "节点迁移地址"),
        "replace": Phrase("A node takes another's place", "替换节点"),
        "renew": Phrase("A node has a new certificate", "节点更换证书"),
        "certificateFile": Phrase("Certificate of the node", "节点证书"), "host": Phrase("Host", "主机"),
        "port": Phrase("Port", "端口"), "node": Phrase("Node", "节点"),
        "notice": Phrase("Blocks until the change", "提前区块数"),
        "accept": Phrase("Fewer than four validators are accepted", "接受验证节点少于四个"),
        "contractForm": Phrase("A version of a contract", "合约版本"), "contract": Phrase("Contract", "合约"),
        "kind": Phrase("What", "类型"), "activation": Phrase("Put in force", "启用"),
        "cancellation": Phrase("Cancel what is planned", "取消已计划的版本"), "version": Phrase("Version", "版本"),
        "height": Phrase("From height on", "自高度起"),
        "contractNote": Phrase(
            "Update your nodes first. Blocks that lie between the decision and the height, at least:",
            "请先更新本部门节点。决定与生效高度之间至少相隔的区块数："),
        "definitionForm": Phrase("A definition", "一件事定义"), "definitionFile": Phrase("File of the definition", "定义文件"),
        "notBefore": Phrase("Not before height", "不早于高度"),
        "definitionNote": Phrase(
            "The node makes the octets of the file; what is signed is read out of those.", "由节点将文件编码，待签内容从编码中解读。"),
        "calendarForm": Phrase("A calendar", "工作日历"), "calendarFile": Phrase("File of the calendar", "日历文件"),
        "codesForm": Phrase("A table of codes", "代码表"), "codesFile": Phrase("File of the codes", "代码表文件"),
        "rulesForm": Phrase("Rules of decisions", "判定规则"), "rulesFile": Phrase("File of the rules", "规则文件"),
        "users": Phrase("Users of this department", "本部门用户"),
        "usersNote": Phrase(
            "What the ledger has: people by keyed digests of their subjects, never by name.",
            "账本所载：人员仅以加盐摘要登记，不含姓名。"),
        "people": Phrase("People", "人员"), "applications": Phrase("Applications", "应用"),
        "platforms": Phrase("Identity platforms", "身份认证平台"), "subject": Phrase("Digest of the subject", "主体摘要"),
        "issuer": Phrase("Issuer of tokens", "令牌签发者"), "may": Phrase("May", "权限"),
        "lastDay": Phrase("Last day", "有效期至"), "state": Phrase("State", "状态"), "name": Phrase("Name", "名称"),
        "displayName": Phrase("As people know it", "显示名称"),
        "requests": Phrase("Requests in a minute / day", "每分钟／每日请求"),
        "audience": Phrase("Audience", "受众"), "keySet": Phrase("Where its keys are", "密钥地址"),
        "algorithms": Phrase("How it signs", "签名算法"),
        "notAsked": Phrase("Not asked for yet.", "尚未查询。"), "entitlements": Phrase("What it may do", "权限"),
        "personForm": Phrase("Register a person's role", "登记人员授权"),
        "subjectField": Phrase("Subject of the person's tokens", "令牌中的主体标识"),
        "salt": Phrase("The department's salt", "部门盐文件"),
        "personNote": Phrase(
            "Subject and salt stay in this browser: only the digest is signed.", "主体标识与盐文件不离开浏览器，只签署摘要。"),
        "applicationForm": Phrase("Register or change an application", "登记或变更应用"),
        "perMinute": Phrase("Requests in a minute", "每分钟请求"), "perDay": Phrase("Requests on a day", "每日请求"),
        "client": Phrase("Client at the issuer", "签发者处的客户端"),
        "clientMember": Phrase("Name of its certificate", "其证书名称"),
        "isKnown": Phrase("It is registered already", "已登记，予以变更"),
        "applicationNote": Phrase(
            "It shows itself by tokens (issuer and client), by a client's certificate, or by either.",
            "应用以令牌（签发者与客户端）、客户端证书，或两者之一表明身份。"),
        "platformForm": Phrase("Trust an identity platform", "信任身份认证平台"),
    ]
}
