/**
 * The page *Verify* (核验): takes files, has them examined, and shows what came of it. Nothing of a file leaves the
 * browser.
 * @module verify
 */

import { fromBase64, fromHexadecimal, hexadecimal } from "./bytes.js";
import { isExpected } from "./errors.js";
import { kindOf, octetsOf } from "./files.js";
import { Genesis, LONGEST_GENESIS } from "./genesis.js";
import { LONGEST_RELEASED, LicenceIdentifier, readReleased } from "./licences.js";
import { phrase, phraseOfError, size } from "./phrases.js";
import { examine } from "./report.js";
import { canScan, pictureIn, textFromCamera, textIn } from "./scanner.js";
import { SHA256, digestOfFile } from "./sha256.js";
import { LONGEST_RECEIPT, readReceipt, readTrusted } from "./structures.js";
import { both, element, reportElements, summary } from "./view.js";

/** What can be given, by the names in the page. */
const SLOTS = ["licence", "issue", "state", "released", "trusted", "genesis"];
/** Those of them that stand under *More*. */
const RARE = ["state", "released", "trusted", "genesis"];
/** What all the rest is judged by: only taken where somebody says that it is that. */
const TRUSTED = ["genesis", "trusted"];
const NONE = phrase("none", "未选择");
const DEFECT = phrase(
    "This page has a defect, and nothing was checked. Please report what you did; the command line can check the same.",
    "本页面出现缺陷，未完成核验。请报告所做的操作；可改用命令行核验。",
);
const PRESENTATION = /^ZL1\./;

/**
 * @param {string} name of a file
 * @returns {import("./phrases.js").Phrase}
 */
function notTaken(name) {
    return phrase(
        `${name} says whom to trust, and was left aside: where you have it from a source that you trust yourself, `
            + "choose it by its own button under More.",
        `${name} 决定信任何者，未予采用：如其来源为您自己所信任，请在“更多”中用其专用按钮选择。`,
    );
}

/** The controller of one page. */
class VerifyPage {
    #root;
    #given = Object.fromEntries(SLOTS.map((slot) => [slot, null]));
    #embedded;
    #identifier = null;
    /** Counts what was asked for: an answer that comes after the next question is not shown. */
    #question = 0;
    #scan = null;

    /**
     * @param {HTMLElement} root with `data-genesis`, `data-node` and `data-language`
     */
    constructor(root) {
        this.#root = root;
        const octets = fromBase64(root.dataset.genesis);
        this.#embedded = { octets: octets ?? new Uint8Array(0), name: root.dataset.node };
    }

