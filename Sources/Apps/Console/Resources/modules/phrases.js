/**
 * Everything that people are told, in both languages. A phrase is `{ en, zh }`; the words are those of the command
 * line.
 * @module phrases
 */

/**
 * @typedef {{ en: string, zh: string }} Phrase
 */

/**
 * @param {string} en
 * @param {string} zh
 * @returns {Phrase}
 */
export function phrase(en, zh) {
    return { en, zh };
}

/**
 * Phrases with something between them.
 * @param {Phrase[]} phrases
 * @param {Phrase} [separator]
 * @returns {Phrase}
 */
export function joined(phrases, separator = phrase("; ", "；")) {
    return phrase(phrases.map(({ en }) => en).join(separator.en), phrases.map(({ zh }) => zh).join(separator.zh));
}

/** Facts, by the names of the Swift verifier's `EstablishedFact`. */
export const FACTS = {
    content: phrase("the content", "内容"),
    submitter: phrase("who submitted it, under a certificate valid then", "提交者及其当时有效的证书"),
    outcome: phrase("the outcome", "执行结果"),
    order: phrase("its place in the order", "次序"),
    time: phrase("the ledger time", "账本时间"),
    value: phrase("the value as of that height", "截至该高度的值"),
    absence: phrase("that there was no such entry as of that height", "截至该高度不存在该条目"),
    continuity: phrase("that it was so without a break since the first height", "自起始高度以来未曾变化"),
    completeness: phrase("that these are all elements as of that height", "截至该高度列表完整无缺"),
    completenessFromPlace: phrase("that these are all elements from that number on", "自该序号起列表完整无缺"),
    elementOrder: phrase("the order of the elements", "各项的次序"),
    finality: phrase("that a quorum made it final", "已由法定人数的验证节点确认为最终"),
};

/** What a reader could take for established, by the names of `OpenQuestion`. */
export const QUESTIONS = {
    laterChanges: phrase("anything after that height, such as a later change or revocation", "该高度之后的任何变化，如变更或终止"),
    earlierHistory: phrase("what was there before the first height", "起始高度之前的情况"),
    authorship: phrase("who wrote it and when", "由谁、何时写入"),
    earlierElements: phrase("the elements before that number", "该序号之前的各项"),
};

/** Verdicts, by the names of `LicenceCheck.Verdict`. */
export const VERDICTS = {
    established: phrase("established", "已证实"),
    contradicted: phrase("contradicted", "不符"),
    couldNotBeChecked: phrase("could not be checked", "未能核验"),
};

/** A sign beside the word of each verdict: colour alone says nothing to many. */
export const SIGNS = { established: "✓", contradicted: "✕", couldNotBeChecked: "?" };

/** What is asked of a licence, by the names of `LicenceCheck.Subject`. */
export const SUBJECTS = {
    receipt: phrase("Receipt", "上链凭证"),
    content: phrase("Content", "内容"),
    catalogue: phrase("Catalogue", "目录"),
    issuer: phrase("Issuer", "签发者"),
    status: phrase("Status", "状态"),
};

/** What the checks come to, by the names of `LicenceVerification.Outcome`, and what receipts alone come to. */
export const OUTCOMES = {
    consistent: phrase("Consistent", "一致"),
    fileDiffers: phrase("The file differs", "文件不一致"),
    catalogueDiffers: phrase("The catalogue differs", "目录不一致"),
    statusDiffers: phrase("The status differs", "状态不一致"),
    notOnLedger: phrase("Not on the ledger", "未上链"),
    takenDown: phrase("Taken down from the ledger", "已下链"),
    evidenceRefuted: phrase("The evidence does not hold", "存证不成立"),
    undetermined: phrase("Could not be determined", "无法核验"),
    receiptHolds: phrase("The receipt holds", "回执成立"),
    receiptRefuted: phrase("The receipt does not hold", "回执不成立"),
};

/** The verdict that an outcome is shown with. */
export const OUTCOME_VERDICTS = {
    consistent: "established",
    receiptHolds: "established",
    undetermined: "couldNotBeChecked",
};

/** Codes of errors: what happened and what to do. */
const ERRORS = {
    malformed: phrase("the file is damaged, or of another kind", "文件已损坏，或不是此类文件"),
    tooLarge: phrase("the file is larger than such a file can be", "文件超出此类文件的大小上限"),
    unknownVersion: phrase("the file is of a version not known here: use newer software", "文件版本未知，请使用较新的软件"),
    outOfRange: phrase("a value in the file is not allowed", "文件中有不允许的取值"),
    wrongGenesis: phrase("the genesis file founds no consortium", "创世文件不成立"),
    wrongConsortium: phrase("it is of another consortium", "属于另一个联盟"),
    wrongSuite: phrase("it is of another crypto suite", "属于另一种密码套件"),
    wrongChannel: phrase("a part of it is of another channel", "其中一部分属于另一条通道"),
    wrongEpoch: phrase("it is not of the validators that would have to vouch for it", "不属于应为其作证的验证节点集"),
    tooFewSigners: phrase("fewer validators have signed than a quorum", "签名的验证节点不足法定人数"),
    unknownSigner: phrase("somebody signed who is no validator", "签名者不是验证节点"),
    wrongSignature: phrase("a signature does not hold", "签名不成立"),
    wrongKind: phrase("a certificate of the quorum is of another kind", "法定人数证书的种类不符"),
    wrongDigest: phrase("a digest or a path does not lead where it should", "摘要或路径不能导出应有的结果"),
    wrongCertificate: phrase("the submitter's certificate does not hold", "提交者的证书不成立"),
    wrongValidator: phrase("a validator's certificate does not hold", "验证节点的证书不成立"),
    wrongProof: phrase("the proof does not show what it is said to show", "证明不能表明所称的内容"),
    fork: phrase("it contradicts what was verified earlier", "与此前已核验的内容相抵触"),
    outdated: phrase("it is not newer than what is known", "不比已知的更新"),
    inconsistent: phrase("its parts do not belong together", "各部分互不相属"),
    suite: phrase(
        "browsers do not have SM2 and SM3, the suite sm: nothing of it is checked here. Use the command line: "
            + "zhenglian receipt verify RECEIPT --genesis GENESIS, or "
            + "zhenglian licence verify FILE --receipt RECEIPT --genesis GENESIS",
        "浏览器没有 SM2 和 SM3（国密套件 sm），此处未作任何核验。请使用命令行："
            + "zhenglian receipt verify 回执 --genesis 创世文件，或 "
            + "zhenglian licence verify 文件 --receipt 回执 --genesis 创世文件",
    ),
    cryptography: phrase(
        "this page was opened without https, where browsers have no cryptography: open it by https, or save the "
            + "offline page and open that",
        "本页面未经 https 打开，浏览器不提供密码运算：请以 https 打开，或保存离线页面后打开",
    ),
    unreadableFile: phrase("the file cannot be read: choose it again", "文件无法读取，请重新选择"),
    picture: phrase("the file is no picture that this browser shows", "该文件不是此浏览器可显示的图片"),
    camera: phrase("there is no camera, or it may not be used", "没有摄像头，或未获准使用"),
    scanner: phrase(
        "this browser reads no QR codes: type or paste the text of the code", "此浏览器不能识读二维码，请输入或粘贴其文字"),
};

