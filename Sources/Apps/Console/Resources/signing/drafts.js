/**
 * What forms come to: the calls that propose, and those that say who may use the department's nodes. Nothing is taken
 * from a form that the review does not read out of the octets again.
 * @module drafts
 */

import { namedIn } from "../modules/certificates.js";
import { octetsOf } from "../modules/files.js";
import { SigningError } from "./errors.js";
import { blinded, readPEM, textsOf } from "./identity.js";
import { OneThingDefinition } from "./tables.js";
import { call } from "./transaction.js";
import { readWhole } from "./types.js";

/** A longer file is no definition and no table. */
const LONGEST_FILE = 256 << 10;
const WHOLE_NUMBER = /^[0-9]{1,19}$/;
const NODES = ["validator", "observer"];
const LEVELS = ["one", "two", "three", "four"];
const VERSION = 1;

/**
 * @typedef {{ department: string, node: import("./node.js").Node }} Context
 */

/** The fields of a form that was filled in. */
class Fields {
    #data;

    /** @param {FormData} data */
    constructor(data) {
        this.#data = data;
    }

    /**
     * @param {string} name
     * @returns {string} empty where nothing is said
     */
    optional(name) {
        const value = this.#data.get(name);
        return typeof value === "string" ? value.trim() : "";
    }

    /**
     * @param {string} name
     * @returns {string}
     * @throws {SigningError} with code `wrongField`
     */
    text(name) {
        const value = this.optional(name);
        if (value === "") throw new SigningError("wrongField", `${name} is missing`);
        return value;
    }

    /**
     * @param {string} name
     * @returns {bigint}
     * @throws {SigningError} with code `wrongNumber`
     */
    number(name) {
        const value = this.text(name);
        if (!WHOLE_NUMBER.test(value)) throw new SigningError("wrongNumber", `${name} is no number`);
        return BigInt(value);
    }

    /**
     * @param {string} name
     * @returns {bigint | null} null where nothing is said
     */
    optionalNumber(name) {
        return this.optional(name) === "" ? null : this.number(name);
    }

    /**
     * @param {string} name of a field for a day
     * @returns {string} yyyyMMdd
     */
    day(name) {
        return this.text(name).replaceAll("-", "");
    }

    /**
     * @param {string} name of boxes that are ticked
     * @returns {string[]} in ascending order
     */
    all(name) {
        return this.#data.getAll(name).map(String).sort();
    }

    /**
     * @param {string} name
     * @returns {Promise<Uint8Array>} the octets of the file
     * @throws {SigningError} with code `wrongFile`
     */
    async file(name) {
        const file = this.#data.get(name);
        const isFile = file instanceof File && file.size > 0;
        if (!isFile) throw new SigningError("wrongField", `${name} is missing`);
        if (file.size > LONGEST_FILE) throw new SigningError("wrongFile", `a file of ${file.size} octets`);
        return octetsOf(file, LONGEST_FILE);
    }

    /**
     * @param {string} name of a field for a node's certificate
     * @returns {Promise<Uint8Array>} DER
     * @throws {SigningError} with code `notNode` or `noCertificate`
     */
    async node(name) {
        const [text] = await textsOf([new Blob([await this.file(name)])]);
        const found = readPEM(text).find(({ type }) => type === "CERTIFICATE");
        if (found === undefined) throw new SigningError("noCertificate", "the file holds no certificate");
        const { member } = namedIn(found.octets);
        if (!NODES.includes(member.role)) throw new SigningError("notNode", `${member.role} is no node's role`);
        return found.octets;
    }

    /** @returns {{ host: string, port: bigint }} */
    endpoint() {
        return { host: this.text("host"), port: this.number("port") };
    }

    /**
     * @param {string} name of a file of JSON
     * @param {(table: any) => object} take makes the table of what the file says
     * @returns {Promise<object>}
     * @throws {SigningError} with code `wrongFile`
     */
    async table(name, take) {
        const octets = await this.file(name);
        try {
            return take(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets)));
        } catch (error) {
            throw new SigningError("wrongFile", `the file is no table of this kind: ${error.message}`);
        }
    }
}

/**
 * @param {object} operation
 * @param {Fields} fields
 * @returns {object[]} the call that proposes a change of members
 */
function membership(operation, fields) {
    const value = {
        operations: [operation],
        notice: fields.number("notice"),
        acceptsNoFaultTolerance: fields.optional("accept") !== "",
    };
    return [call("membership", "propose", value)];
}

/**
 * @param {any} file of `onething calendar`
 * @returns {object}
 */
function calendar(file) {
    const years = file.years.map((year) => ({ ...year, year: BigInt(year.year) }));
    return { version: BigInt(file.version), years };
}

/**
 * @param {any} file of `licence codes`
 * @returns {object}
 */
