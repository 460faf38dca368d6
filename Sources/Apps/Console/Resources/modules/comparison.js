/**
 * The comparison of a licence with the ledger (核验比对), offline: each check apart, and what they come to. The checks,
 * their order and their words are those of `zhenglian licence verify --receipt` (`LicenceVerification`); here, a
 * second receipt, of what the state holds, may answer for catalogue and status.
 * @module comparison
 */

import { hexadecimal, isEqual } from "./bytes.js";
import { FormatError } from "./errors.js";
import { catalogueKey, evidenceIn, fileKey, isProven, readCatalogueRecord } from "./licences.js";
import { STATUSES, dayInBeijing, joined, phrase, phraseOfError, timeInBeijing } from "./phrases.js";

/**
 * What a receipt came to.
 * @typedef {{ findings: object } | { error: Error } | { missing: import("./phrases.js").Phrase }} Proof
 */

/**
 * @param {string} subject
 * @param {string} verdict
 * @param {import("./phrases.js").Phrase} text
 * @param {{ height: bigint, time: bigint } | null} [asOf]
 * @returns {object}
 */
function check(subject, verdict, text, asOf = null) {
    return { subject, verdict, text, asOf };
}

const NOT_ASKED = phrase(
    "no receipt of the state was given: the receipt of the issue says nothing of what happened after it",
    "未提供状态回执：签发回执不说明其后的变化",
);

// ---------------------------------------------------------------------------------------------------------------------
// The evidence

/**
 * What a receipt proves of a licence's evidence.
 * @param {Proof} proof
 * @param {object} shown
 * @param {object | null} identifier the licence in question, where it is known
 * @param {import("./genesis.js").Genesis} genesis
 * @returns {object} evidence, issuer and asOf where they are proved, and the two checks
 */
function evidenceProof(proof, shown, identifier, genesis) {
    if (proof.missing) return unproved("couldNotBeChecked", proof.missing);
    if (proof.error) {
        const reason = phraseOfError(proof.error);
        return unproved("contradicted", phrase(`the receipt does not hold: ${reason.en}`, `回执不成立：${reason.zh}`));
    }
    const { subject, seal } = proof.findings;
    if (subject.kind !== "transaction") {
        return unproved("contradicted", phrase("the receipt is of something else than a transaction", "回执所载并非交易"));
    }
    if (subject.rejection !== null) {
        const text = phrase("the receipt proves that the ledger rejected the transaction", "回执证明账本拒绝了该交易");
        return unproved("contradicted", text);
    }
    const recorded = subject.calls.map(evidenceIn).filter((evidence) => evidence !== null);
    const isAsked = (evidence) =>
        identifier !== null
            ? evidence.identifier.text === identifier.text
            : shown.file !== null && evidence.file !== null && isEqual(evidence.file, shown.file);
    // With one licence in the transaction there is no doubt which is meant: then the file can be said to differ.
    const evidence = recorded.findLast(isAsked) ?? (identifier === null && recorded.length === 1 ? recorded[0] : null);
    if (evidence === null) {
        const text = phrase(
            "the receipt is of a transaction that did not put this licence on the ledger", "回执所载交易并未将此证照上链");
        const hint = phrase(
            `it put ${recorded.length} others there: with this licence's identifier it can be said what differs`,
            `该交易另将 ${recorded.length} 个证照上链：输入此证照的标识可指明差异`,
        );
        const isAmbiguous = identifier === null && recorded.length > 1;
        return unproved("contradicted", isAmbiguous ? joined([text, hint]) : text);
    }
    const asOf = { height: subject.height, time: subject.time };
    return {
        evidence,
        asOf,
        issuer: subject.submitter.text,
        receiptCheck: receiptCheck(subject, seal, asOf),
        issuerCheck: issuerCheck(subject.submitter, evidence.identifier, genesis, asOf),
    };
}

/**
 * @param {string} verdict
 * @param {import("./phrases.js").Phrase} reason
 * @returns {object}
 */
function unproved(verdict, reason) {
    const unknown = phrase("no receipt shows who signed", "没有回执说明由谁签名");
    return {
        evidence: null,
        asOf: null,
        issuer: null,
        receiptCheck: check("receipt", verdict, reason),
        issuerCheck: check("issuer", "couldNotBeChecked", unknown),
    };
}

