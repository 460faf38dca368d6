"""The modules of the page Verify, each in a real browser, against the vectors that every other verifier is held to."""

import hashlib
import random
import unittest

import forging
from browser import DOCUMENTED, VECTORS, BrowserTests, base64_of, vector

# Says of each receipt what the Swift tests have written of it in Tests/Vectors/verdicts.txt.
VERDICTS = """
    const { Genesis } = await load("genesis");
    const { readReceipt, readTrusted, readStep } = await load("structures");
    const { verifyReceipt } = await load("receipt");
    const { LightClient } = await load("lightclient");
    const { FormatError, VerificationError } = await load("errors");
    const lines = [];
    const say = async (name, work) => {
        try {
            lines.push(`${name} ${await work()}`);
        } catch (error) {
            if (error instanceof FormatError) lines.push(`${name} unreadable`);
            else if (error instanceof VerificationError) lines.push(`${name} ${error.code}`);
            else throw error;
        }
    };
    for (const { name, genesis, receipt, trusted } of argument.receipts) {
        const known = await Genesis.read(octets(genesis));
        await say(name, async () => {
            const trust = trusted === null ? null : readTrusted(octets(trusted));
            const found = await verifyReceipt(known, readReceipt(octets(receipt)), trust);
            return `holds ${found.established.join(",")} ${found.notEstablished.join(",")}`;
        });
    }
    const client = await LightClient.start(await Genesis.read(octets(argument.genesis)));
    for (const { name, step } of argument.steps) {
        await say(name, async () => {
            await client.advance(readStep(octets(step)));
            return "holds";
        });
    }
    return lines;
"""

# What a file that was changed comes to: the code of the error, or that it holds.
CHANGED = """
    const { Genesis } = await load("genesis");
    const { readReceipt } = await load("structures");
    const { verifyReceipt } = await load("receipt");
    const { isExpected } = await load("errors");
    const whole = octets(argument.file);
    const known = argument.genesis === null ? null : await Genesis.read(octets(argument.genesis));
    const examine = async (changed) => {
        try {
            if (known === null) await Genesis.read(changed);
            else await verifyReceipt(known, readReceipt(changed));
            return "holds";
        } catch (error) {
            return isExpected(error) ? error.name : `defect: ${error}`;
        }
    };
    const found = [];
    for (const length of argument.lengths) found.push([length, await examine(whole.subarray(0, length))]);
    for (const [position, bit] of argument.flips) {
        const changed = whole.slice();
        changed[position] ^= 1 << bit;
        found.push([position, await examine(changed)]);
    }
    return found;
"""


def expected_lines(name):
    return [line for line in (VECTORS / name).read_text("utf-8").splitlines() if not line.startswith("#")]


