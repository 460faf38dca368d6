/**
 * What a receipt establishes (docs/formats.md, "Checking a receipt by hand"): every link from its subject to the
 * signatures of a quorum, in the order of the other verifiers, so that they name the same fault.
 * @module receipt
 */

import { hexadecimal, isEqual } from "./bytes.js";
import { authenticate } from "./certificates.js";
import { encodeNumber, encodeOctets, encodeSequence } from "./der.js";
import { ValidatorSet, authenticateChain, checkAgreement, checkIdentity, checkLinks, isSameSet } from "./epochs.js";
import { CertificateError, VerificationError, verify } from "./errors.js";
import { Purpose, digest } from "./p256.js";
import { NONE, encodeTrailHead, establishesAbsence, establishesValue } from "./trees.js";
import { headAfter, leafDigest, rootOfPath } from "./trees.js";

/**
 * Checks that a leaf stands at its height in the journal.
 * @param {Uint8Array} leaf DER `JournalLeaf`
 * @param {bigint} height the leaf's
 * @param {object} path
 * @param {object} executed the results that a header states
 * @throws {VerificationError} with code `inconsistent` or `wrongDigest`
 */
export async function checkJournal(leaf, height, path, executed) {
    // The journal has one leaf for each height from 1 on.
    const isPlace = height > 0n && path.index === height - 1n && path.size === executed.height;
    verify(isPlace, "inconsistent", `the journal path is not that of block ${height}`);
    const root = await rootOfPath(path, await leafDigest(leaf));
    const isThere = root !== null && isEqual(root, executed.journalRoot);
    verify(isThere, "wrongDigest", `the path from block ${height} does not lead to the journal's root`);
}

/**
 * What hashing shows of a transaction.
 * @param {object} subject
 * @param {object} executed
 * @returns {Promise<Uint8Array>} the transaction's identifier
 */
async function checkTransactionLinks(subject, executed) {
    const { transaction, transactionPath, outcome, outcomePath, header } = subject;
    const root = await rootOfPath(transactionPath, await leafDigest(transaction.der));
    const isThere = root !== null && isEqual(root, header.transactionsRoot);
    verify(isThere, "wrongDigest", "the path from the transaction does not lead to the block's root");
    const identifier = await digest(transaction.body.der);
    verify(isEqual(outcome.transaction, identifier), "inconsistent", "the outcome is of another transaction");
    const isSamePlace =
        outcome.height === header.height &&
        BigInt(outcome.index) === transactionPath.index &&
        outcomePath.index === transactionPath.index &&
        outcomePath.size === transactionPath.size;
    verify(isSamePlace, "inconsistent", "transaction and outcome do not have the same place in the block");
    const isInTime = header.height <= transaction.body.lastValidHeight;
    verify(isInTime, "inconsistent", "the block is above the last height that the transaction allows");

    const outcomesRoot = await rootOfPath(outcomePath, await leafDigest(outcome.der));
    verify(outcomesRoot !== null, "wrongDigest", "the path from the outcome leads nowhere");
    const leaf = encodeSequence(
        encodeNumber(header.height),
        encodeOctets(await digest(header.der)),
        encodeOctets(header.transactionsRoot),
        encodeOctets(outcomesRoot),
    );
    await checkJournal(leaf, header.height, subject.journalPath, executed);
    return identifier;
}

/**
 * The submitter's certificate and signature.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} subject
 * @param {Uint8Array} identifier
 * @returns {Promise<object>} what is found of the transaction
 */
