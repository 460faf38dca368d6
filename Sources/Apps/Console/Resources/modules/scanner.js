/**
 * QR codes in, where the browser reads them by itself (`BarcodeDetector`): from an image file, or from the camera.
 * @module scanner
 */

import { UnavailableError } from "./errors.js";

/** Milliseconds between two looks at the camera's picture. */
const INTERVAL = 250;
/** A camera that shows no code for so many looks is switched off: two minutes. */
const MOST_LOOKS = 480;
/** No code that is meant for this page has a longer text. */
const LONGEST_TEXT = 4_296;

/**
 * @returns {Promise<object | null>} the browser's detector of QR codes; null where it has none
 */
async function detector() {
    if (!("BarcodeDetector" in globalThis)) return null;
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: ["qr_code"] }) : null;
}

/** @returns {Promise<boolean>} whether this browser reads QR codes */
export async function canScan() {
    return (await detector()) !== null;
}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} the picture that a file holds
 * @throws {UnavailableError} where it holds none
 */
export async function pictureIn(file) {
    try {
        return await createImageBitmap(file);
    } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        throw new UnavailableError("picture", "the file is no picture that this browser shows");
    }
}

/**
 * @param {ImageBitmapSource} source
 * @returns {Promise<string | null>} the text of the first code in a picture; null where there is none
 * @throws {UnavailableError} where the browser reads no codes
 */
export async function textIn(source) {
    const found = await detector();
    if (found === null) throw new UnavailableError("scanner", "this browser reads no QR codes: paste the text");
    const codes = await found.detect(source);
    return codes.length > 0 ? codes[0].rawValue.slice(0, LONGEST_TEXT) : null;
}

/**
 * Looks through the camera until there is a code, and switches the camera off again whatever happens.
 * @param {HTMLVideoElement} video shows what the camera sees
 * @param {AbortSignal} signal ends it
 * @returns {Promise<string | null>} the text; null where it was ended, or nothing was shown for two minutes
 * @throws {UnavailableError} where there is no camera, or it may not be used
 */
export async function textFromCamera(video, signal) {
    let stream;
    try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
        throw new UnavailableError("camera", "there is no camera, or it may not be used");
    }
    try {
        video.srcObject = stream;
        await video.play();
        for (let look = 0; look < MOST_LOOKS && !signal.aborted; look += 1) {
            const text = await textIn(video);
            if (text !== null) return text;
            await new Promise((resolve) => setTimeout(resolve, INTERVAL));
        }
        return null;
    } finally {
        for (const track of stream.getTracks()) track.stop();
        video.srcObject = null;
    }
}