function codes(file) {
    const statuses = file.statuses.map(({ code, ...rule }) => ({ ...rule, status: code }));
    const operations = file.operations.map(({ code, ...rule }) => ({ ...rule, operation: code }));
    return { version: BigInt(file.version), statuses, operations };
}

/**
 * @param {any} file of `use rules`
 * @returns {object}
 */
function rules(file) {
    return {
        version: BigInt(file.version),
        ticketSeconds: BigInt(file.ticketSeconds),
        departmentDay: BigInt(file.departmentDayLimit),
        holderMinute: BigInt(file.holderMinuteLimit),
        block: BigInt(file.blockLimit),
        transaction: BigInt(file.transactionLimit),
        minimumLevel: LEVELS[file.minimumLevel - 1],
        identity: file.identityDepartments,
    };
}

/**
 * @param {Fields} fields
 * @param {Context} context
 * @returns {object} `ApplicationDeclaration`
 */
function application(fields, { department }) {
    const [issuer, identifier, member] = ["issuer", "client", "member"].map((name) => fields.optional(name));
    const isWhole = (issuer === "") === (identifier === "") && (issuer !== "" || member !== "");
    if (!isWhole) throw new SigningError("wrongField", "a client belongs to an issuer, or a member is named");
    return {
        version: VERSION,
        name: fields.text("name"),
        displayName: fields.text("displayName"),
        entitlements: fields.all("entitlement"),
        quota: { perMinute: fields.number("perMinute"), perDay: fields.optionalNumber("perDay") },
        lastDay: fields.day("lastDay"),
        client: issuer === "" ? null : { issuer, identifier },
        member: member === "" ? null : `${department}/client/${member}`,
    };
}

/**
 * @param {Fields} fields
 * @param {Context} context
 * @returns {Promise<object>} `PersonDeclaration`
 */
async function person(fields, { department }) {
    const issuer = fields.text("issuer");
    const [salt] = await textsOf([new Blob([await fields.file("salt")])]);
    return {
        version: VERSION,
        issuer,
        subject: await blinded(salt, { department, issuer, subject: fields.text("subject") }),
        entitlements: fields.all("entitlement"),
        lastDay: fields.day("lastDay"),
    };
}

/**
 * @param {Fields} fields
 * @param {Context} context
 * @returns {Promise<object[]>}
 */
async function definition(fields, { node }) {
    const octets = await node.definition(await fields.file("definition"));
    const value = { octets, value: readWhole(OneThingDefinition, octets) };
    return [call("onethings", "propose", { definition: value, notBefore: fields.optionalNumber("notBefore") ?? 0n })];
}

/** What each form comes to, by its name. */
const FORMS = {
    join: async (fields) => {
        const node = { certificate: await fields.node("certificate"), endpoint: fields.endpoint() };
        return membership({ is: "add", node }, fields);
    },
    remove: (fields) => membership({ is: "remove", member: fields.text("member") }, fields),
    move: (fields) => membership({ is: "move", member: fields.text("member"), endpoint: fields.endpoint() }, fields),
    replace: async (fields) => {
        const node = { certificate: await fields.node("certificate"), endpoint: fields.endpoint() };
        return membership({ is: "replace", member: fields.text("member"), node }, fields);
    },
    renew: async (fields) => membership({ is: "rotate", certificate: await fields.node("certificate") }, fields),
    contract: (fields) => [
        call("contracts", "propose", {
            kind: fields.text("kind"),
            contract: fields.text("contract"),
            version: fields.number("version"),
            height: fields.number("height"),
        }),
    ],
    definition,
    calendar: async (fields) => [call("calendar", "propose", await fields.table("file", calendar))],
    codes: async (fields) => [call("catalogue", "proposeCodes", await fields.table("file", codes))],
    rules: async (fields) => [call("usage", "proposeRules", await fields.table("file", rules))],
    person: async (fields, context) => [call("applications", "registerPerson", await person(fields, context))],
    application: (fields, context) => {
        const method = fields.optional("isKnown") === "" ? "registerApplication" : "changeApplication";
        return [call("applications", method, application(fields, context))];
    },
    platform: (fields) => [
        call("applications", "registerPlatform", {
            version: VERSION,
            issuer: fields.text("issuer"),
            audience: fields.text("audience"),
            keySet: fields.text("keySet"),
            algorithms: fields.all("algorithm"),
        }),
    ],
};

/**
 * The calls that a form comes to.
 * @param {string} name of the form
 * @param {FormData} data
 * @param {Context} context
 * @returns {Promise<object[]>}
 * @throws {SigningError} for a field that is missing or wrong
 */
export async function callsOf(name, data, context) {
    return FORMS[name](new Fields(data), context);
}