async function transactionFindings(genesis, subject, identifier) {
    const { transaction, outcome, header } = subject;
    const { consortium } = genesis.document;
    let submitter;
    try {
        submitter = await authenticate(subject.certificate, consortium, genesis.authorities, header.timestamp);
    } catch (error) {
        if (!(error instanceof CertificateError)) throw error;
        const message = `the submitter's certificate does not hold: ${error.message} (${error.code})`;
        throw new VerificationError("wrongCertificate", message);
    }
    const isNamed = isEqual(submitter.key.identifier, transaction.body.submitter);
    verify(isNamed, "wrongCertificate", "the certificate is not of the key that the transaction names");
    const isSigned = await submitter.key.hasSignedFor(transaction.signature, Purpose.transaction, identifier);
    verify(isSigned, "wrongSignature", "the transaction's signature does not hold");
    return {
        kind: "transaction",
        identifier,
        submitter: { department: submitter.department, text: String(submitter) },
        rejection: outcome.rejection,
        height: header.height,
        index: outcome.index,
        time: header.timestamp,
        calls: transaction.body.calls,
    };
}

/**
 * @param {object} proof
 * @param {object} executed
 * @returns {bigint} the height that wrote the entry's value, or removed it
 */
function since(proof, executed) {
    const { height } = proof.leaf;
    const isBefore = height <= executed.height;
    verify(isBefore, "inconsistent", `the entry is of height ${height}, the state of height ${executed.height}`);
    return height;
}

/**
 * @param {{ contract: string, key: Uint8Array }} name
 * @returns {string}
 */
function place({ contract, key }) {
    return `contract '${contract}', key ${hexadecimal(key)}`;
}

/**
 * @param {object} subject
 * @param {object} executed
 * @returns {Promise<object>}
 */
async function entryFindings({ name, value, proof }, executed) {
    const isShown = await establishesValue(proof, name.der, value, executed.stateRoot);
    verify(isShown, "wrongProof", `it is not shown that the state holds that value under ${place(name)}`);
    return { kind: "entry", contract: name.contract, key: name.key, value, since: since(proof, executed) };
}

/**
 * @param {object} subject
 * @param {object} executed
 * @returns {Promise<object>}
 */
async function absenceFindings({ name, proof }, executed) {
    const reason = await establishesAbsence(proof, name.der, executed.stateRoot);
    verify(reason !== null, "wrongProof", `it is not shown that the state holds nothing under ${place(name)}`);
    const height = since(proof, executed);
    const from = reason === "removed" ? height : 0n;
    return { kind: "absence", contract: name.contract, key: name.key, reason, since: from };
}

/**
 * @param {object} subject
 * @param {object} executed
 * @returns {Promise<object>}
 */
async function listFindings({ name, preceding, elements, proof }, executed) {
    const isBeginning = preceding.count > 0n || isEqual(preceding.chain, NONE);
    verify(isBeginning, "inconsistent", "nothing precedes the first element of a trail");
    const head = await headAfter(preceding, elements);
    // A trail is as its head is: an entry with that value, or none where nothing was ever appended.
    const found =
        head.count === 0n
            ? await absenceFindings({ name, proof }, executed)
            : await entryFindings({ name, value: encodeTrailHead(head), proof }, executed);
    return {
        kind: "list",
        contract: name.contract,
        key: name.key,
        count: head.count,
        first: preceding.count,
        elements,
        since: found.since,
    };
}

/**
 * Checks that the subject's digests and paths lead to what the sealing header states.
 * @param {object} subject
 * @param {object} executed
 * @returns {Promise<(genesis: import("./genesis.js").Genesis) => Promise<object>>} the rest of the check: signatures,
 *     which cost more, and then what is found
 */
async function checkSubjectLinks(subject, executed) {
    if (subject.kind === "transaction") {
        const identifier = await checkTransactionLinks(subject, executed);
        return (genesis) => transactionFindings(genesis, subject, identifier);
    }
    const check = { entry: entryFindings, absence: absenceFindings, list: listFindings }[subject.kind];
    const findings = await check(subject, executed);
    return async () => findings;
}

/**
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} receipt
 */
function checkChannels(genesis, { subject, sealingHeader, finalization }) {
    const channels = [sealingHeader.channel, finalization.statement.channel];
    if (subject.kind === "transaction") channels.push(subject.transaction.body.channel, subject.header.channel);
    const areSame = channels.every((channel) => isEqual(channel, genesis.channel));
    verify(areSame, "wrongChannel", "a part of the receipt is of another channel");
}

