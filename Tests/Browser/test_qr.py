"""QR codes of qr.js: the standard's worked examples, other readers of them, and another program that makes them."""

import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

import zxingcpp

from browser import BrowserTests

LEVELS = "LMQH"
# Encodes each text and gives the rows as texts of '1' for dark and '0' for light.
ENCODE = """
    const { encodeQR } = await load("qr");
    return argument.map(({ text, ...options }) => {
        const { version, mask, dark } = encodeQR(text, options);
        return { version, mask, rows: dark.map((row) => row.map(Number).join("")) };
    });
"""


def picture(rows, scale=4, quiet=4):
    """A PGM picture of a code, with its light border."""
    width = (len(rows) + 2 * quiet) * scale
    blank = b"\xff" * width
    lines = [blank] * (quiet * scale)
    for row in rows:
        cells = "0" * quiet + row + "0" * quiet
        line = b"".join((b"\x00" if cell == "1" else b"\xff") * scale for cell in cells)
        lines += [line] * scale
    lines += [blank] * (quiet * scale)
    return width, b"".join(lines)


def read_by_zxing(rows):
    """The text that zxing-cpp reads in a code."""
    width, pixels = picture(rows)
    found = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (width, width)), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def read_by_zbar(rows, folder):
    """The text that zbar reads in a code."""
    width, pixels = picture(rows)
    file = pathlib.Path(folder) / "code.pgm"
    file.write_bytes(f"P5 {width} {width} 255\n".encode() + pixels)
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)]
    result = subprocess.run(command, capture_output=True, check=False)
    return result.stdout.decode("utf-8").removesuffix("\n")


class Standard(BrowserTests):
    def test_the_worked_examples_of_the_standard_hold(self):
        # ISO/IEC 18004, section 7.9.1 with annex C, annex D, and the symbol 1-M of annex I.
        data = [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11]
        codes = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
        found = self.run_modules(
            """
            const { formatInformation, versionInformation, generator, correction, codewords } = await load("qr");
            return {
                format: formatInformation("M", 5).toString(2),
                version: versionInformation(7).toString(2),
                correction: [...correction(Uint8Array.from(argument), 10)],
                generator: [...generator(2)],
                largest: ["L", "M", "Q", "H"].map((level) => codewords(40, level).data),
                total: [1, 2, 7, 14, 21, 40].map((version) => codewords(version, "L").total),
            };
            """,
            data,
        )
        self.assertEqual(found["format"], "100000011001110")
        self.assertEqual(found["version"], "111110010010100")
        self.assertEqual(found["correction"], codes)
        # x^2 + 3x + 2 (annex A).
        self.assertEqual(found["generator"], [3, 2])
        # Tables 1 and 7.
        self.assertEqual(found["largest"], [2956, 2334, 1666, 1276])
        self.assertEqual(found["total"], [26, 44, 196, 581, 1156, 3706])

    def test_the_penalties_are_the_standards(self):
        found = self.run_modules(
            """
            const { penalty } = await load("qr");
            const square = (size, isDark) => Array.from({ length: size }, (_, row) =>
                Array.from({ length: size }, (_, column) => isDark(row, column)));
            const finder = [1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0].map(Boolean);
            return [
                penalty(square(6, (row, column) => (row + column) % 2 === 0)),
                penalty(square(6, () => true)),
                penalty(square(4, (row) => row < 2)),
                penalty([finder, ...square(10, (row, column) => (row + column) % 2 === 0).map((row) => [...row, false])]) >= 40,
            ];
            """
        )
        # No penalty; 12 runs of 6, 25 blocks, 50 % too dark; 2 · 3 blocks.
        self.assertEqual(found, [0, 12 * 4 + 25 * 3 + 100, 6 * 3, True])

    def test_a_text_that_is_too_long_is_refused(self):
        found = self.run_modules(
            """
            const { encodeQR } = await load("qr");
            const say = (length, level) => {
                try { return encodeQR("a".repeat(length), { level }).version; } catch (error) { return error.name; }
            };
            return [say(2953, "L"), say(2954, "L"), say(1273, "H"), say(1274, "H"), say(0, "M")];
            """
        )
        self.assertEqual(found, [40, "RangeError", 40, "RangeError", 1])

    def test_the_path_is_the_matrix(self):
        found = self.run_modules(
            """
            const { svgPath } = await load("qr");
            return svgPath([[true, true, false], [false, false, true], [true, false, true]], 1);
            """
        )
        self.assertEqual(found, {"path": "M1 1h2v1h-2zM3 2h1v1h-1zM1 3h1v1h-1zM3 3h1v1h-1z", "size": 5})


