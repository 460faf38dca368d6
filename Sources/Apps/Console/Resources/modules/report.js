/**
 * From what somebody has put on the page to what is said of it: verdicts in lines, facts and what is not established,
 * on what all of it rests, and the text that refers to the result. No page is needed for it.
 * @module report
 */

import { hexadecimal } from "./bytes.js";
import { compareLicence } from "./comparison.js";
import { UnavailableError, isExpected } from "./errors.js";
import { evidenceIn, readCatalogueRecord } from "./licences.js";
import { FACTS, OUTCOMES, OUTCOME_VERDICTS, QUESTIONS } from "./phrases.js";
import { phrase, phraseOfError, timeInBeijing, timeInUTC } from "./phrases.js";
import { verifyReceipt } from "./receipt.js";

/** Elements, licences and digits that are shown; a receipt may have a hundred thousand. */
const SHOWN = 10;
const SHOWN_DIGITS = 96;

/**
 * A row of what is known: a label and a value, and whether the value is a code that people compare digit by digit.
 * @typedef {{ label: import("./phrases.js").Phrase, value: import("./phrases.js").Phrase, isCode: boolean }} Row
 */

/**
 * @param {string} en
 * @param {string} zh
 * @param {import("./phrases.js").Phrase | string} value
 * @returns {Row}
 */
function row(en, zh, value) {
    const isCode = typeof value === "string";
    return { label: phrase(en, zh), value: isCode ? phrase(value, value) : value, isCode };
}

/**
 * @param {Uint8Array} octets
 * @returns {string} the octets, or their beginning and how many they are
 */
function short(octets) {
    const text = hexadecimal(octets.subarray(0, SHOWN_DIGITS / 2));
    return octets.length > SHOWN_DIGITS / 2 ? `${text}… (${octets.length})` : text;
}

/**
 * @param {object | null} slot a receipt, or why the file is none
 * @param {object} genesis `value`, or `error`
 * @param {object | null} trusted
 * @param {import("./phrases.js").Phrase} missing
 * @returns {Promise<import("./comparison.js").Proof>}
 */
async function prove(slot, genesis, trusted, missing) {
    if (slot === null) return { missing };
    if (slot.error) return { error: slot.error };
    if (genesis.error) return { missing: phraseOfError(genesis.error) };
    try {
        return { findings: await verifyReceipt(genesis.value, slot.receipt, trusted) };
    } catch (error) {
        if (error instanceof UnavailableError) return { missing: phraseOfError(error) };
        if (!isExpected(error)) throw error;
        return { error };
    }
}

/**
 * @param {object} subject
 * @returns {Row[]}
 */
function rowsOfTransaction(subject) {
    const { rejection } = subject;
    const outcome =
        rejection === null
            ? phrase("applied", "已生效")
            : phrase(`rejected: ${rejection.code}: ${rejection.message}`, `已拒绝：${rejection.code}：${rejection.message}`);
    const order = phrase(
        `height ${subject.height}, index ${subject.index}`, `高度 ${subject.height}，序号 ${subject.index}`);
    const rows = [
        row("Transaction", "交易", hexadecimal(subject.identifier)),
        row("Submitter", "提交者", subject.submitter.text),
        row("Outcome", "执行结果", outcome),
        row("Order", "次序", order),
        row("Ledger time", "账本时间", timeInBeijing(subject.time)),
    ];
    const { calls } = subject;
    for (const call of calls.slice(0, SHOWN)) {
        const evidence = evidenceIn(call);
        const name = `${call.contract}.${call.method}`;
        rows.push(row("Call", "调用", evidence === null ? name : `${name} ${evidence.identifier.text}`));
    }
    if (calls.length > SHOWN) rows.push(more(calls.length - SHOWN));
    return rows;
}

/**
 * @param {number} count
 * @returns {Row}
 */
function more(count) {
    return row("", "", phrase(`and ${count} more`, `另有 ${count} 项`));
}

/**
 * @param {object} subject of an entry, an absence or a list
 * @returns {Row[]}
 */