/**
 * The set that the receipt begins with: that of the genesis, or the trusted one where it is of the epoch.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} receipt
 * @param {object | null} trusted
 * @returns {Promise<ValidatorSet>}
 */
async function startingSet(genesis, { epochs, sealingHeader }, trusted) {
    const first = epochs.length > 0 ? epochs[0].header.epoch : sealingHeader.epoch;
    if (trusted !== null) {
        const validators = await ValidatorSet.ofTrusted(genesis, trusted);
        if (trusted.validators.epoch === first) return validators;
    }
    const what = `the receipt begins with the validators of epoch ${first}, which are not known here`;
    verify(first === 0n, "wrongEpoch", `${what}: ask for one that begins with the genesis`);
    return ValidatorSet.ofGenesis(genesis);
}

/**
 * Refuses what cannot be true together with what is trusted, once signatures are checked: what nobody has signed
 * accuses nobody.
 * @param {object} receipt
 * @param {object} trusted
 */
function checkAgreements({ epochs, sealingHeader }, trusted) {
    for (const { validators } of epochs) {
        const isOther = validators.epoch === trusted.validators.epoch && !isSameSet(validators, trusted.validators);
        verify(!isOther, "fork", `the receipt has other validators of epoch ${validators.epoch} than are trusted`);
    }
    for (const header of [...epochs.map((change) => change.header), sealingHeader]) checkAgreement(trusted, header);
}

/** What is established of each kind of subject beyond doubt, as long as fewer than a third of the validators lie. */
const ESTABLISHED = {
    transaction: ["content", "submitter", "outcome", "order", "time", "finality"],
    entry: ["value", "continuity", "finality"],
    absence: ["absence", "continuity", "finality"],
};

/**
 * @param {object} subject as it was found
 * @returns {{ established: string[], notEstablished: string[] }} facts and open questions, by the names of the Swift
 *     verifier
 */
function factsOf(subject) {
    if (subject.kind === "transaction") {
        return { established: ESTABLISHED.transaction, notEstablished: ["laterChanges"] };
    }
    if (subject.kind !== "list") {
        const notEstablished = ["laterChanges", "earlierHistory", "authorship"];
        return { established: ESTABLISHED[subject.kind], notEstablished };
    }
    const isWhole = subject.first === 0n;
    return {
        established: [isWhole ? "completeness" : "completenessFromPlace", "elementOrder", "finality"],
        notEstablished: ["laterChanges", "authorship", ...(isWhole ? [] : ["earlierElements"])],
    };
}

/**
 * Checks every link from the subject to the signatures of a quorum.
 * @param {import("./genesis.js").Genesis} genesis what all trust starts from
 * @param {object} receipt as `readReceipt` gives it
 * @param {object | null} [trusted] a set that was verified earlier, as `readTrusted` gives it
 * @returns {Promise<object>} what is established and what is not, as of which height, by whose signatures
 * @throws {VerificationError} that names the first link that does not hold
 */
export async function verifyReceipt(genesis, receipt, trusted = null) {
    checkIdentity(genesis, receipt);
    checkChannels(genesis, receipt);
    const { sealingHeader, finalization, epochs } = receipt;
    const findings = await checkSubjectLinks(receipt.subject, sealingHeader.executed);
    const start = await startingSet(genesis, receipt, trusted);
    await checkLinks(genesis, start, epochs, sealingHeader, finalization);
    const subject = await findings(genesis);
    const validators = await authenticateChain(genesis, start, epochs, finalization);
    if (trusted !== null) checkAgreements(receipt, trusted);
    return {
        subject,
        asOf: sealingHeader.executed.height,
        seal: {
            height: sealingHeader.height,
            block: await digest(sealingHeader.der),
            time: sealingHeader.timestamp,
            epoch: sealingHeader.epoch,
            signers: validators.signers(finalization).map(String),
            validators: validators.members.length,
        },
        consortium: genesis.name,
        ...factsOf(subject),
    };
}