class Receipts(BrowserTests):
    def test_every_file_has_the_verdict_that_the_swift_verifier_gives(self):
        expected = expected_lines("verdicts.txt")
        names = [line.split(" ")[0] for line in expected]
        receipts = [
            {
                "name": name,
                "genesis": vector(f"{name.split('/')[0]}/genesis.der"),
                "receipt": vector(name),
                "trusted": vector("proofs/trusted.der") if "/trusting-" in name else None,
            }
            for name in names
            if name.endswith(".receipt")
        ]
        steps = [{"name": name, "step": vector(name)} for name in names if name.endswith(".step")]
        argument = {"receipts": receipts, "steps": steps, "genesis": vector("proofs/genesis.der")}
        self.assertEqual(self.run_modules(VERDICTS, argument), expected)
        files = {f"{file.parent.name}/{file.name}" for folder in ("receipts", "proofs") for file in (VECTORS / folder).glob("*.receipt")}
        self.assertEqual(files, {name for name in names if name.endswith(".receipt")}, "no file is left out")

    def test_trusted_validators_are_begun_with_by_steps(self):
        names = sorted(file.name for file in (VECTORS / "proofs").glob("trusting-*.step"))
        self.assertGreaterEqual(len(names), 3)
        found = self.run_modules(
            """
            const { Genesis } = await load("genesis");
            const { readTrusted, readStep } = await load("structures");
            const { LightClient } = await load("lightclient");
            const genesis = await Genesis.read(octets(argument.genesis));
            const held = [];
            for (const { name, step } of argument.steps) {
                const client = await LightClient.start(genesis, readTrusted(octets(argument.trusted)));
                try { await client.advance(readStep(octets(step))); held.push(name); }
                catch (error) { if (error.name !== "VerificationError") throw error; }
            }
            return held;
            """,
            {
                "genesis": vector("proofs/genesis.der"),
                "trusted": vector("proofs/trusted.der"),
                "steps": [{"name": name, "step": vector(f"proofs/{name}")} for name in names],
            },
        )
        self.assertEqual(found, [name for name in names if "-valid-" in name])

    def test_the_national_suite_is_refused_by_its_name_and_nothing_is_said_of_it(self):
        found = self.run_modules(
            """
            const { Genesis } = await load("genesis");
            const { phraseOfError } = await load("phrases");
            try { await Genesis.read(octets(argument)); return null; }
            catch (error) { return [error.name, error.code, phraseOfError(error)]; }
            """,
            vector("national/genesis.der"),
        )
        self.assertEqual(found[:2], ["UnavailableError", "suite"])
        for text in found[2].values():
            self.assertIn("zhenglian receipt verify", text)

    def test_the_receipt_of_the_documentation_holds(self):
        genesis, receipt = (base64_of((DOCUMENTED / name).read_bytes()) for name in ("genesis.der", "receipt.der"))
        found = self.run_modules(CHANGED, {"file": receipt, "genesis": genesis, "lengths": [1 << 20], "flips": []})
        self.assertEqual(found, [[1 << 20, "holds"]])