function rowsOfState(subject) {
    const rows = [row("Contract", "合约", subject.contract), row("Key", "键", hexadecimal(subject.key))];
    if (subject.kind === "entry") {
        const licence = licenceIn(subject);
        if (licence !== null) rows.push(row("Licence", "证照标识", licence));
        rows.push(row("Value", "值", short(subject.value)));
    } else if (subject.kind === "absence") {
        const isRemoved = subject.reason === "removed";
        const text = isRemoved ? phrase("none: removed", "无：已删除") : phrase("none: never written", "无：从未写入");
        rows.push(row("Value", "值", text));
    } else {
        const { count, first, elements } = subject;
        const whole = phrase(`${count} elements, all of them here`, `${count} 项，全部在此`);
        const rest = phrase(
            `${count} elements, from number ${first} on all of them here`, `${count} 项，自第 ${first} 项起全部在此`);
        const text = first === 0n ? whole : rest;
        rows.push(row("List", "列表", text));
        elements.slice(0, SHOWN).forEach((element, index) => {
            const number = first + BigInt(index);
            rows.push(row(`Element ${number}`, `第 ${number} 项`, short(element)));
        });
        if (elements.length > SHOWN) rows.push(more(elements.length - SHOWN));
    }
    rows.push(row("Since", "起始", phrase(`height ${subject.since}`, `高度 ${subject.since}`)));
    return rows;
}

/**
 * @param {object} subject
 * @returns {string | null} the licence that an entry of the catalogue is of
 */
function licenceIn({ contract, value }) {
    if (contract !== "catalogue") return null;
    try {
        return readCatalogueRecord(value).identifier.text;
    } catch (error) {
        if (isExpected(error)) return null;
        throw error;
    }
}

/**
 * What one receipt proves, in rows, with its facts.
 * @param {object} slot
 * @param {object} findings
 * @returns {object}
 */
function provedBy(slot, findings) {
    const { subject, seal } = findings;
    const sealed = phrase(
        `height ${seal.height}, ${timeInBeijing(seal.time).en}, epoch ${seal.epoch}`,
        `高度 ${seal.height}，${timeInBeijing(seal.time).zh}，纪元 ${seal.epoch}`,
    );
    const signers = `${seal.signers.length}/${seal.validators} ${seal.signers.join(", ")}`;
    return {
        name: slot.name,
        rows: [
            ...(subject.kind === "transaction" ? rowsOfTransaction(subject) : rowsOfState(subject)),
            row("As of", "截至", phrase(`height ${findings.asOf}`, `高度 ${findings.asOf}`)),
            row("Sealed at", "见证", sealed),
            row("Signers", "签名者", phrase(signers, signers)),
            row("Consortium", "联盟", findings.consortium),
        ],
        established: findings.established.map((fact) => FACTS[fact]),
        notEstablished: findings.notEstablished.map((question) => QUESTIONS[question]),
    };
}

/**
 * Receipts by themselves, where nothing of a licence was given.
 * @param {[object, import("./comparison.js").Proof][]} proofs
 * @returns {{ outcome: string, checks: object[] }}
 */
function receiptsAlone(proofs) {
    const checks = proofs.map(([slot, proof]) => {
        if (proof.findings) {
            const { asOf, seal } = proof.findings;
            const text = phrase(`${slot.name}: every link holds`, `${slot.name}：各环节均成立`);
            return { subject: "receipt", verdict: "established", text, asOf: { height: asOf, time: seal.time } };
        }
        const reason = proof.missing ?? phraseOfError(proof.error);
        const text = phrase(`${slot.name}: ${reason.en}`, `${slot.name}：${reason.zh}`);
        return { subject: "receipt", verdict: proof.error ? "contradicted" : "couldNotBeChecked", text, asOf: null };
    });
    const has = (verdict) => checks.some((found) => found.verdict === verdict);
    const outcome = has("contradicted") ? "receiptRefuted" : has("couldNotBeChecked") ? "undetermined" : "receiptHolds";
    return { outcome, checks };
}

/**
 * The text that refers to a result: what was checked, as of when, by which digests. It is for people and for whoever
 * checks again; it proves nothing.
 * @param {object} report
 * @param {object} input
 * @returns {string}
 */
function referenceText(report, input) {
    const lines = ["ZHENGLIAN-VERIFY 1", `outcome ${report.outcome}`];
    if (report.identifier) lines.push(`licence ${report.identifier.text}`);
    if (input.file) lines.push(`file sha256 ${hexadecimal(input.file.digest)}`);
    for (const slot of [input.issue, input.state]) {
        if (slot !== null) lines.push(`receipt sha256 ${hexadecimal(slot.digest)}`);
    }
    for (const { subject, verdict, asOf } of report.checks) {
        const when = asOf ? ` ${asOf.height} ${timeInUTC(asOf.time)}` : "";
        lines.push(`${subject} ${verdict}${when}`);
    }
    if (input.genesis.value) lines.push(`consortium ${input.genesis.value.name}`);
    return lines.join("\n");
}

