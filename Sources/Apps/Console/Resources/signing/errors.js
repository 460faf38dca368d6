/**
 * What the modules for signing throw besides those of `modules/errors.js`. What people are told stands in `words.js`
 * under the code.
 * @module errors
 */

/** Why nothing is signed, or nothing was handed in. */
export class SigningError extends Error {
    /**
     * @param {string} code
     * @param {string} message what is wrong, in English, for whoever looks for the cause
     */
    constructor(code, message) {
        super(message);
        this.name = "SigningError";
        this.code = code;
    }
}

/** What the node has answered in the place of an outcome, in the words of the page's language. */
export class NodeRefusal extends Error {
    /**
     * @param {number} status of HTTP
     * @param {string} code
     * @param {string} statement what happened
     * @param {string} advice what to do
     */
    constructor(status, code, statement, advice) {
        super(statement);
        this.name = "NodeRefusal";
        this.status = status;
        this.code = code;
        this.advice = advice;
    }
}
