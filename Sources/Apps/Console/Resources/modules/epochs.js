/**
 * Validator sets and what they make final: certificates of a quorum, the way from one epoch's set to the next, and
 * sets that somebody has verified earlier (docs/formats.md, "Votes and certificates", "Epochs").
 *
 * Checked in two passes, so that whatever fails, fails as cheaply as it can: first what hashing shows, of the whole
 * way; then certificates and signatures, set by set.
 * @module epochs
 */

import { concatenate, hexadecimal, isEqual, utf8 } from "./bytes.js";
import { encodeOctets, encodeSequence, encodeText } from "./der.js";
import { VerificationError, verify } from "./errors.js";
import { authenticateValidators } from "./genesis.js";
import { Purpose, digest } from "./p256.js";
import { VoteKind } from "./structures.js";
import { establishesValue } from "./trees.js";

/**
 * Checks that a structure is of the genesis file's consortium.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {{ suite: string, consortium: Uint8Array }} structure
 * @throws {VerificationError} with code `wrongSuite` or `wrongConsortium`
 */
export function checkIdentity(genesis, structure) {
    const { suite } = genesis.document;
    const isOfSuite = structure.suite === suite;
    verify(isOfSuite, "wrongSuite", `the suite is '${structure.suite}', that of the genesis '${suite}'`);
    const isSame = isEqual(structure.consortium, genesis.identifier);
    const found = hexadecimal(structure.consortium);
    verify(isSame, "wrongConsortium", `the consortium is ${found}, that of the genesis file ${genesis.name}`);
}

/** The validators of an epoch with what they were authenticated by. */
export class ValidatorSet {
    /**
     * @param {{ epoch: bigint, firstHeight: bigint, certificates: Uint8Array[] }} statement
     * @param {import("./certificates.js").Member[]} members
     * @param {bigint} authenticatedAt ledger time, in milliseconds since 1970
     */
    constructor(statement, members, authenticatedAt) {
        this.statement = statement;
        this.members = members;
        this.authenticatedAt = authenticatedAt;
    }

    /**
     * @param {import("./genesis.js").Genesis} genesis
     * @returns {ValidatorSet} that of epoch 0
     */
    static ofGenesis(genesis) {
        const { certificates, createdAt } = genesis.document;
        return new ValidatorSet({ epoch: 0n, firstHeight: 1n, certificates }, genesis.validators, createdAt);
    }

    /**
     * Authenticates the certificates of a statement.
     * @param {import("./genesis.js").Genesis} genesis
     * @param {object} statement
     * @param {bigint} time
     * @returns {Promise<ValidatorSet>}
     */
    static async authenticate(genesis, statement, time) {
        const members = await authenticateValidators(genesis, statement.epoch, statement.certificates, time);
        return new ValidatorSet(statement, members, time);
    }

    /**
     * Takes over a set that was verified earlier, after all that can be said of it without its history.
     * @param {import("./genesis.js").Genesis} genesis
     * @param {object} trusted
     * @returns {Promise<ValidatorSet>}
     * @throws {VerificationError}
     */
    static async ofTrusted(genesis, trusted) {
        checkIdentity(genesis, trusted);
        const { header, validators } = trusted;
        verify(isEqual(header.channel, genesis.channel), "wrongChannel", "the trusted header is of another channel");
        const isOfSet = header.epoch === validators.epoch && header.height >= validators.firstHeight;
        verify(isOfSet, "wrongEpoch", "the trusted header is not of the trusted set's epoch");
        const isFirst = validators.epoch > 0n || isSameSet(validators, ValidatorSet.ofGenesis(genesis).statement);
        verify(isFirst, "fork", "the trusted set is of epoch 0 and not the one of the genesis file");
        return ValidatorSet.authenticate(genesis, validators, trusted.authenticatedAt);
    }

    /** @returns {number} how many validators have to sign: any two quorums share an honest one */
    get quorum() {
        return this.members.length - Math.floor((this.members.length - 1) / 3);
    }

    /**
     * Checks that a quorum has signed a certificate's statement.
     * @param {object} certificate
     * @throws {VerificationError} with code `wrongEpoch`, `unknownSigner`, `tooFewSigners` or `wrongSignature`
     */
    async checkSignatures(certificate) {
        const { statement, signatures } = certificate;
        const { epoch } = this.statement;
        verify(statement.epoch === epoch, "wrongEpoch", `a certificate of epoch ${statement.epoch}, not ${epoch}`);
        const isForSet = certificate.signers.length === this.members.length;
        verify(isForSet, "unknownSigner", `a certificate for ${certificate.signers.length} of ${this.members.length}`);
        const signers = this.signers(certificate);
        const isQuorum = signers.length >= this.quorum;
        verify(isQuorum, "tooFewSigners", `${signers.length} validators have signed; ${this.quorum} are needed`);
        const name = await digest(statement.der);
        for (const [index, member] of signers.entries()) {
            const isSigned = await member.key.hasSignedFor(signatures[index], Purpose.vote, name);
            verify(isSigned, "wrongSignature", `the signature of ${member} does not hold`);
        }
    }

    /**
     * @param {object} certificate
     * @returns {import("./certificates.js").Member[]} who has signed, in the order of the signatures
     */
    signers(certificate) {
        return this.members.filter((_, index) => certificate.signers[index]);
    }
}