/**
 * @param {Error & { code: string }} error one of errors.js
 * @returns {Phrase} what happened, with the code that support can look for
 */
export function phraseOfError(error) {
    const known = ERRORS[error.code] ?? phrase(error.message, error.message);
    if (error.code === "suite" || error.code === "cryptography") return known;
    return phrase(`${known.en} (${error.code}: ${error.message})`, `${known.zh}（${error.code}：${error.message}）`);
}

/** The fields of a licence in the order of their leaves (`LicenceMetadata.names`). */
export const FIELDS = new Map([
    ["certificate_identifier", phrase("licence identifier", "证照标识")],
    ["certificate_type_name", phrase("type of licence", "证照类型名称")],
    ["certificate_name", phrase("name of the licence", "证照名称")],
    ["holder_name", phrase("holder", "持证主体")],
    ["holder_code", phrase("holder's code", "持证主体代码")],
    ["holder_code_type", phrase("kind of the holder's code", "持证主体代码类型")],
    ["issuing_authority_name", phrase("issuing authority", "证照颁发机构")],
    ["issuing_authority_code", phrase("code of the issuing authority", "证照颁发机构代码")],
    ["issued_on", phrase("day of issue", "证照颁发日期")],
    ["valid_from", phrase("valid from", "有效期起始")],
    ["valid_until", phrase("valid until", "有效期截止")],
    ["region_code", phrase("region", "所属属地编码")],
]);

/** States of a licence in the built-in table of codes. */
export const STATUSES = {
    "01": phrase("valid", "有效"),
    "02": phrase("suspended", "暂扣"),
    "03": phrase("revoked as unlawful", "撤销"),
    "04": phrase("cancelled", "注销"),
    "05": phrase("expired", "失效"),
    "06": phrase("transferred out", "办理转出"),
    "07": phrase("revoked as a penalty", "吊销"),
    "99": phrase("other", "其他"),
};

const BEIJING = 8 * 3_600_000;
const LAST_MOMENT = 8_640_000_000_000_000n - BigInt(BEIJING);

/**
 * @param {bigint} milliseconds since 1970
 * @param {number} offset
 * @returns {string | null} ISO 8601 to the second, without a zone; null beyond what calendars of browsers reach
 */
function calendarText(milliseconds, offset) {
    if (milliseconds > LAST_MOMENT) return null;
    return new Date(Number(milliseconds) + offset).toISOString().replace(/\.\d+Z$/, "");
}

/**
 * @param {bigint} milliseconds ledger time, since 1970
 * @returns {string} ISO 8601 in UTC, to the second, as the command line writes it
 */
export function timeInUTC(milliseconds) {
    const text = calendarText(milliseconds, 0);
    return text === null ? `${milliseconds} ms` : `${text}Z`;
}

/**
 * @param {bigint} milliseconds ledger time, since 1970
 * @returns {Phrase} the time in Beijing
 */
export function timeInBeijing(milliseconds) {
    const text = calendarText(milliseconds, BEIJING)?.replace("T", " ");
    if (text === undefined) return phrase(`${milliseconds} ms`, `${milliseconds} 毫秒`);
    return phrase(`${text} Beijing time`, `${text} 北京时间`);
}

/**
 * @param {bigint} milliseconds ledger time, since 1970
 * @returns {string} the day in Beijing as YYYYMMDD; 99991231 for any later one
 */
export function dayInBeijing(milliseconds) {
    const text = calendarText(milliseconds, BEIJING)?.replace(/T.*/, "").replaceAll("-", "");
    return text !== undefined && text.length === 8 ? text : "99991231";
}

/**
 * @param {{ height: bigint, time: bigint }} moment
 * @returns {Phrase} as of when something is so
 */
export function asOf({ height, time }) {
    const when = timeInBeijing(time);
    return phrase(`as of height ${height}, ${when.en}`, `截至高度 ${height}，${when.zh}`);
}

/**
 * @param {number} count
 * @returns {Phrase} a size in octets, for people
 */
export function size(count) {
    const units = ["B", "KiB", "MiB", "GiB"];
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
    const text = `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
    return phrase(text, text);
}
