"""The definitions that ship are what the published schema describes, and the schema refuses what is none."""

import copy
import json
import pathlib
import unittest

import fastjsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/onething-definition.schema.json").read_text(encoding="utf-8"))
VALIDATE = fastjsonschema.compile(SCHEMA)
FILES = sorted((ROOT / "Definitions").glob("*.json"))


def step(definition, name):
    return next(step for step in definition["steps"] if step["name"] == name)


# Each of these makes a definition something that is none.
BREAKS = {
    "a member that none has": lambda d: d.update(leader="registrar"),
    "a member of a step that none has": lambda d: d["steps"][0].update(need=[]),
    "a misspelt limit": lambda d: d["steps"][0]["limits"].update(acknowlege="1 hours"),
    "no steps": lambda d: d.update(steps=[]),
    "no matter": lambda d: d.pop("matter"),
    "a title in one language": lambda d: d["title"].pop("chinese"),
    "a name with a capital letter": lambda d: d.update(lead="Registrar"),
    "a limit without a unit": lambda d: d["steps"][0]["limits"].update(answer="3"),
    "a limit of nothing": lambda d: d["steps"][0]["limits"].update(answer="0 hours"),
    "a unit that there is not": lambda d: d["steps"][0]["limits"].update(answer="3 weeks"),
    "ten attempts": lambda d: d["steps"][0].update(attempts=10),
    "a ground that is a text": lambda d: d["reasons"][0].update(code="no reason"),
    "a subject that there is not": lambda d: d.update(subject="person"),
    "an effect that there is not": lambda d: next(s for s in d["steps"] if "effect" in s)["effect"].update(kind="prints"),
    "a supplement that never lapses": lambda d: next(
        s for s in d["steps"] if "supplement" in s["limits"])["limits"].pop("lapsesUnsupplemented"),
}


class Definitions(unittest.TestCase):
    def test_what_ships_is_what_the_schema_describes(self):
        self.assertGreaterEqual(len(FILES), 3)
        for file in FILES:
            with self.subTest(file.name):
                VALIDATE(json.loads(file.read_text(encoding="utf-8")))

    def test_what_is_no_definition_is_refused(self):
        for file in FILES:
            whole = json.loads(file.read_text(encoding="utf-8"))
            for name, spoil in BREAKS.items():
                broken = copy.deepcopy(whole)
                spoil(broken)
                with self.subTest(f"{file.name}: {name}"), self.assertRaises(fastjsonschema.JsonSchemaException):
                    VALIDATE(broken)

    def test_an_objection_is_lifted_within_a_time_or_not_at_all(self):
        national = json.loads((ROOT / "Definitions/simple-deregistration-national.json").read_text(encoding="utf-8"))
        step(national, "objections")["window"].pop("lift")
        with self.assertRaises(fastjsonschema.JsonSchemaException):
            VALIDATE(national)

    def test_every_member_is_described_in_both_languages(self):
        def descriptions(schema):
            for member, value in schema.get("properties", {}).items():
                if "description" in value:
                    yield member, value["description"]
            for value in schema.values():
                if isinstance(value, dict):
                    yield from descriptions(value)

        found = list(descriptions(SCHEMA))
        self.assertGreaterEqual(len(found), 40)
        for member, text in found:
            with self.subTest(member):
                english, chinese = text.split(" / ")
                self.assertTrue(english.isascii(), text)
                self.assertTrue(any("\u4e00" <= character <= "\u9fff" for character in chinese), text)


if __name__ == "__main__":
    unittest.main()