    /**
     * @param {string} name
     * @returns {HTMLElement} the element of the page that has the name in `data-part`
     */
    #part(name) {
        return this.#root.querySelector(`[data-part="${name}"]`);
    }

    /** Makes the page answer. */
    async start() {
        for (const slot of SLOTS) {
            const input = this.#part(`file-${slot}`);
            input.addEventListener("change", () => this.#choose(slot, input));
            this.#part(`clear-${slot}`).addEventListener("click", () => this.#clear(slot));
        }
        const any = this.#part("file-any");
        any.addEventListener("change", () => {
            const files = [...any.files];
            any.value = "";
            return this.#drop(files);
        });
        this.#listenForDrops();
        this.#part("text").addEventListener("input", (event) => this.#read(event.target.value));
        this.#part("print").addEventListener("click", () => globalThis.print());
        this.#part("language").addEventListener("click", () => this.#switchLanguage());
        await this.#startScanner();
        this.#showLanguage(this.#root.dataset.language === "en" ? "en" : "zh");
        this.#root.dataset.ready = "true";
        await this.#update();
    }

    // ---------------------------------------------------------------------------------------------------------------
    // Languages

    #switchLanguage() {
        this.#showLanguage(this.#root.dataset.language === "zh" ? "en" : "zh");
    }

    /** @param {"zh" | "en"} language */
    #showLanguage(language) {
        this.#root.dataset.language = language;
        this.#root.lang = language === "zh" ? "zh-CN" : "en";
    }

    // ---------------------------------------------------------------------------------------------------------------
    // Files

    #listenForDrops() {
        const zone = this.#part("drop");
        const mark = (isOver) => zone.toggleAttribute("data-over", isOver);
        zone.addEventListener("dragover", (event) => {
            event.preventDefault();
            mark(true);
        });
        zone.addEventListener("dragleave", () => mark(false));
        zone.addEventListener("drop", (event) => {
            event.preventDefault();
            mark(false);
            return this.#drop([...event.dataTransfer.files]);
        });
    }

    /**
     * Files of which nobody has said what they are.
     * @param {File[]} files
     */
    async #drop(files) {
        this.#setBusy(true);
        for (const file of files) {
            await this.#take(file.name, async () => {
                const { kind, octets, value } = await kindOf(file);
                if (kind === "licence") return this.#hash(file);
                // Whoever hands over a forged licence could hand over the forged root of its proof as well.
                if (TRUSTED.includes(kind)) return this.#say(notTaken(file.name));
                return this.#keep(kind, file.name, octets, value);
            });
        }
        await this.#update();
    }

    /**
     * A file that somebody says is of a kind.
     * @param {string} slot
     * @param {HTMLInputElement} input
     */
    async #choose(slot, input) {
        const [file] = input.files;
        if (file === undefined) return;
        this.#setBusy(true);
        const limits = { genesis: LONGEST_GENESIS, released: LONGEST_RELEASED };
        await this.#take(file.name, async () => {
            if (slot === "licence") return this.#hash(file);
            const octets = await octetsOf(file, limits[slot] ?? LONGEST_RECEIPT);
            if (slot === "genesis") return this.#keep(slot, file.name, octets, null);
            const read = { released: readReleased, trusted: readTrusted }[slot] ?? readReceipt;
            let value = null;
            try {
                value = read(octets);
            } catch (error) {
                // That the file is no receipt is a finding; that it is nothing released, a mistake of whoever chose it.
                if (!isExpected(error) || read !== readReceipt) throw error;
                const own = new SHA256().update(octets).digest();
                this.#given[slot] = { name: file.name, size: file.size, digest: own, error };
                return undefined;
            }
            return this.#keep(slot === "issue" || slot === "state" ? "receipt" : slot, file.name, octets, value);
        });
        // The same file can be chosen again.
        input.value = "";
        await this.#update();
    }

    /**
     * @param {string | null} name of the file that is taken, for what is said of it
     * @param {() => Promise<void>} work
     */
    async #take(name, work) {
        this.#say(null);
        try {
            await work();
        } catch (error) {
            const reason = isExpected(error) ? phraseOfError(error) : DEFECT;
            this.#say(name === null ? reason : phrase(`${name}: ${reason.en}`, `${name}：${reason.zh}`));
            if (isExpected(error)) return;
            this.#setBusy(false);
            throw error;
        }
    }

    /** @param {boolean} isBusy whether what is shown is not yet what was given */
    #setBusy(isBusy) {
        this.#root.setAttribute("aria-busy", String(isBusy));
    }

    /**
     * A licence's file: only its digest is kept.
     * @param {File} file
     */
    async #hash(file) {
        const progress = this.#part("progress");
        progress.hidden = false;
        try {
            const found = await digestOfFile(file, (done) => {
                progress.value = file.size === 0 ? 1 : done / file.size;
            });
            this.#given.licence = { name: file.name, size: file.size, digest: found };
        } finally {
            progress.hidden = true;
        }
    }

    /**
     * @param {string} kind
     * @param {string} name
     * @param {Uint8Array} octets
     * @param {object | null} value what was read
     */
    #keep(kind, name, octets, value) {
        const about = { name, size: octets.length, octets, digest: new SHA256().update(octets).digest() };
        if (kind === "receipt") {
            this.#given[value.subject.kind === "transaction" ? "issue" : "state"] = { ...about, receipt: value };
        } else {
            this.#given[kind] = { ...about, value };
        }
    }

    /** @param {string} slot */
    async #clear(slot) {
        this.#given[slot] = null;
        this.#say(null);
        // The button is gone with what it cleared: go on from the one that chooses.
        this.#part(`file-${slot}`).focus();
        await this.#update();
    }

    // ---------------------------------------------------------------------------------------------------------------
    // Text and codes

    /**
     * What somebody types, pastes or scans: a licence's identifier, a digest to compare with, or a code.
     * @param {string} text
     */
    async #read(text) {
        const trimmed = text.trim();
        this.#identifier = LicenceIdentifier.read(trimmed);
        this.#part("text-note").replaceChildren(both(this.#noteOn(trimmed)));
        await this.#update();
    }

    /**
     * @param {string} text
     * @returns {import("./phrases.js").Phrase} what the text is, and what comes of it
     */
    #noteOn(text) {
        if (text === "") return phrase("", "");
        if (this.#identifier !== null) return phrase("A licence identifier: compared below.", "证照标识，参与下方比对。");
        const digestText = /^(?:sha-?256[: ]*)?([0-9a-fA-F]{64})$/.exec(text)?.[1];
        if (digestText !== undefined && fromHexadecimal(digestText) !== null) return this.#noteOnDigest(digestText);
        if (PRESENTATION.test(text)) {
            return phrase(
                "A code that a holder presents: only a department's node can look it up (zhenglian use scan).",
                "持证人出示码：须由部门节点核验（zhenglian use scan）。",
            );
        }
        if (text.startsWith("ZHENGLIAN-VERIFY ")) return this.#noteOnReference(text);
        return phrase("This is no licence identifier, digest or code known here.", "不是此处可识别的证照标识、摘要或二维码文字。");
    }

    /** @returns {object[]} the files that were given */
    #files() {
        return SLOTS.map((slot) => this.#given[slot]).filter((given) => given !== null);
    }

    /**
     * @param {string} text 64 hexadecimal digits
     * @returns {import("./phrases.js").Phrase}
     */
    #noteOnDigest(text) {
        const wanted = text.toLowerCase();
        const known = this.#files().find((given) => hexadecimal(given.digest) === wanted);
        if (known) return phrase(`The digest of ${known.name}, which you have chosen.`, `与所选文件 ${known.name} 的摘要一致。`);
        return phrase("A digest: of none of the files chosen here.", "摘要：与所选文件均不一致。");
    }

    /**
     * The reference of an earlier result: what in it is of the files that are here.
     * @param {string} text
     * @returns {import("./phrases.js").Phrase}
     */
    #noteOnReference(text) {
        const digests = [...text.matchAll(/^(?:file|receipt) sha256 ([0-9a-f]{64})$/gm)].map((match) => match[1]);
        const here = new Set(this.#files().map((given) => hexadecimal(given.digest)));
        const found = digests.filter((value) => here.has(value)).length;
        return phrase(
            `The reference of an earlier result: ${found} of its ${digests.length} files are here. `
                + "It proves nothing by itself.",
            `先前核验结果的索引：所列 ${digests.length} 个文件中 ${found} 个在此。索引本身不构成证明。`,
        );
    }

    async #startScanner() {
        const isPossible = await canScan();
        this.#part("scan").hidden = !isPossible;
        this.#part("scan-missing").hidden = isPossible;
        if (!isPossible) return;
        const image = this.#part("scan-image");
        image.addEventListener("change", () =>
            this.#take(image.files[0]?.name ?? null, async () => {
                const [file] = image.files;
                if (file !== undefined) await this.#scanned(await textIn(await pictureIn(file)));
                image.value = "";
            }),
        );
        this.#part("scan-camera").addEventListener("click", () => this.#take(null, () => this.#watch()));
    }

    /** Looks through the camera; a second press ends it. */
    async #watch() {
        if (this.#scan !== null) {
            this.#scan.abort();
            return;
        }
        const video = this.#part("video");
        this.#scan = new AbortController();
        video.hidden = false;
        try {
            const text = await textFromCamera(video, this.#scan.signal);
            if (!this.#scan.signal.aborted) await this.#scanned(text);
        } finally {
            video.hidden = true;
            this.#scan = null;
        }
    }

    /** @param {string | null} text */
    async #scanned(text) {
        if (text === null) {
            this.#say(phrase("No QR code was found in the picture.", "图中未发现二维码。"));
            return;
        }
        const field = this.#part("text");
        field.value = text;
        await this.#read(text);
    }

    // ---------------------------------------------------------------------------------------------------------------
    // What is shown

    /** @param {import("./phrases.js").Phrase | null} text something that went wrong, or nothing any more */
    #say(text) {
        const part = this.#part("message");
        part.hidden = text === null;
        part.replaceChildren(...(text === null ? [] : [both(text)]));
    }

    /** Shows what was given, has it examined, and shows what came of it. */
    async #update() {
        this.#question += 1;
        const question = this.#question;
        for (const slot of SLOTS) this.#showSlot(slot);
        // What was dropped is seen, wherever it went.
        if (RARE.some((slot) => this.#given[slot] !== null)) this.#part("more").open = true;
        this.#setBusy(true);
        let genesis;
        let report;
        try {
            genesis = await this.#genesis();
            report = await examine({ genesis, chosenGenesis: this.#given.genesis?.name ?? null, ...this.#input() });
        } catch (error) {
            this.#say(DEFECT);
            this.#part("report").replaceChildren();
            this.#setBusy(false);
            throw error;
        }
        if (question !== this.#question) return;
        this.#showGenesis(genesis);
        this.#part("empty").hidden = report !== null;
        this.#part("report-tools").hidden = report === null;
        this.#part("report").replaceChildren(...(report === null ? [] : reportElements(report, new Date())));
        this.#part("status").replaceChildren(...(report === null ? [] : [both(summary(report))]));
        this.#root.dataset.outcome = report?.outcome ?? "";
        this.#setBusy(false);
    }

    /** @returns {object} what `examine` takes, but the genesis */
    #input() {
        const { licence, released, issue, state, trusted } = this.#given;
        const inside = released?.value.file ?? null;
        const file =
            licence === null && inside !== null
                ? { name: released.name, digest: new SHA256().update(inside).digest() }
                : licence;
        return {
            file,
            released: released?.value ?? null,
            issue,
            state,
            trusted: trusted?.value ?? null,
            identifier: this.#identifier,
        };
    }

    /** @returns {Promise<object>} the genesis that somebody has chosen, or that came with the page */
    async #genesis() {
        const { octets } = this.#given.genesis ?? this.#embedded;
        try {
            return { value: await Genesis.read(octets) };
        } catch (error) {
            if (!isExpected(error)) throw error;
            return { error };
        }
    }

    /** @param {string} slot */
    #showSlot(slot) {
        const given = this.#given[slot];
        const part = this.#part(`given-${slot}`);
        this.#part(`clear-${slot}`).hidden = given === null;
        if (given === null) {
            if (slot !== "genesis") part.replaceChildren(both(NONE));
            return;
        }
        const digestText = element("code", { class: "digest" }, hexadecimal(given.digest));
        part.replaceChildren(element("span", { class: "name" }, given.name), " ", both(size(given.size)), digestText);
    }

    /** @param {object} genesis */
    #showGenesis(genesis) {
        const part = this.#part("given-genesis");
        const given = this.#given.genesis;
        const source =
            given === null
                ? phrase(`came with this page, from ${this.#embedded.name}`, `随本页面提供，来自 ${this.#embedded.name}`)
                : phrase(given.name, given.name);
        if (genesis.error) {
            part.replaceChildren(both(source), " ", element("strong", {}, both(phraseOfError(genesis.error))));
            return;
        }
        const { consortium, channel } = genesis.value.document;
        const name = element("code", { class: "digest" }, genesis.value.name);
        part.replaceChildren(both(source), ` · ${consortium} / ${channel}`, name);
    }
}

/**
 * Makes the page in a document answer.
 * @param {ParentNode} document with one element of the class `verify`
 * @returns {Promise<void>}
 */
export async function startVerifyPage(document) {
    await new VerifyPage(document.querySelector(".verify")).start();
}
