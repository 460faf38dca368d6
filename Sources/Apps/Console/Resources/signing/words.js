/**
 * What people are told before they sign and afterwards, in both languages.
 * @module words
 */

import { phrase } from "../modules/phrases.js";

/** What calls do, by contract and method. */
export const TITLES = {
    "certificates.register": phrase("Register your certificate", "登记您的证书"),
    "membership.propose": phrase("Propose a change of members", "提议变更成员"),
    "membership.approve": phrase("Approve a proposal about members", "批准成员提案"),
    "membership.withdraw": phrase("Withdraw a proposal about members", "撤回成员提案"),
    "contracts.propose": phrase("Propose a version of a contract", "提议合约版本"),
    "contracts.approve": phrase("Approve a proposal about a contract", "批准合约提案"),
    "contracts.withdraw": phrase("Withdraw a proposal about a contract", "撤回合约提案"),
    "onethings.propose": phrase("Propose a definition", "提议一件事定义"),
    "onethings.approve": phrase("Approve a definition", "批准一件事定义"),
    "calendar.propose": phrase("Propose a calendar", "提议工作日历"),
    "calendar.approve": phrase("Approve a calendar", "批准工作日历"),
    "catalogue.proposeCodes": phrase("Propose a table of codes", "提议代码表"),
    "catalogue.approveCodes": phrase("Approve a table of codes", "批准代码表"),
    "usage.proposeRules": phrase("Propose rules of decisions", "提议判定规则"),
    "usage.approveRules": phrase("Approve rules of decisions", "批准判定规则"),
    "applications.registerApplication": phrase("Register an application", "登记应用"),
    "applications.changeApplication": phrase("Say something else of an application", "变更应用登记"),
    "applications.suspendApplication": phrase("Suspend an application", "暂停应用"),
    "applications.resumeApplication": phrase("Resume an application", "恢复应用"),
    "applications.endApplication": phrase("End an application for ever", "注销应用"),
    "applications.registerPerson": phrase("Register a person's role", "登记人员授权"),
    "applications.endPerson": phrase("Take a person's role away", "终止人员授权"),
    "applications.registerPlatform": phrase("Trust an identity platform", "信任身份认证平台"),
    "applications.endPlatform": phrase("Trust an identity platform no more", "不再信任身份认证平台"),
};

/** The names of arguments, and of what proposals say. */
export const FIELDS = {
    certificate: phrase("Certificate of", "证书持有者"),
    operations: phrase("Changes", "变更内容"),
    notice: phrase("Blocks from the decision to the change", "决定至生效的区块数"),
    acceptsNoFaultTolerance: phrase("Fewer than four validators accepted", "接受验证节点少于四个"),
    number: phrase("Proposal", "提案号"),
    change: phrase("Digest of the change", "变更摘要"),
    kind: phrase("What", "类型"),
    contract: phrase("Contract", "合约"),
    version: phrase("Version", "版本"),
    height: phrase("From height on", "自高度起"),
    definition: phrase("Digest of the definition", "定义摘要"),
    notBefore: phrase("Not before height", "不早于高度"),
    matter: phrase("Matter", "事项"),
    table: phrase("Digest of the table", "表摘要"),
    name: phrase("Name", "名称"),
    displayName: phrase("As people know it", "显示名称"),
    entitlements: phrase("May", "权限"),
    quota: phrase("Requests", "请求配额"),
    lastDay: phrase("Last day", "有效期至"),
    client: phrase("Shows itself by tokens as", "令牌客户端"),
    member: phrase("Shows itself by the certificate of", "证书成员"),
    department: phrase("Department", "部门"),
    issuer: phrase("Issuer of tokens", "令牌签发者"),
    subject: phrase("Digest of the subject", "主体摘要"),
    audience: phrase("Audience of tokens", "令牌受众"),
    keySet: phrase("Where its keys are", "密钥地址"),
    algorithms: phrase("How it signs", "签名算法"),
    proposer: phrase("Proposed by", "提出者"),
    approvals: phrase("Approved so far by", "已批准"),
    lastHeight: phrase("Can be decided up to height", "表决截至高度"),
};

