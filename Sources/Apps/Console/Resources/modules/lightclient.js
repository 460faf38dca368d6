/**
 * A light client: follows a channel by final headers alone (docs/formats.md, "A light client").
 * @module lightclient
 */

import { isEqual } from "./bytes.js";
import { ValidatorSet, authenticateChain, checkAgreement, checkIdentity, checkLinks } from "./epochs.js";
import { VerificationError, verify } from "./errors.js";
import { digest } from "./p256.js";
import { checkJournal } from "./receipt.js";
import { isConsistent } from "./trees.js";

/** What is known of a channel: a set of validators and, after the first step, a final header. */
export class LightClient {
    #genesis;
    #validators;

    /**
     * @param {import("./genesis.js").Genesis} genesis
     * @param {ValidatorSet} validators
     * @param {object | null} header
     */
    constructor(genesis, validators, header) {
        this.#genesis = genesis;
        this.#validators = validators;
        /** The latest header that is known to be final; null before the first step from a genesis. */
        this.header = header;
    }

    /**
     * Begins at the genesis, or where an earlier client has ended.
     * @param {import("./genesis.js").Genesis} genesis
     * @param {object | null} [trusted] as `readTrusted` gives it
     * @returns {Promise<LightClient>}
     * @throws {VerificationError} where what is trusted is not of this genesis
     */
    static async start(genesis, trusted = null) {
        if (trusted === null) return new LightClient(genesis, ValidatorSet.ofGenesis(genesis), null);
        return new LightClient(genesis, await ValidatorSet.ofTrusted(genesis, trusted), trusted.header);
    }

    /**
     * Takes a step, or changes nothing.
     * @param {object} step as `readStep` gives it
     * @throws {VerificationError} that names the first link that does not hold
     */
    async advance(step) {
        const genesis = this.#genesis;
        const known = this.header;
        checkIdentity(genesis, step);
        // A header of the known one's height that is another would be a fork, which is told only once signatures hold.
        const isOutdated = known !== null && (step.header.height < known.height || isEqual(step.header.der, known.der));
        verify(!isOutdated, "outdated", `block ${step.header.height} is known already, or below what is`);
        await checkLinks(genesis, this.#validators, step.epochs, step.header, step.finalization);
        if (known === null || step.header.height > known.height) await this.#checkJournal(step);
        const next = await authenticateChain(genesis, this.#validators, step.epochs, step.finalization);
        if (known !== null) {
            const trusted = { validators: this.#validators.statement, header: known };
            const headers = [...step.epochs.map((change) => change.header), step.header];
            for (const header of headers) checkAgreement(trusted, header);
        }
        await this.#checkAncestry(step);
        this.#validators = next;
        this.header = step.header;
    }

    /**
     * Checks that the journal has only grown.
     * @param {object} step
     */
    async #checkJournal({ header, consistency }) {
        const known = this.header?.executed;
        const height = known?.height ?? 0n;
        const root = known?.journalRoot ?? (await digest(new Uint8Array(0)));
        const { executed } = header;
        const isNewer = executed.height >= height;
        verify(isNewer, "outdated", `results of height ${executed.height}; ${height} is known already`);
        const isGrown = await isConsistent(consistency, height, root, executed.height, executed.journalRoot);
        verify(isGrown, "wrongProof", `the journal of height ${height} is not shown to be the later one's beginning`);
    }

    /**
     * Checks that the journal, where it reaches that far, has the block that is known.
     * @param {object} step
     */
    async #checkAncestry({ header, known: proof }) {
        const known = this.header;
        if (known === null || known.height > header.executed.height) {
            verify(proof === null, "inconsistent", "the step proves a block that nobody has asked about");
            return;
        }
        const isAsked = proof !== null && proof.leaf.height === known.height;
        verify(isAsked, "wrongProof", `the step does not prove block ${known.height}, which is known`);
        await checkJournal(proof.leaf.der, proof.leaf.height, proof.path, header.executed);
        if (!isEqual(proof.leaf.header, await digest(known.der))) {
            throw new VerificationError("fork", `block ${header.height} stands on another block ${known.height}`);
        }
    }
}