/**
 * Examines what somebody has given.
 * @param {object} input
 * @param {{ value: import("./genesis.js").Genesis } | { error: Error }} input.genesis
 * @param {string | null} input.chosenGenesis the name of its file, where it is not the one that came with the page
 * @param {{ name: string, digest: Uint8Array } | null} input.file the licence's file, or the one within what was
 *     released
 * @param {object | null} input.released as `readReleased` gives it
 * @param {object | null} input.issue name, digest, and `receipt` or `error`: of a transaction
 * @param {object | null} input.state the same: of what the state holds
 * @param {object | null} input.trusted
 * @param {import("./licences.js").LicenceIdentifier | null} input.identifier
 * @returns {Promise<object | null>} the report; null where nothing was given
 */
export async function examine(input) {
    const { genesis, file, released, issue, state, trusted } = input;
    const slots = [issue, state].filter((slot) => slot !== null);
    const named = released?.note.licence ?? null;
    const identifier = input.identifier ?? named;
    const otherLicence = named !== null && named.text !== identifier.text ? named : null;
    if (slots.length === 0 && file === null && released === null) return null;
    const noReceipt = phrase(
        "no receipt was given: choose the one that the issuer has handed out with the licence",
        "未提供签发回执：请选择签发部门随证照提供的回执",
    );
    const proofs = [
        await prove(issue, genesis, trusted, noReceipt),
        await prove(state, genesis, trusted, phrase("none was given", "未提供")),
    ];
    const isOfLicence = file !== null || released !== null || identifier !== null;
    const given = [[issue, proofs[0]], [state, proofs[1]]].filter(([slot]) => slot !== null);
    const compared =
        isOfLicence && genesis.value
            ? await compareLicence(
                  { file: file?.digest ?? null, disclosures: released?.disclosures ?? [], identifier, otherLicence },
                  ...proofs,
                  genesis.value,
              )
            : isOfLicence
              ? withoutGenesis(genesis.error, released)
              : { ...receiptsAlone(given), identifier: null, fields: [] };
    const report = {
        ...compared,
        title: OUTCOMES[compared.outcome],
        verdict: OUTCOME_VERDICTS[compared.outcome] ?? "contradicted",
        proved: given.filter(([, proof]) => proof.findings).map(([slot, proof]) => provedBy(slot, proof.findings)),
        about: aboutRows(compared, input),
        note: released === null ? [] : noteRows(released.note),
        caution: input.chosenGenesis === null ? null : cautionOf(input.chosenGenesis),
    };
    return { ...report, reference: referenceText(report, input) };
}

/**
 * @param {string} name
 * @returns {import("./phrases.js").Phrase} that somebody has changed what all rests on
 */
function cautionOf(name) {
    return phrase(
        `This rests on the genesis file ${name}, which was chosen here, and not on the one that came with the page.`,
        `本结果以此处所选的创世文件 ${name} 为据，而非随页面提供的创世文件。`,
    );
}

/**
 * @param {Error} error why there is no genesis to begin with
 * @param {object | null} released
 * @returns {object}
 */
function withoutGenesis(error, released) {
    const reason = phraseOfError(error);
    const subjects = ["receipt", "content", "catalogue", "issuer", "status"];
    const checks = subjects.map((subject) => ({ subject, verdict: "couldNotBeChecked", text: reason, asOf: null }));
    const disclosures = released?.disclosures ?? [];
    const fields = disclosures.map(({ name, value }) => ({ name, value, verdict: "couldNotBeChecked" }));
    return { outcome: "undetermined", identifier: released?.note.licence ?? null, issuer: null, checks, fields };
}

/**
 * @param {object} compared
 * @param {object} input
 * @returns {Row[]} what was checked
 */
function aboutRows({ identifier, issuer }, { genesis, file, issue, state }) {
    const rows = [];
    if (identifier) rows.push(row("Licence", "证照标识", identifier.text));
    if (issuer) rows.push(row("Issued by", "签发者", issuer));
    if (file) {
        rows.push(row("File", "文件", phrase(file.name, file.name)));
        rows.push(row("Its SHA-256", "文件摘要 SHA-256", hexadecimal(file.digest)));
    }
    for (const slot of [issue, state]) {
        if (slot === null) continue;
        rows.push(row("Receipt", "回执", phrase(slot.name, slot.name)));
        rows.push(row("Its SHA-256", "回执摘要 SHA-256", hexadecimal(slot.digest)));
    }
    if (genesis.value) rows.push(row("Consortium", "联盟", genesis.value.name));
    return rows;
}

/**
 * @param {object} note
 * @returns {Row[]} for whom and for what something was released, as its owner says
 */
function noteRows(note) {
    return [
        row("Released by", "释放部门", note.owner),
        row("Released to", "接收部门", `${note.requester} (${note.application})`),
        row("Purpose", "用途", note.purpose),
        row("Decided", "决定时间", timeInBeijing(note.decidedAt)),
    ];
}