/** What stands above the calls: of the transaction as a whole. */
export const BODY = {
    consortium: phrase("Consortium", "联盟"),
    channel: phrase("Channel", "通道"),
    submitter: phrase("Signed by", "签署人"),
    lastValidHeight: phrase("Valid until height", "有效至高度"),
    identifier: phrase("Transaction", "交易"),
};

/** Kinds of changes of contracts. */
export const CHANGES = {
    activation: phrase("put in force", "启用"),
    cancellation: phrase("cancel what is planned", "取消已计划的版本"),
};

/** What is said of a content beside it. */
export const NOTES = {
    content: phrase("What is approved, read in this browser", "所批准的内容（由本浏览器解读）"),
    proposed: phrase("What is proposed, read in this browser", "所提议的内容（由本浏览器解读）"),
    byDigest: phrase("Its digest, computed in this browser, is the one that is signed.", "其摘要由本浏览器计算，与所签摘要一致。"),
    byNumber: phrase(
        "The ledger names it by its number: what it says is the word of this node.",
        "账本以提案号指代该提案：其内容由本节点陈述。",
    ),
    contract: phrase(
        "Update your nodes first: a node without the version stops before its height.",
        "请先更新本部门节点：没有该版本的节点会在生效高度之前停止。",
    ),
};

/** What the page says while it works. */
export const STANDING = {
    noKey: phrase("No key is held.", "未载入密钥。"),
    reading: phrase("The files are being read.", "正在读取文件。"),
    held: phrase("The key is held in this page, for 15 minutes at most, for", "密钥仅存于本页，最多 15 分钟，持有者："),
    forgotten: phrase("The key is forgotten.", "密钥已清除。"),
    patience: phrase("15 minutes are over: the key is forgotten.", "已满 15 分钟：密钥已清除。"),
    sending: phrase("It is signed, and waits for the ledger.", "已签名，等待账本执行。"),
    preparing: phrase("What is to be signed is being put together.", "正在准备待签内容。"),
    cancelled: phrase("Nothing was signed.", "未签署任何内容。"),
    applied: phrase("Done, at height", "已生效，高度"),
    rejected: phrase("The ledger has refused it, at height", "账本拒绝，高度"),
    decided: phrase("Decided: the change is in force from height", "已决定，生效高度"),
    transaction: phrase("The transaction", "查看交易"),
    none: phrase("None.", "无。"),
};

/** What records are told by in lists. */
export const RECORDS = {
    active: phrase("active", "有效"),
    suspended: phrase("suspended", "已暂停"),
    ended: phrase("ended", "已终止"),
    end: phrase("End", "终止"),
    suspend: phrase("Suspend", "暂停"),
    resume: phrase("Resume", "恢复"),
    change: phrase("Change", "变更"),
};

