"""The search for personal data finds what is there, in every form and at any place, and nothing else."""

import os
import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import personal_data  # noqa: E402  (found by the line above)


def some_data(count=5):
    data = []
    for number in range(count):
        person = personal_data.Personal("test", number)
        for field in ("enterprise-name", "address", "investors", "bank-consent", "seal-kinds"):
            person.datum(field)
        person.paper("articles")
        data += person.data
    return data


class SearchForPersonalData(unittest.TestCase):
    def setUp(self):
        self.data = some_data()
        self.finder = personal_data.Finder(self.data)
        self.noise = random.Random(1).randbytes(200_000)

    def found_in(self, content):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "file")
            pathlib.Path(path).write_bytes(content)
            return self.finder.file(path)

    def test_every_datum_is_found_in_every_form(self):
        for number, datum in enumerate(self.data):
            for form, planted in personal_data.forms(datum).items():
                place = 1_000 + 37 * number
                found = self.found_in(self.noise[:place] + b"\n" + planted + b"\n" + self.noise[place:10_000])
                self.assertIn((form, datum.encode()), found, form)

    def test_a_datum_across_two_pieces_of_a_large_file_is_found(self):
        datum = self.data[0].encode()
        before = personal_data.WINDOW - len(datum) // 2
        self.assertEqual(self.found_in(b"\x00" * before + datum + b"\x00" * 100), {("utf-8", datum)})

    def test_noise_and_other_peoples_data_are_not_found(self):
        other = personal_data.Personal("another seed", 1)
        text = f"{other.datum('enterprise-name')} {other.datum('investors')} {other.datum('address')}"
        self.assertEqual(self.found_in(self.noise + text.encode() + self.noise), set())

    def test_the_same_seed_makes_the_same_data(self):
        self.assertEqual(some_data(3), some_data(3))
        self.assertEqual(len(set(self.data)), len(self.data))


if __name__ == "__main__":
    unittest.main()