/**
 * @param {object} subject
 * @param {object} seal
 * @param {object} asOf
 * @returns {object}
 */
function receiptCheck(subject, seal, asOf) {
    const name = `${hexadecimal(subject.identifier).slice(0, 8)}…`;
    const signers = seal.signers.join(", ");
    const text = phrase(
        `transaction ${name} took effect, final by the signatures of ${signers}`,
        `交易 ${name} 已生效，由 ${signers} 签名确认为最终`,
    );
    return check("receipt", "established", text, asOf);
}

/**
 * @param {{ department: string, text: string }} submitter
 * @param {object} identifier
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} asOf
 * @returns {object}
 */
function issuerCheck(submitter, { issuer: code }, genesis, asOf) {
    const owner = genesis.departmentIssuingUnder(code);
    if (owner === undefined || owner.name !== submitter.department) {
        const text = phrase(
            `${submitter.text} signed, whose department does not issue under the code ${code}`,
            `由 ${submitter.text} 签名，其部门无权以代码 ${code} 签发`,
        );
        return check("issuer", "contradicted", text, asOf);
    }
    const text = phrase(
        `signed by ${submitter.text} (${owner.title}), whose department owns the code ${code}, `
            + "under a certificate in force then",
        `由代码 ${code} 所属部门（${owner.title}）的 ${submitter.text} 签名，其证书当时有效`,
    );
    return check("issuer", "established", text, asOf);
}

// ---------------------------------------------------------------------------------------------------------------------
// The state

/**
 * What a receipt of the state proves of a licence now.
 * @param {Proof} proof
 * @param {object} shown
 * @param {object | null} identifier
 * @returns {object} `record`, `none`, `refuted` or nothing of them
 */
function currentLicence(proof, shown, identifier) {
    const foreign = phrase("the proof of the status is of something else than this licence", "状态回执所载并非此证照");
    if (proof.missing) return {};
    if (proof.error) {
        const reason = phraseOfError(proof.error);
        const text = phrase(`the proof of the status does not hold: ${reason.en}`, `状态回执不成立：${reason.zh}`);
        return { refuted: text };
    }
    const { subject, asOf: height, seal } = proof.findings;
    const asOf = { height, time: seal.time };
    const isUnder = (contract, key) => subject.contract === contract && isEqual(subject.key, key);
    if (subject.kind === "absence") {
        const isAsked =
            identifier !== null
                ? isUnder("catalogue", catalogueKey(identifier))
                : shown.file !== null && isUnder("evidence", fileKey(shown.file));
        return isAsked ? { none: true, asOf } : { refuted: foreign };
    }
    const isEntry = subject.kind === "entry" && identifier !== null && isUnder("catalogue", catalogueKey(identifier));
    if (!isEntry) return { refuted: foreign };
    try {
        const record = readCatalogueRecord(subject.value);
        return record.identifier.isSameLicence(identifier) ? { record, asOf } : { refuted: foreign };
    } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        const reason = phraseOfError(error);
        return { refuted: phrase(`the proof of the status does not hold: ${reason.en}`, `状态回执不成立：${reason.zh}`) };
    }
}

/**
 * @param {object} current
 * @param {object | null} evidence
 * @param {object | null} version
 * @returns {object}
 */
function catalogueCheck(current, evidence, version) {
    // That it is no proof is said of the status; the catalogue itself has said nothing.
    if (current.refuted) return check("catalogue", "couldNotBeChecked", current.refuted);
    if (current.none) {
        const text = phrase("it is proved that the catalogue does not have it", "已证明目录中没有此证照");
        return check("catalogue", "contradicted", text, current.asOf);
    }
    if (!current.record) return check("catalogue", "couldNotBeChecked", NOT_ASKED);
    const { record, asOf } = current;
    // What is taken down or superseded says so in the status; there is nothing left to compare here.
    const isComparable = record.tombstone === null && record.identifier.text === version.text && evidence !== null;
    if (isComparable && (record.metadataRoot === null || !isEqual(record.metadataRoot, evidence.metadataRoot))) {
        const text = phrase("the catalogue has other fields than the evidence", "目录与存证的元数据根不一致");
        return check("catalogue", "contradicted", text, asOf);
    }
    return check("catalogue", "established", phrase("the catalogue agrees: proved by the state", "目录一致：由账本状态证明"), asOf);
}