class OtherReaders(BrowserTests):
    def setUp(self):
        for name in ("zbarimg", "qrencode"):
            if not shutil.which(name):
                raise AssertionError(f"there is no '{name}' on the PATH: run scripts/prepare --python")

    def test_other_readers_read_every_version_and_level(self):
        generator = random.Random(5)
        requests = [
            {"text": "".join(generator.choices("abcdefghijklmnopqrstuvwxyz0123456789 .:/\n", k=6 * version)),
             "level": level, "version": version}
            for version in range(1, 41) for level in LEVELS
        ]  # fmt: skip
        requests += [{"text": text, "level": "M"} for text in ("1", "证照核验：一致", "ß—€", "ZL1.abc_-")]
        with tempfile.TemporaryDirectory() as folder:
            for request, code in zip(requests, self.run_modules(ENCODE, requests)):
                self.assertEqual(len(code["rows"]), 17 + 4 * code["version"])
                with self.subTest(version=code["version"], level=request["level"], text=request["text"][:9]):
                    self.assertEqual(read_by_zxing(code["rows"]), [request["text"]])
                    self.assertEqual(read_by_zbar(code["rows"], folder), request["text"])

    def test_every_mask_is_read(self):
        requests = [{"text": "masks of every kind", "mask": mask} for mask in range(8)]
        for code in self.run_modules(ENCODE, requests):
            self.assertEqual(read_by_zxing(code["rows"]), ["masks of every kind"])

    def test_damage_is_restored(self):
        (code,) = self.run_modules(ENCODE, [{"text": "damage", "level": "H", "version": 10}])
        generator = random.Random(6)
        rows = [list(row) for row in code["rows"]]
        for _ in range(60):
            row, column = generator.randrange(9, 48), generator.randrange(9, 48)
            rows[row][column] = "1" if rows[row][column] == "0" else "0"
        self.assertEqual(read_by_zxing(["".join(row) for row in rows]), ["damage"])

    def test_another_program_makes_the_same_codes(self):
        with tempfile.TemporaryDirectory() as folder:
            requests, expected = [], []
            for version in range(1, 41):
                for level in LEVELS:
                    text = "".join(chr(97 + (7 * index + version) % 26) for index in range(5 + 5 * (version - 1)))
                    file = pathlib.Path(folder) / "text"
                    file.write_text(text, "ascii")
                    command = ["qrencode", "-8", "-l", level, "-v", str(version), "-m", "0", "-t", "ASCII", "-r", str(file), "-o", "-"]
                    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
                    rows = ["".join("1" if cell == "#" else "0" for cell in line[::2]) for line in lines if line]
                    expected.append(rows)
                    requests.append({"text": text, "level": level, "version": version})
            same = 0
            masked = [{**request, "mask": mask} for request in requests for mask in range(8)]
            codes = self.run_modules(ENCODE, masked)
            chosen = self.run_modules(ENCODE, requests)
            for index, rows in enumerate(expected):
                masks = [code["mask"] for code in codes[8 * index : 8 * index + 8] if code["rows"] == rows]
                with self.subTest(**{key: requests[index][key] for key in ("version", "level")}):
                    # That program counts one penalty in another way, so that it may choose another mask.
                    self.assertEqual(len(masks), 1, "the codes differ in more than the mask")
                same += masks == [chosen[index]["mask"]]
            self.assertGreater(same, len(expected) // 2)


if __name__ == "__main__":
    unittest.main()