class HostileOctets(BrowserTests):
    def changed(self, file, genesis, flips, step=1):
        octets = (VECTORS / file).read_bytes()
        generator = random.Random(file)
        argument = {
            "file": base64_of(octets),
            "genesis": genesis,
            "lengths": list(range(0, len(octets), step)),
            "flips": [[generator.randrange(len(octets)), generator.randrange(8)] for _ in range(flips)],
        }
        found = self.run_modules(CHANGED, argument)
        self.assertEqual(len(found), len(argument["lengths"]) + flips)
        return found

    def test_no_receipt_that_is_cut_short_or_changed_passes(self):
        for file in (
            "receipts/valid-height-3-transaction-1.receipt",
            "receipts/valid-rejected.receipt",
            "proofs/valid-entry.receipt",
            "proofs/valid-absence-between.receipt",
            "proofs/valid-list.receipt",
            "proofs/valid-epoch-2.receipt",
        ):
            genesis = vector(f"{file.split('/')[0]}/genesis.der")
            for place, verdict in self.changed(file, genesis, 500):
                self.assertIn(verdict, ("FormatError", "VerificationError"), f"{file} at {place}")

    def test_no_forgery_that_keeps_the_structure_passes(self):
        reached = set()
        for file in (
            "receipts/valid-height-3-transaction-1.receipt",
            "proofs/valid-entry.receipt",
            "proofs/valid-absence-removed.receipt",
            "proofs/valid-list.receipt",
            "proofs/valid-epoch-1.receipt",
            "licences/issue.receipt",
        ):
            octets = (VECTORS / file).read_bytes()
            self.assertEqual(forging.encode(forging.parse(octets)), octets)
            generator = random.Random(file)
            forged = [base64_of(forging.forge(octets, generator)) for _ in range(800)]
            found = self.run_modules(
                """
                const { Genesis } = await load("genesis");
                const { readReceipt } = await load("structures");
                const { verifyReceipt } = await load("receipt");
                const genesis = await Genesis.read(octets(argument.genesis));
                const verdicts = [];
                for (const text of argument.forged) {
                    try { await verifyReceipt(genesis, readReceipt(octets(text))); verdicts.push("holds"); }
                    catch (error) { verdicts.push(`${error.name} ${error.code}`); }
                }
                return verdicts;
                """,
                {"genesis": vector(f"{file.split('/')[0]}/genesis.der"), "forged": forged},
            )
            for text, verdict in zip(forged, found, strict=True):
                self.assertRegex(verdict, r"^(FormatError|VerificationError) \w+$", f"{file}: {text}")
            reached.update(found)
        # They come far: each of these is past the parser.
        for code in ("wrongDigest", "wrongProof", "wrongSignature", "wrongEpoch", "inconsistent", "wrongChannel",
                     "wrongCertificate", "wrongConsortium", "wrongKind"):  # fmt: skip
            self.assertIn(f"VerificationError {code}", reached)

    def test_no_genesis_file_that_is_cut_short_founds_anything(self):
        found = self.changed("receipts/genesis.der", None, 0)
        self.assertEqual({verdict for _, verdict in found}, {"FormatError"})

    def test_a_changed_genesis_file_is_refused_or_is_another_consortium(self):
        octets = (VECTORS / "receipts/genesis.der").read_bytes()
        generator = random.Random(2)
        found = self.run_modules(
            """
            const { Genesis } = await load("genesis");
            const { readReceipt } = await load("structures");
            const { verifyReceipt } = await load("receipt");
            const { isExpected } = await load("errors");
            const receipt = readReceipt(octets(argument.receipt));
            const passed = [];
            for (const [position, bit] of argument.flips) {
                const changed = octets(argument.genesis);
                changed[position] ^= 1 << bit;
                try { await verifyReceipt(await Genesis.read(changed), receipt); passed.push(position); }
                catch (error) { if (!isExpected(error)) throw error; }
            }
            return passed;
            """,
            {
                "genesis": base64_of(octets),
                "receipt": vector("receipts/valid-height-3-transaction-1.receipt"),
                "flips": [[generator.randrange(len(octets)), generator.randrange(8)] for _ in range(400)],
            },
        )
        self.assertEqual(found, [])

    def test_octets_at_random_are_refused(self):
        generator = random.Random(3)
        found = self.run_modules(
            """
            const { kindOf } = await load("files");
            const kinds = new Set();
            for (const text of argument) kinds.add((await kindOf(new Blob([octets(text)]))).kind);
            return [...kinds];
            """,
            [base64_of(b"0" + generator.randbytes(generator.randrange(200))) for _ in range(2_000)],
        )
        self.assertEqual(found, ["licence"])

    def test_the_largest_receipts_are_answered_in_time(self):
        # A list of 100,000 elements that do not lead to the head, and an endless nesting.
        found = self.run_modules(
            """
            const { encode, encodeSequence, encodeNumber, encodeOctets, encodeText, Reader } = await load("der");
            const { headAfter, NONE } = await load("trees");
            const elements = Array.from({ length: 100_000 }, () => new Uint8Array(60));
            const begin = performance.now();
            const head = await headAfter({ count: 0n, chain: NONE }, elements);
            const list = performance.now() - begin;
            const nested = new Uint8Array(8 << 20).fill(0x30);
            const { readReceipt } = await load("structures");
            let code = null;
            try { readReceipt(nested); } catch (error) { code = error.name; }
            return { count: Number(head.count), list, code };
            """,
        )
        self.assertEqual((found["count"], found["code"]), (100_000, "FormatError"))
        self.assertLess(found["list"], 60_000, "milliseconds for 100,000 elements")
        print(f"a list of 100,000 elements: {found['list'] / 1_000:.1f} s")


