/**
 * The one module that asks the node: always the page's own, and only for what the ledger says, for a definition's
 * octets, and to hand in what was signed. No key and no file of a key passes through here.
 * @module node
 */

import { fromBase64, hexadecimal } from "../modules/bytes.js";
import { NodeRefusal, SigningError } from "./errors.js";
import { readWhole } from "./types.js";

const BASE = "/operations/administration";
const TOKEN_FIELD = "X-Form-Token";
const UNAUTHORISED = 401;
/** How often the same transaction is handed in where the way to the node fails: it takes effect once. */
const ATTEMPTS = 4;
/** What may be otherwise at the next attempt. */
const PASSING = ["unreachable", "notInTime", "overloaded", "unavailable"];
/** Between two attempts, in milliseconds. */
const PAUSE = 1500;

/** The node whose page this is. */
export class Node {
    #token;
    #language;

    /**
     * @param {string} token of the session's forms; empty where there is no session
     * @param {string} language of the page
     */
    constructor(token, language) {
        this.#token = token;
        this.#language = language;
    }

    /**
     * @param {string} path
     * @param {RequestInit} [options]
     * @returns {Promise<Response>}
     * @throws {NodeRefusal | SigningError}
     */
    async #request(path, options = {}) {
        let response;
        try {
            response = await fetch(path, { ...options, mode: "same-origin", redirect: "manual" });
        } catch {
            throw new SigningError("unreachable", "the node does not answer");
        }
        if (response.ok) return response;
        // What leads to the page to log in on is a session that has ended.
        const isEnded = response.type === "opaqueredirect" || response.status === UNAUTHORISED;
        if (isEnded) throw new SigningError("sessionEnded", "the session has ended");
        const told = await response.json().catch(() => null);
        if (told === null) throw new SigningError("unreachable", `the node answers with ${response.status}`);
        // What the gateway refuses before the console is asked has its reason under another name.
        throw new NodeRefusal(response.status, told.code, told.statement ?? told.detail ?? "", told.advice ?? "");
    }

    /** @returns {string} the path with the page's language */
    #spoken(path, question = "") {
        return `${path}?lang=${this.#language}${question}`;
    }

    /**
     * @param {string} path
     * @param {Uint8Array} body
     * @returns {Promise<Response>}
     */
    #post(path, body) {
        const headers = { "Content-Type": "application/octet-stream", [TOKEN_FIELD]: this.#token };
        return this.#request(this.#spoken(path), { method: "POST", headers, body });
    }

    /** @returns {Promise<Uint8Array>} the genesis file */
    async genesis() {
        const response = await this.#request("/verify/genesis");
        return new Uint8Array(await response.arrayBuffer());
    }

    /** @returns {Promise<bigint>} the chain's height */
    async height() {
        const response = await this.#request("/console/state");
        return BigInt((await response.json()).height);
    }

    /**
     * Asks a contract.
     * @param {string} contract
     * @param {string} query
     * @param {Uint8Array} argument DER of the question
     * @param {import("./types.js").Kind} kind of the answer
     * @returns {Promise<any>} null where the ledger has no such thing
     */
    async ask(contract, query, argument, kind) {
        const question = `&contract=${contract}&query=${query}&arguments=${hexadecimal(argument)}`;
        // What is not there is left out of the answer.
        const { answer = null } = await (await this.#request(this.#spoken(`${BASE}/answers`, question))).json();
        return answer === null ? null : readWhole(kind, fromBase64(answer) ?? new Uint8Array());
    }

    /**
     * The octets of a definition, which people write as JSON. What is signed is read out of them, not out of the file.
     * @param {Uint8Array} file
     * @returns {Promise<Uint8Array>} DER `OneThingDefinition`
     */
    async definition(file) {
        const { definition } = await (await this.#post(`${BASE}/definitions`, file)).json();
        return fromBase64(definition) ?? new Uint8Array();
    }

    /**
     * Hands a transaction in, and waits for what becomes of it.
     * @param {Uint8Array} transaction DER
     * @returns {Promise<object>} the outcome
     */
    async submit(transaction) {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return await (await this.#post(`${BASE}/transactions`, transaction)).json();
            } catch (error) {
                if (!PASSING.includes(error.code)) throw error;
                if (attempt === ATTEMPTS) throw new SigningError("undecided", error.message);
                await new Promise((resolve) => setTimeout(resolve, PAUSE));
            }
        }
    }

    /** @returns {Promise<Document>} this page as it is now */
    async page() {
        const response = await this.#request(location.href);
        return new DOMParser().parseFromString(await response.text(), "text/html");
    }
}