/**
 * @param {object} current
 * @param {object | null} version
 * @returns {object}
 */
function statusCheck(current, version) {
    if (current.refuted) return check("status", "contradicted", current.refuted);
    if (current.none) {
        const text = phrase("it is proved that the ledger has no evidence of it", "已证明账本上没有其存证");
        return check("status", "contradicted", text, current.asOf);
    }
    if (!current.record) return check("status", "couldNotBeChecked", NOT_ASKED);
    const { record, asOf } = current;
    const { isInForce, text } = standing(record, version, asOf.time);
    const proved = phrase(`${text.en}: proved by the state`, `${text.zh}：由账本状态证明`);
    return check("status", isInForce ? "established" : "contradicted", proved, asOf);
}

/**
 * How a version of a licence stands at a point of ledger time.
 * @param {object} record
 * @param {object} version
 * @param {bigint} time
 * @returns {{ isInForce: boolean, text: import("./phrases.js").Phrase }}
 */
function standing(record, version, time) {
    const { tombstone, validity, status } = record;
    if (tombstone !== null) {
        const when = timeInBeijing(tombstone.takenDownAt);
        const text = phrase(`taken down on ${when.en} (${tombstone.basis})`, `已于 ${when.zh} 下链（${tombstone.basis}）`);
        return { isInForce: false, text };
    }
    if (record.identifier.text !== version.text) {
        const newer = record.identifier.text;
        return { isInForce: false, text: phrase(`superseded by ${newer}`, `已被 ${newer} 取代`) };
    }
    const until = validity.until ?? "长期";
    const hasRunOut = validity.until !== null && validity.until < dayInBeijing(time);
    if (hasRunOut && (status === "01" || status === "02")) {
        const text = phrase(
            `status 05 ${STATUSES["05"].en}: its last day was ${until}`,
            `状态 05 ${STATUSES["05"].zh}：有效期截止于 ${until}`,
        );
        return { isInForce: false, text };
    }
    if (status === "01") {
        const period = validity.until === null ? "without a last day" : `to ${until}`;
        const text = phrase(`in force, ${validity.from} ${period}`, `有效，${validity.from} 至 ${until}`);
        return { isInForce: true, text };
    }
    const when = timeInBeijing(record.changedAt);
    const name = STATUSES[status] ?? phrase("", "");
    const basis = record.basis === null ? phrase("", "") : phrase(` (${record.basis})`, `（${record.basis}）`);
    const text = phrase(
        `status ${status} ${name.en} since ${when.en}${basis.en}`,
        `自 ${when.zh} 起状态为 ${status} ${name.zh}${basis.zh}`,
    );
    return { isInForce: false, text };
}

// ---------------------------------------------------------------------------------------------------------------------
// The content

/**
 * @param {Uint8Array} file
 * @param {object} evidence
 * @returns {import("./phrases.js").Phrase | null} what differs
 */
function faultOfFile(file, evidence) {
    if (evidence.file === null) return phrase("the evidence is of a licence without a file", "存证所载证照没有文件");
    if (isEqual(evidence.file, file)) return null;
    const expected = hexadecimal(evidence.file);
    return phrase(
        `the file is another: the evidence is of a file with digest ${expected}`,
        `文件不一致：存证所载文件摘要为 ${expected}`,
    );
}

/**
 * @param {object} shown
 * @param {object} proof
 * @param {object[]} fields with their verdicts
 * @returns {object}
 */