class Encoding(BrowserTests):
    def refusals(self, cases):
        return self.run_modules(
            """
            const { Reader, Tag } = await load("der");
            const reads = {
                number: (reader) => String(reader.number()),
                signed: (reader) => String(reader.number(-(1n << 63n))),
                text: (reader) => reader.text(8),
                label: (reader) => reader.label(),
                bits: (reader) => reader.bits(16).map(Number).join(""),
                octets: (reader) => reader.octetString(4).length,
                digest: (reader) => reader.digest().length,
                list: (reader) => reader.list(2, (list) => list.number()).length,
                any: (reader) => reader.any().length,
            };
            const fromHexadecimal = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
            return argument.map(([what, text]) => {
                const reader = new Reader(fromHexadecimal(text));
                try { const value = reads[what](reader); reader.end(); return value; }
                catch (error) { return `${error.name} ${error.code} ${error.offset}`; }
            });
            """,
            cases,
        )

    def test_values_are_read(self):
        cases = {
            ("number", "020100"): "0",
            ("number", "02020080"): "128",
            ("number", "02087fffffffffffffff"): "9223372036854775807",
            ("signed", "02088000000000000000"): "-9223372036854775808",
            ("text", "0c03e4bda0"): "你",
            ("text", "0c03efbbbf"): "\ufeff",
            ("label", "0c03612d62"): "a-b",
            ("bits", "030206c0"): "11",
            ("octets", "0400"): 0,
            ("list", "3006020101020102"): 2,
            ("any", "0500"): 2,
        }
        self.assertEqual(self.refusals([list(case) for case in cases]), list(cases.values()))

    def test_what_is_no_der_is_refused_with_its_place(self):
        malformed = [
            ("number", ""),
            ("number", "02"),
            ("number", "0200"),
            ("number", "0202007f"),
            ("signed", "0202ff80"),
            ("number", "02090080000000000000ff"),
            ("number", "030100"),
            ("number", "020100ff"),
            ("octets", "04810100"),
            ("octets", "0482000100"),
            ("octets", "048000000000"),
            ("octets", "0485000000000100"),
            ("octets", "0402ff"),
            ("octets", "24020400"),
            ("any", "1f8100"),
            ("any", ""),
            ("bits", "0300"),
            ("bits", "030108"),
            ("bits", "03020601"),
            ("list", "3003020101020101"),
        ]
        for case, verdict in zip(malformed, self.refusals([list(case) for case in malformed])):
            self.assertRegex(str(verdict), r"^FormatError malformed \d+$", case)
        ranges = [
            ("number", "0201ff", "outOfRange"),
            ("text", "0c0201ff", "outOfRange"),
            ("text", "0c03eda080", "outOfRange"),
            ("text", "0c09616161616161616161", "outOfRange"),
            ("label", "0c0141", "outOfRange"),
            ("label", "0c022d61", "outOfRange"),
            ("label", "0c02610a", "outOfRange"),
            ("bits", "030100", "outOfRange"),
            ("bits", "030400ffffff", "outOfRange"),
            ("digest", "0401ff", "outOfRange"),
            ("octets", "0405ffffffffff", "tooLarge"),
            ("list", "3009020101020102020103", "tooLarge"),
        ]
        verdicts = self.refusals([[what, text] for what, text, _ in ranges])
        for (what, text, code), verdict in zip(ranges, verdicts):
            self.assertRegex(str(verdict), rf"^FormatError {code} 0$", (what, text))

    def test_what_is_written_is_read_again(self):
        found = self.run_modules(
            """
            const { Reader, encode, encodeNumber, encodeOctets, encodeSequence } = await load("der");
            const sizes = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 20];
            const numbers = [0n, 1n, 127n, 128n, 255n, 256n, 65_535n, (1n << 53n) + 1n, (1n << 63n) - 1n];
            return [
                sizes.every((size) => new Reader(encodeOctets(new Uint8Array(size))).octetString(1 << 20).length === size),
                numbers.every((number) => new Reader(encodeNumber(number)).number() === number),
            ];
            """
        )
        self.assertEqual(found, [True, True])


