/**
 * Where the page *Verify* begins.
 * @module verify-page
 */

import { startVerifyPage } from "./verify.js";

await startVerifyPage(document);