/**
 * @param {object} first
 * @param {object} second
 * @returns {boolean} whether two statements name the same validators from the same height on
 */
export function isSameSet(first, second) {
    return (
        first.epoch === second.epoch &&
        first.firstHeight === second.firstHeight &&
        first.certificates.length === second.certificates.length &&
        first.certificates.every((certificate, index) => isEqual(certificate, second.certificates[index]))
    );
}

/**
 * Checks that a certificate says that a header is final; whether its signatures hold is another question.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} header
 * @param {object} certificate
 */
async function checkStatement(genesis, header, { statement }) {
    const what = `the finalization of block ${header.height}`;
    verify(isEqual(statement.channel, genesis.channel), "wrongChannel", `${what} is of another channel`);
    const isFinal = statement.kind === VoteKind.finalize;
    verify(isFinal, "wrongKind", `the certificate with block ${header.height} is no finalization`);
    // A block that was proposed again in a later view of its epoch is final by a vote of that view.
    const isOfBlock =
        isEqual(statement.block, await digest(header.der)) &&
        statement.view >= header.view &&
        statement.epoch === header.epoch;
    verify(isOfBlock, "inconsistent", `the finalization is of another block than ${header.height}`);
}

/**
 * Checks that a header can be one of an epoch's.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} header
 * @param {object} statement
 */
function checkHeader(genesis, header, statement) {
    const { height } = header;
    verify(isEqual(header.channel, genesis.channel), "wrongChannel", `block ${height} is of another channel`);
    const isOfEpoch = header.epoch === statement.epoch;
    verify(isOfEpoch, "wrongEpoch", `block ${height} is of epoch ${header.epoch}, the set of ${statement.epoch}`);
    const isWithin = height >= statement.firstHeight;
    verify(isWithin, "wrongEpoch", `block ${height} is below height ${statement.firstHeight}, where its epoch begins`);
    verify(header.executed.height < height, "inconsistent", `block ${height} states results that do not precede it`);
}

/**
 * @param {bigint} epoch
 * @returns {Uint8Array} DER `StateName` of the entry that names an epoch's validators
 */
function nameOfEpoch(epoch) {
    const number = new Uint8Array(8);
    new DataView(number.buffer).setBigUint64(0, epoch);
    return encodeSequence(encodeText("membership"), encodeOctets(concatenate(utf8("epoch"), [0], number)));
}

/**
 * Checks one change: that its header proves the set of the next epoch.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {object} change
 * @param {object} statement of the set before
 */
async function checkChange(genesis, change, statement) {
    const { header, validators, proof } = change;
    checkHeader(genesis, header, statement);
    const follows = validators.epoch === statement.epoch + 1n;
    verify(follows, "wrongEpoch", `after the set of epoch ${statement.epoch} comes one of epoch ${validators.epoch}`);
    const isBefore = header.height < validators.firstHeight;
    verify(isBefore, "wrongEpoch", `block ${header.height} is not below the height where the next epoch begins`);
    const isProved =
        (await establishesValue(proof, nameOfEpoch(validators.epoch), validators.der, header.executed.stateRoot)) &&
        proof.leaf.height <= header.executed.height;
    const what = `block ${header.height} does not prove the validators of epoch ${validators.epoch}`;
    verify(isProved, "wrongProof", what);
    await checkStatement(genesis, header, change.finalization);
}

/**
 * Checks what hashing shows of the way from a set to the one that vouches for a header.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {ValidatorSet} start
 * @param {object[]} changes
 * @param {object} header
 * @param {object} finalization
 * @throws {VerificationError}
 */
export async function checkLinks(genesis, start, changes, header, finalization) {
    let { statement } = start;
    for (const change of changes) {
        await checkChange(genesis, change, statement);
        statement = change.validators;
    }
    checkHeader(genesis, header, statement);
    await checkStatement(genesis, header, finalization);
}

/**
 * Checks the certificates of all sets and the signatures of all quorums, once the links are checked.
 * @param {import("./genesis.js").Genesis} genesis
 * @param {ValidatorSet} start
 * @param {object[]} changes
 * @param {object} finalization
 * @returns {Promise<ValidatorSet>} the last set
 * @throws {VerificationError}
 */
export async function authenticateChain(genesis, start, changes, finalization) {
    let validators = start;
    for (const change of changes) {
        await validators.checkSignatures(change.finalization);
        validators = await ValidatorSet.authenticate(genesis, change.validators, change.header.timestamp);
    }
    await validators.checkSignatures(finalization);
    return validators;
}

/**
 * Refuses a header that cannot be final together with what is trusted.
 * @param {{ validators: object, header: object }} trusted
 * @param {object} header
 * @throws {VerificationError} with code `fork`
 */
export function checkAgreement({ validators, header: known }, header) {
    if (header.epoch < validators.epoch && header.height >= validators.firstHeight) {
        throw new VerificationError("fork", `block ${header.height} is of an epoch that had ended`);
    }
    if (header.epoch > validators.epoch && header.height <= known.height) {
        throw new VerificationError("fork", `block ${header.height} is of a later epoch than a block above it`);
    }
    if (header.height === known.height && !isEqual(header.der, known.der)) {
        throw new VerificationError("fork", `two blocks are said to be final at height ${header.height}`);
    }
}