class Cryptography(BrowserTests):
    def test_both_digests_are_sha256(self):
        generator = random.Random(4)
        texts = [generator.randbytes(length) for length in [*range(200), 1_000, 4_095, 4_096, 4_097, 100_000]]
        found = self.run_modules(
            """
            const { SHA256 } = await load("sha256");
            const { digest } = await load("p256");
            const { hexadecimal } = await load("bytes");
            const results = [];
            for (const text of argument) {
                const whole = octets(text);
                const hash = new SHA256();
                const third = Math.floor(whole.length / 3);
                for (const piece of [whole.subarray(0, third), whole.subarray(third, third + 1), whole.subarray(third + 1)]) {
                    hash.update(piece);
                }
                results.push([hexadecimal(hash.digest()), hexadecimal(await digest(whole))]);
            }
            return results;
            """,
            [base64_of(text) for text in texts],
        )
        expected = [[hashlib.sha256(text).hexdigest()] * 2 for text in texts]
        self.assertEqual(found, expected)

    def test_a_large_file_is_hashed_in_pieces(self):
        found = self.run_modules(
            """
            const { digestOfFile } = await load("sha256");
            const { hexadecimal } = await load("bytes");
            const piece = new Uint8Array(1 << 20).fill(0x61);
            const file = new Blob(Array.from({ length: 96 }, () => piece).concat([piece.subarray(0, 17)]));
            const steps = [];
            const begin = performance.now();
            const digest = hexadecimal(await digestOfFile(file, (done) => steps.push(done)));
            return { digest, steps, seconds: (performance.now() - begin) / 1000 };
            """
        )
        size = (96 << 20) + 17
        self.assertEqual(found["digest"], hashlib.sha256(b"a" * size).hexdigest())
        self.assertEqual((found["steps"][0], found["steps"][-1], len(found["steps"])), (4 << 20, size, 25))
        print(f"a file of 96 MiB: {found['seconds']:.1f} s")

    def test_numbers_of_a_signature_are_of_the_group(self):
        order = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
        below = order[:-2] + "50"
        cases = {
            "3006020101020101": 64,
            f"3026020101 0221{below}".replace(" ", ""): 64,
            f"3026020101 0221{order}".replace(" ", ""): None,
            "3006020100020101": None,
            "3006020101020100": None,
            "3006020181020101": None,
            "300702020001020101": None,
            "300602010102010100": None,
            "3003020101": None,
            "": None,
            "30" * 200: None,
            f"30270201010222 00{below}".replace(" ", ""): None,
            f"3026020101 0221 01{below[2:]}".replace(" ", ""): None,
        }
        found = self.run_modules(
            """
            const { rawSignature } = await load("p256");
            const { fromHexadecimal } = await load("bytes");
            return argument.map((text) => rawSignature(fromHexadecimal(text))?.length ?? null);
            """,
            list(cases),
        )
        self.assertEqual(found, list(cases.values()))

    def test_a_key_has_one_form_and_is_on_the_curve(self):
        found = self.run_modules(
            """
            const { PublicKey } = await load("p256");
            const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
            const information = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
            const outside = information.slice();
            outside[80] ^= 1;
            const longer = new Uint8Array([...information, 0]);
            const other = information.slice();
            other[10] ^= 1;
            const verdicts = [];
            for (const octets of [information, outside, longer, other, information.subarray(1)]) {
                verdicts.push((await PublicKey.read(octets)) !== null);
            }
            return verdicts;
            """
        )
        self.assertEqual(found, [True, False, False, False, False])