function contentCheck(shown, { evidence, asOf }, fields) {
    if (shown.otherLicence !== null) {
        const other = shown.otherLicence.text;
        return check("content", "contradicted", phrase(`what was released is of ${other}`, `释放内容属于证照 ${other}`));
    }
    if (evidence === null) {
        return check("content", "couldNotBeChecked", phrase("there is nothing to compare with", "没有可供比对的存证"));
    }
    const faults = [];
    const wrong = fields.filter((field) => field.verdict === "contradicted").map((field) => field.name);
    if (wrong.length > 0) {
        const names = wrong.join(", ");
        faults.push(phrase(`not what the licence's evidence is of: ${names}`, `与证照存证不一致的字段：${names}`));
    }
    const fault = shown.file === null ? null : faultOfFile(shown.file, evidence);
    if (fault !== null) faults.push(fault);
    if (faults.length > 0) return check("content", "contradicted", joined(faults), asOf);
    const agreements = [];
    if (fields.length > 0) {
        const count = fields.length;
        agreements.push(
            phrase(
                `${count} fields are proved by the root of the fields that was put on the ledger`,
                `${count} 个字段由上链的元数据根证明`,
            ),
        );
    }
    if (shown.file !== null) {
        agreements.push(phrase("the file is the one whose digest was put on the ledger", "文件与上链存证的摘要一致"));
    }
    if (agreements.length === 0) {
        const text = phrase("neither a file nor fields were given to compare", "未提供可供比对的文件或字段");
        return check("content", "couldNotBeChecked", text);
    }
    return check("content", "established", joined(agreements), asOf);
}

/**
 * Each field that was shown with its salt.
 * @param {object[]} disclosures
 * @param {object | null} evidence
 * @returns {Promise<object[]>}
 */
async function fieldChecks(disclosures, evidence) {
    const found = [];
    for (const disclosure of disclosures) {
        let verdict = "couldNotBeChecked";
        if (evidence !== null) {
            verdict = (await isProven(disclosure, evidence.metadataRoot)) ? "established" : "contradicted";
        }
        found.push({ name: disclosure.name, value: disclosure.value, verdict });
    }
    return found;
}

// ---------------------------------------------------------------------------------------------------------------------

/**
 * @param {object[]} checks
 * @param {object[]} fields
 * @param {object} current
 * @returns {string} what the checks come to
 */
function outcomeOf(checks, fields, current) {
    const verdict = (subject) => checks.find((found) => found.subject === subject)?.verdict;
    if (verdict("receipt") === "contradicted" || verdict("issuer") === "contradicted") return "evidenceRefuted";
    if (current.record && current.record.tombstone !== null) return "takenDown";
    if (verdict("content") === "contradicted") {
        return fields.some((field) => field.verdict === "contradicted") ? "catalogueDiffers" : "fileDiffers";
    }
    if (verdict("catalogue") === "contradicted") return "catalogueDiffers";
    if (verdict("status") === "contradicted") return "statusDiffers";
    return verdict("content") === "established" ? "consistent" : "undetermined";
}

/**
 * Compares what somebody has of a licence with the ledger.
 * @param {object} what
 * @param {Uint8Array | null} what.file the digest of the licence's file
 * @param {object[]} what.disclosures released fields
 * @param {object | null} what.identifier the licence that it is said to be
 * @param {object | null} [what.otherLicence] the licence that the released fields are of, where it is another
 * @param {Proof} issue of the transaction that put the evidence on the ledger
 * @param {Proof} state of what the ledger has of the licence
 * @param {import("./genesis.js").Genesis} genesis
 * @returns {Promise<object>} outcome, identifier, issuer, checks, fields
 */
export async function compareLicence(what, issue, state, genesis) {
    const { file, disclosures, identifier, otherLicence = null } = what;
    const shown = { file, disclosures, otherLicence };
    const proof = evidenceProof(issue, shown, identifier, genesis);
    const version = identifier ?? proof.evidence?.identifier ?? null;
    const current = currentLicence(state, shown, version);
    const fields = await fieldChecks(disclosures, proof.evidence);
    if (current.none && proof.evidence === null && issue.missing) {
        const own = phrase("this file", "此文件");
        const name = identifier === null ? own : phrase(identifier.text, `证照 ${identifier.text}`);
        const text = phrase(`it is proved that the ledger has no evidence of ${name.en}`, `已证明账本上没有${name.zh}的存证`);
        const checks = [check("content", "contradicted", text, current.asOf)];
        return { outcome: "notOnLedger", identifier, issuer: null, checks, fields };
    }
    const checks = [
        proof.receiptCheck,
        contentCheck(shown, proof, fields),
        catalogueCheck(current, proof.evidence, version),
        proof.issuerCheck,
        statusCheck(current, version),
    ];
    return { outcome: outcomeOf(checks, fields, current), identifier: version, issuer: proof.issuer, checks, fields };
}