/** Why nothing is signed, or nothing handed in, by the codes of `SigningError`. */
export const REFUSALS = {
    notPEM: phrase(
        "A file is neither certificate nor key: choose the two files of PEM.",
        "文件既非证书也非密钥：请选择两个 PEM 文件。",
    ),
    noCertificate: phrase("No certificate is among the files: choose it as well.", "所选文件中没有证书：请一并选择。"),
    noKey: phrase("Choose one private key, with its certificate.", "请选择一个私钥及其证书。"),
    encryptedKey: phrase(
        "The key is encrypted, and browsers do not open such keys. Decrypt it on your own machine, choose the file, "
            + "and delete it: openssl pkey -in ENCRYPTED -out private.key",
        "私钥已加密，浏览器无法打开。请在本机解密后选择，用毕删除：openssl pkey -in ENCRYPTED -out private.key",
    ),
    wrongKey: phrase("The key is none of the suite p256.", "该密钥不属于 p256 套件。"),
    foreignKey: phrase("The key is not that of the certificate.", "密钥与证书不匹配。"),
    notAdministrator: phrase(
        "The certificate is not an administrator's. Administrators' are issued with --role administrator.",
        "该证书不是管理员证书。管理员证书以 --role administrator 签发。",
    ),
    foreignDepartment: phrase(
        "The certificate is of another department: open the page of a node of that department.",
        "该证书属于其他部门：请打开该部门节点的页面。",
    ),
    forgotten: phrase("The key was forgotten: choose the files again.", "密钥已清除：请重新选择文件。"),
    noIdentity: phrase("Choose your certificate and key first.", "请先选择您的证书和密钥。"),
    wrongSalt: phrase("The file is no salt: it has 64 hexadecimal digits.", "该文件不是盐文件：应为 64 位十六进制数字。"),
    notNode: phrase("The certificate is no node's by its role.", "该证书的角色不是节点。"),
    wrongNumber: phrase("A field wants a whole number.", "有字段须填整数。"),
    wrongField: phrase("A field is missing, or not as it has to be.", "有字段缺失或不合要求。"),
    wrongFile: phrase("The file is not of this kind: the documentation describes it.", "该文件不属于此类：格式见文档。"),
    gone: phrase("It was decided, withdrawn or replaced meanwhile: load the page again.", "提案已决定、撤回或被替换：请重新载入页面。"),
    contentDiffers: phrase(
        "What the node shows is not what its digest says. Do not sign; approve by command at another node.",
        "节点所示内容与其摘要不符。请勿签署，改在其他节点用命令批准。",
    ),
    unknownCall: phrase("The octets hold a call that this page does not know.", "待签内容含本页不认识的调用。"),
    wrongChannel: phrase("The octets are for another ledger.", "待签内容属于其他账本。"),
    tooLarge: phrase("It is larger than a transaction may be.", "内容超过单笔交易的上限。"),
    unreachable: phrase("The node does not answer: try again.", "节点未答复：请重试。"),
    undecided: phrase(
        "The node does not answer. What was signed may still take effect: look for it before you sign anew.",
        "节点未答复。已签内容仍可能生效：请先查询该交易，再重新签署。",
    ),
    sessionEnded: phrase("Your session has ended: log in again. Nothing was handed in.", "会话已结束：请重新登录。未提交任何内容。"),
};

/** Why a certificate is not taken, by the codes of `CertificateError` that people meet. */
export const CERTIFICATE_REFUSALS = {
    expired: phrase("The certificate has expired.", "证书已过有效期。"),
    notYetValid: phrase("The certificate is not valid yet.", "证书尚未生效。"),
    wrongConsortium: phrase("The certificate is of another consortium.", "该证书属于其他联盟。"),
    unknownAuthority: phrase("No authority of this consortium has signed the certificate.", "证书并非由本联盟的机构签发。"),
};
/** Any other certificate that cannot be used. */
export const WRONG_CERTIFICATE = phrase("The certificate cannot be used here.", "该证书不能在此使用。");
/** Octets of the node that cannot be read. */
export const UNREADABLE = phrase("What the node has answered cannot be read: it is not signed.", "节点的答复无法解读：不予签署。");

/**
 * @param {object} operation of `MembershipOperation`
 * @param {(certificate: Uint8Array) => string} holder whose certificate it is
 * @returns {import("../modules/phrases.js").Phrase}
 */
export function operationPhrase(operation, holder) {
    const at = ({ host, port }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
    const { is, member, node } = operation;
    switch (is) {
        case "add": {
            const [who, where] = [holder(node.certificate), at(node.endpoint)];
            return phrase(`add ${who} at ${where}`, `新增 ${who}，地址 ${where}`);
        }
        case "remove":
            return phrase(`remove ${member}`, `移除 ${member}`);
        case "replace": {
            const [who, where] = [holder(node.certificate), at(node.endpoint)];
            return phrase(`replace ${member} by ${who} at ${where}`, `以 ${who}（${where}）替换 ${member}`);
        }
        case "rotate": {
            const who = holder(operation.certificate);
            return phrase(`a new certificate of ${who}`, `${who} 更换证书`);
        }
        default: {
            const where = at(operation.endpoint);
            return phrase(`${member} moves to ${where}`, `${member} 迁至 ${where}`);
        }
    }
}