class Licences(BrowserTests):
    def test_every_licence_has_the_verdicts_that_the_swift_code_gives(self):
        names = {}
        cases = []
        for line in expected_lines("licences/expected.txt"):
            words = line.split(" ")
            cases.append(words[:5])
            names[" ".join(words[:5])] = " ".join(words[5:])
        folder = VECTORS / "licences"
        files = {name: base64_of((folder / name).read_bytes()) for case in cases for name in case[:4] if name != "-"}
        found = self.run_modules(
            """
            const { Genesis } = await load("genesis");
            const { readReceipt } = await load("structures");
            const { verifyReceipt } = await load("receipt");
            const { LicenceIdentifier, readReleased } = await load("licences");
            const { compareLicence } = await load("comparison");
            const { digest } = await load("p256");
            const genesis = await Genesis.read(octets(argument.genesis));
            const file = (name) => octets(argument.files[name]);
            const prove = async (name) => {
                if (name === "-") return { missing: { en: "none", zh: "无" } };
                try { return { findings: await verifyReceipt(genesis, readReceipt(file(name))) }; }
                catch (error) { return { error }; }
            };
            const found = {};
            for (const words of argument.cases) {
                const [own, released, issue, state, serial] = words;
                const content = released === "-" ? null : readReleased(file(released));
                const inside = content?.file ?? null;
                const shown = own !== "-" ? file(own) : inside;
                const named = argument.identifiers[serial] ?? null;
                const result = await compareLicence(
                    {
                        file: shown === null ? null : await digest(shown),
                        disclosures: content?.disclosures ?? [],
                        identifier: content?.note.licence ?? (named === null ? null : LicenceIdentifier.read(named)),
                    },
                    await prove(issue),
                    await prove(state),
                    genesis,
                );
                const checks = result.checks.map(({ subject, verdict }) => `${subject}=${verdict}`);
                found[words.join(" ")] = [result.outcome, ...checks].join(" ");
            }
            return found;
            """,
            {
                "genesis": vector("licences/genesis.der"),
                "files": files,
                "cases": cases,
                "identifiers": {serial: identifier(serial) for serial in {case[4] for case in cases} - {"-"}},
            },
        )
        self.assertGreaterEqual(len(names), 20)
        self.assertEqual(found, names)

    def test_identifiers_have_their_check_character(self):
        sound = identifier("A1")
        changed = [sound[:-1] + other for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if other != sound[-1]]
        others = ["", sound + ".1", sound.replace(".001.", ".000."), sound.lower(), " " + sound, "1.2.156.3005.2" * 20]
        found = self.run_modules(
            """
            const { LicenceIdentifier } = await load("licences");
            return argument.map((text) => LicenceIdentifier.read(text) !== null);
            """,
            [sound, *changed, *others],
        )
        self.assertEqual(found, [True] + [False] * (len(changed) + len(others)))

    def test_what_was_released_is_read_or_refused(self):
        lines = (DOCUMENTED / "structures-releases.txt").read_text("utf-8").splitlines()
        released = [bytes.fromhex(line.split(" ")[2]) for line in lines if line.startswith("ReleasedContent")]
        self.assertEqual(len(released), 3)
        texts = [octets[:length] for octets in released for length in range(len(octets))]
        found = self.run_modules(
            """
            const { readReleased } = await load("licences");
            const say = (text) => {
                try { const { disclosures, file } = readReleased(octets(text)); return [disclosures.length, file !== null]; }
                catch (error) { return error.name; }
            };
            return { whole: argument.whole.map(say), cut: [...new Set(argument.cut.map(say))] };
            """,
            {"whole": [base64_of(octets) for octets in released], "cut": [base64_of(text) for text in texts]},
        )
        self.assertEqual(found["whole"], [[2, False], [2, True], [0, True]])
        self.assertEqual(found["cut"], ["FormatError"])


def identifier(serial, version="001"):
    """A licence identifier with its check character (GB/T 36904; ISO 7064 MOD 37,36)."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    parts = ["11100000MB0143028R001", "11650000MB1A0001XQ", serial, version]
    product = 36
    for character in "".join(parts):
        product = ((product + alphabet.index(character)) % 36 or 36) * 2 % 37
    return ".".join(["1.2.156.3005.2", *parts, alphabet[(37 - product) % 36]])


if __name__ == "__main__":
    unittest.main()
