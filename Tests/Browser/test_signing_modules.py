"""The modules that sign, each in a real browser: octets as the Swift signer has them, keys of others, altered content."""

import base64
import functools
import hashlib
import hmac
import json
import re
import unittest

import asn1tools
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from browser import DOCUMENTED, ROOT, BrowserTests, base64_of
from signers import Authority, genesis_of, pem_of

# What stands before each script: the modules, and a signer out of files.
PRELUDE = """
    const from = (name) => load(`../signing/${name}`);
    const hex = (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
    const identityOf = async ({ genesis, texts, department }) => {
        const { Genesis } = await load("genesis");
        const { Identity } = await from("identity");
        const known = await Genesis.read(octets(genesis));
        return [known, await Identity.read(texts, known, department, BigInt(Date.now()))];
    };
"""


@functools.cache
def structures():
    """The structures of the ASN.1 module, as a stranger's compiler reads them."""
    text = (ROOT / "docs" / "zhenglian.asn1").read_text("utf-8")
    # asn1tools has no values of text in constraints.
    return asn1tools.compile_string(re.sub(r'UTF8String \("[^)]*"\)', "UTF8String", text), "der")


@functools.cache
def vectors():
    """DER by name, of all files of structures."""
    found = {}
    for file in sorted(DOCUMENTED.glob("structures*.txt")):
        for line in file.read_text("utf-8").splitlines():
            if not line.startswith("#"):
                name, digest, der = line.split(" ")
                assert hashlib.sha256(bytes.fromhex(der)).hexdigest() == digest
                found[name] = bytes.fromhex(der)
    return found


class SigningTests(BrowserTests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.market, cls.tax = Authority("market"), Authority("tax")
        cls.genesis = genesis_of([cls.market, cls.tax], cls.market.issue("validator", "node"))
        cls.operator = cls.market.issue("administrator", "operator")

    def run_signing(self, script, argument=None, page=None):
        return self.run_modules(f"{PRELUDE}{script}", argument, page)

    def identity(self, *texts, department="market"):
        return {"genesis": base64_of(self.genesis), "texts": list(texts), "department": department}

    def refusal(self, *texts, department="market"):
        """Which error the files come to, and what people are told."""
        return self.run_signing(
            """
            const { phraseOf } = await from("outcome");
            try { const [, identity] = await identityOf(argument); return [String(identity.member), null]; }
            catch (error) { return [error.code, phraseOf(error)]; }
            """,
            self.identity(*texts, department=department),
        )


class Encoding(SigningTests):
    KINDS = {
        "tables": ["OneThingDefinition", "StatutoryCalendar", "LicenceCodeTable", "DecisionRules", "ApproveTable",
                   "ApproveDefinition", "ProposeDefinition", "DefinitionProposal", "MatterQuestion"],
        "structures": ["CertificateArguments", "CertificateKeyArguments", "RegisteredCertificate",
                       "MembershipProposalArguments", "ProposalReference", "MembershipProposal", "ProposalStanding",
                       "ContractChange", "ContractProposalReference", "ContractProposal", "ContractProposalStanding",
                       "ApplicationDeclaration", "ApplicationReference", "PersonDeclaration", "PersonReference",
                       "PlatformDeclaration", "PlatformReference", "DepartmentPage", "ApplicationPage", "PersonPage",
                       "PlatformPage"],
    }  # fmt: skip

    def cases(self):
        for module, names in self.KINDS.items():
            for name in names:
                found = [vector for vector in vectors() if re.fullmatch(rf"{name}(-.*)?", vector)]
                self.assertNotEqual(found, [], f"no vector has a {name}")
                for vector in found:
                    yield module, name, vector

    def test_every_structure_is_written_as_the_vectors_have_it(self):
        cases = [[module, name, base64_of(vectors()[vector])] for module, name, vector in self.cases()]
        found = self.run_signing(
            """
            const { readWhole } = await from("types");
            const written = [];
            for (const [module, name, der] of argument) {
                const kind = (await from(module))[name];
                written.push([name, hex(kind.write(readWhole(kind, octets(der))))]);
            }
            return written;
            """,
            cases,
        )
        self.assertEqual(found, [[name, base64.b64decode(der).hex()] for _, name, der in cases])
        self.assertGreater(len(found), 30)

    def test_answers_about_tables_are_read(self):
        cases = [["StatutoryCalendar", "CalendarAnswer"], ["LicenceCodeTable", "LicenceCodesAnswer"],
                 ["DecisionRules", "DecisionRulesAnswer"]]  # fmt: skip
        found = self.run_signing(
            """
            const { readWhole } = await from("types");
            const tables = await from("tables");
            return argument.map(([name, der]) => {
                const { table, proposal } = readWhole(tables.tableAnswer(tables[name]), octets(der));
                return [String(table.version), proposal === null || hex(proposal.table.octets).length > 20];
            });
            """,
            [[name, base64_of(vectors()[vector])] for name, vector in cases],
        )
        for version, is_whole in found:
            self.assertTrue(int(version) >= 1 and is_whole)

    def test_a_body_and_a_transaction_are_those_of_the_swift_signer(self):
        body, transaction = vectors()["TransactionBody"], vectors()["Transaction"]
        value = structures().decode("Transaction", transaction)
        fields = value["body"]
        found = self.run_signing(
            """
            const { assembled, bodyOf } = await from("transaction");
            const calls = argument.calls.map((call) => ({ ...call, arguments: octets(call.arguments) }));
            const body = bodyOf({
                channel: octets(argument.channel), submitter: octets(argument.submitter),
                lastValidHeight: BigInt(argument.lastValidHeight), calls,
            }, octets(argument.key));
            return [hex(body), hex(assembled(body, octets(argument.signature)))];
            """,
            {
                "channel": base64_of(fields["channel"]), "submitter": base64_of(fields["submitter"]),
                "lastValidHeight": fields["lastValidHeight"], "key": base64_of(fields["idempotencyKey"]),
                "signature": base64_of(value["signature"]),
                "calls": [
                    {**call, "arguments": base64_of(call["arguments"])} for call in fields["calls"]],
            },
        )
        self.assertEqual(found, [body.hex(), transaction.hex()])

    def test_the_last_height_is_a_quarter_to_half_of_a_lifetime_ahead(self):
        found = self.run_signing(
            """
            const { lastValidHeight } = await from("transaction");
            return argument.map(([head, lifetime]) => Number(lastValidHeight(BigInt(head), BigInt(lifetime))));
            """,
            [[0, 2_000], [1, 2_000], [499, 2_000], [500, 2_000], [7, 3], [123_456, 1_000]],
        )
        self.assertEqual(found, [1_000, 1_000, 1_000, 1_500, 8, 123_750])

    def test_octets_that_are_no_structure_are_refused(self):
        found = self.run_signing(
            """
            const { readBody } = await from("transaction");
            const { METHODS } = await from("structures");
            const { readWhole } = await from("types");
            const refused = new Set();
            const kinds = [...METHODS.values()];
            const whole = octets(argument);
            for (let length = 0; length < whole.length; length += 1) {
                for (const read of [readBody, ...kinds.map((kind) => (der) => readWhole(kind, der))]) {
                    try { read(whole.subarray(0, length)); refused.add("none"); }
                    catch (error) { refused.add(error.name); }
                }
            }
            return [...refused];
            """,
            base64_of(vectors()["MembershipProposalArguments"]),
        )
        self.assertEqual(found, ["FormatError"])

    def test_a_persons_digest_is_that_of_the_program(self):
        # HMAC-SHA256 over each part with its length in four octets.
        salt, parts = bytes(range(32)), ["market", "https://id.example.gov.cn", "110-一"]
        message = b"".join(
            len(part.encode()).to_bytes(4, "big") + part.encode() for part in ["zhenglian subject 1", *parts])
        found = self.run_signing(
            """
            const { blinded } = await from("identity");
            const [department, issuer, subject] = argument.parts;
            const refused = await blinded("ff", { department, issuer, subject }).catch((error) => error.code);
            return [hex(await blinded(argument.salt, { department, issuer, subject })), refused];
            """,
            {"salt": f"{salt.hex()}\n", "parts": parts},
        )
        self.assertEqual(found, [hmac.new(salt, message, "sha256").hexdigest(), "wrongSalt"])


class Keys(SigningTests):
    def test_an_administrators_files_are_taken_in_either_order_and_form(self):
        for key in (pem_of(self.operator.key), pem_of(self.operator.key, form=serialization.PrivateFormat.TraditionalOpenSSL)):
            for texts in ([self.operator.pem, key], [key, self.operator.pem], [f"{key}{self.operator.pem}"]):
                self.assertEqual(self.refusal(*texts), ["market/administrator/operator", None])

    def test_other_files_are_refused_in_words(self):
        mine, key = self.operator, pem_of(self.operator.key)
        other = self.market.issue("administrator", "other")
        client, tax = self.market.issue("client", "counter"), self.tax.issue("administrator", "operator")
        strange = Authority("market").issue("administrator", "operator")
        away = self.market.issue("administrator", "operator", consortium="elsewhere")
        old = self.market.issue("administrator", "operator", days=-1, begun=3)
        large = ec.generate_private_key(ec.SECP384R1())
        locked = serialization.BestAvailableEncryption(b"secret")
        traditional = serialization.PrivateFormat.TraditionalOpenSSL
        for code, texts in {
            "foreignKey": [mine.pem, pem_of(other.key)],
            "notAdministrator": [client.pem, pem_of(client.key)],
            "foreignDepartment": [tax.pem, pem_of(tax.key)],
            "unknownAuthority": [strange.pem, pem_of(strange.key)],
            "wrongConsortium": [away.pem, pem_of(away.key)],
            "expired": [old.pem, pem_of(old.key)],
            "wrongKey": [mine.pem, pem_of(large)],
            "encryptedKey": [mine.pem, pem_of(mine.key, locked)],
            "noKey": [mine.pem],
            "noCertificate": [key],
            "notPEM": [mine.pem, "nothing of the kind"],
        }.items():
            with self.subTest(code):
                found, told = self.refusal(*texts)
                self.assertEqual(found, code)
                self.assertTrue(re.search("[\u4e00-\u9fff]", told["zh"]) and told["en"].isascii(), told)
        found, told = self.refusal(mine.pem, pem_of(mine.key, locked, traditional))
        self.assertEqual(found, "encryptedKey")
        self.assertIn("openssl pkey", told["en"])
        self.assertIn("openssl pkey", told["zh"])

    def test_the_key_cannot_be_taken_out_and_is_forgotten(self):
        found = self.run_signing(
            """
            const seen = [];
            const original = crypto.subtle.importKey.bind(crypto.subtle);
            crypto.subtle.importKey = (...words) => { if (words[0] === "pkcs8") seen.push(words[3]); return original(...words); };
            const [, identity] = await identityOf(argument);
            const keys = [...Object.getOwnPropertyNames(identity), ...Object.keys(identity)];
            let forgotten = 0;
            identity.holdFor(50, () => { forgotten += 1; });
            const before = (await identity.sign(new Uint8Array(3))).length > 60;
            await new Promise((resolve) => setTimeout(resolve, 200));
            const after = await identity.sign(new Uint8Array(3)).catch((error) => error.code);
            const [, second] = await identityOf(argument);
            second.holdFor(50, () => { forgotten += 10; });
            second.forget();
            await new Promise((resolve) => setTimeout(resolve, 200));
            return { seen, hasKey: keys.includes("key"), before, after, held: [identity.isHeld, second.isHeld], forgotten };
            """,
            self.identity(self.operator.pem, pem_of(self.operator.key)),
        )
        self.assertEqual(found["seen"], [False, False], "not extractable")
        self.assertEqual(
            (found["hasKey"], found["before"], found["after"], found["held"], found["forgotten"]),
            (False, True, "forgotten", [False, False], 1))


class Signing(SigningTests):
    def transaction(self, calls):
        """What the modules sign, as a stranger reads it."""
        found = self.run_signing(
            """
            const [genesis, identity] = await identityOf(argument);
            const { bodyOf, call, signed } = await from("transaction");
            const { reviewOf } = await from("review");
            // JSON has no numbers of 64 bits: they come as texts with an "n" behind.
            const revived = (_, value) => (/^[0-9]+n$/.test(value) ? BigInt(value.slice(0, -1)) : value);
            const calls = argument.calls.map(([contract, method, value]) =>
                call(contract, method, JSON.parse(value, revived)));
            const body = bodyOf({
                channel: genesis.channel, submitter: identity.member.key.identifier, lastValidHeight: 1500n, calls });
            const review = await reviewOf(body, { genesis, identity, material: null });
            const { transaction, identifier } = await signed(body, identity);
            return [btoa(String.fromCharCode(...transaction)), hex(identifier), review];
            """,
            {
                **self.identity(self.operator.pem, pem_of(self.operator.key)),
                "calls": [[contract, method, json.dumps(value)] for contract, method, value in calls],
            },
        )
        return base64.b64decode(found[0]), *found[1:]

    def test_a_strangers_library_finds_the_signature_good(self):
        for _ in range(8):  # Numbers whose highest bit is set, and others.
            der, identifier, review = self.transaction([["membership", "approve", {"number": "3n"}]])
            value = structures().decode("Transaction", der)
            body = structures().encode("TransactionBody", value["body"])
            self.assertEqual(hashlib.sha256(body).hexdigest(), identifier)
            self.assertEqual(value["body"]["lastValidHeight"], 1_500)
            information = self.operator.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
            self.assertEqual(value["body"]["submitter"], hashlib.sha256(information).digest())
            call = value["body"]["calls"][0]
            self.assertEqual((call["contract"], call["method"]), ("membership", "approve"))
            self.assertEqual(structures().decode("ProposalReference", call["arguments"]), {"number": 3})
            message = structures().encode(
                "SigningInput", {"purpose": "zhenglian transaction 1", "digest": hashlib.sha256(body).digest()})
            self.operator.key.public_key().verify(value["signature"], message, ec.ECDSA(hashes.SHA256()))
            self.assertEqual(review["parts"][0]["title"]["en"], "Approve a proposal about members")
            told = {row["label"]["en"]: row["value"]["zh"] for row in review["rows"]}
            self.assertEqual(told["Signed by"], "market/administrator/operator")
            self.assertEqual(told["Valid until height"], "1500")

    def test_the_review_says_what_the_octets_say(self):
        _, _, review = self.transaction([
            ["membership", "propose", {
                "operations": [
                    {"is": "remove", "member": "tax/validator/node"},
                    {"is": "move", "member": "tax/observer/copy", "endpoint": {"host": "::1", "port": "7n"}}],
                "notice": "16n", "acceptsNoFaultTolerance": True}]])
        told = [(row["label"]["en"], row["value"]["en"], row["value"]["zh"]) for row in review["parts"][0]["rows"]]
        self.assertIn(("Changes", "remove tax/validator/node", "移除 tax/validator/node"), told)
        self.assertIn(
            ("Changes", "tax/observer/copy moves to [::1]:7", "tax/observer/copy 迁至 [::1]:7"), told)
        self.assertIn(("Fewer than four validators accepted", "yes", "是"), told)

    def test_nothing_is_signed_that_is_not_understood_or_is_for_another_ledger(self):
        found = self.run_signing(
            """
            const [genesis, identity] = await identityOf(argument);
            const { bodyOf, call } = await from("transaction");
            const { reviewOf } = await from("review");
            const approve = call("membership", "approve", { number: 3n });
            const fields = { channel: genesis.channel, submitter: identity.member.key.identifier, lastValidHeight: 9n };
            const reviewed = async (changes, material = null) => {
                const body = bodyOf({ ...fields, calls: [approve], ...changes });
                try { await reviewOf(body, { genesis, identity, material }); return "shown"; }
                catch (error) { return error.code; }
            };
            const digest = async (octets) => new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
            const { ContractChange } = await from("structures");
            const value = { kind: "activation", contract: "cases", version: 2n, height: 9000n };
            const whole = ContractChange.write(value);
            const altered = ContractChange.write({ ...value, version: 3n });
            const named = { calls: [call("contracts", "approve", { change: await digest(whole) })] };
            return [
                await reviewed({}),
                await reviewed({ channel: new Uint8Array(32) }),
                await reviewed({ submitter: new Uint8Array(32) }),
                await reviewed({ calls: [{ ...approve, method: "other" }] }),
                await reviewed({ calls: [{ ...approve, arguments: new Uint8Array(3) }] }),
                await reviewed(named, { octets: whole, value }),
                await reviewed(named, { octets: altered, value }),
                await reviewed({}, { octets: whole, value }),
            ];
            """,
            self.identity(self.operator.pem, pem_of(self.operator.key)),
        )
        self.assertEqual(
            found, ["shown", "wrongChannel", "foreignKey", "unknownCall", "malformed", "shown", "contentDiffers",
                    "contentDiffers"])  # fmt: skip

    def test_content_is_told_whole_and_as_text(self):
        found = self.run_signing(
            """
            const { readWhole } = await from("types");
            const { OneThingDefinition } = await from("tables");
            const { linesOf } = await from("review");
            return linesOf(readWhole(OneThingDefinition, octets(argument)));
            """,
            base64_of(vectors()["OneThingDefinition"]),
        )
        value = structures().decode("OneThingDefinition", vectors()["OneThingDefinition"])
        for word in (value["matter"], value["title"]["chinese"], value["basis"], value["lead"]):
            self.assertIn(word, found)
        for step in value["steps"]:
            self.assertIn(f"name: {step['name']}\n", found)


class Drafts(SigningTests):
    """What forms come to: the arguments that the commands make of the same words."""

    def arguments(self, form, fields, files=None):
        """DER of the arguments, or the code of the refusal."""
        return self.run_signing(
            """
            const { callsOf } = await from("drafts");
            const data = new FormData();
            for (const [name, value] of argument.fields) data.append(name, value);
            for (const [name, text] of argument.files) data.append(name, new File([text], name));
            try {
                const [call] = await callsOf(argument.form, data, { department: "market", node: null });
                return [`${call.contract}.${call.method}`, hex(call.arguments)];
            } catch (error) { return error.code; }
            """,
            {"form": form, "fields": fields, "files": list((files or {}).items())},
        )

    def decoded(self, kind, found):
        return structures().decode(kind, bytes.fromhex(found[1]))

    def test_files_of_tables_are_encoded_as_the_program_does(self):
        def value(name):
            return structures().decode(name, vectors()[name])

        calendar, codes, rules = value("StatutoryCalendar"), value("LicenceCodeTable"), value("DecisionRules")
        actions = ["query", "download", "present", "apply"]
        statuses = [
            {"code": rule["status"], "name": rule["name"], "englishName": rule["englishName"],
             "actions": [actions[action] for action in rule["actions"]]} for rule in codes["statuses"]]
        operations = [{"code": rule.pop("operation"), **rule} for rule in codes["operations"]]
        levels = ["one", "two", "three", "four"]
        for form, method, vector, file in (
            ("calendar", "calendar.propose", "StatutoryCalendar",
             {"version": calendar["version"], "years": calendar["years"]}),
            ("codes", "catalogue.proposeCodes", "LicenceCodeTable",
             {"version": codes["version"], "statuses": statuses, "operations": operations}),
            ("rules", "usage.proposeRules", "DecisionRules",
             {"version": rules["version"], "ticketSeconds": rules["ticketSeconds"],
              "departmentDayLimit": rules["departmentDay"], "holderMinuteLimit": rules["holderMinute"],
              "blockLimit": rules["block"], "transactionLimit": rules["transaction"],
              "minimumLevel": levels.index(rules["minimumLevel"]) + 1, "identityDepartments": rules["identity"]}),
        ):
            with self.subTest(form):
                found = self.arguments(form, [], {"file": json.dumps(file)})
                self.assertEqual(found, [method, vectors()[vector].hex()])
                for wrong in ("{}", "no JSON", json.dumps({**file, "version": "x"})):
                    self.assertEqual(self.arguments(form, [], {"file": wrong}), "wrongFile")

    def test_forms_about_members_and_contracts(self):
        node = self.tax.issue("observer", "copy")
        common, place = [["notice", "16"]], [["host", "127.0.0.1"], ["port", "7999"]]
        told = {"certificate": node.der, "endpoint": {"host": "127.0.0.1", "port": 7999}}
        member = [["member", "tax/observer/old"]]
        for form, fields, operation in (
            ("join", place, ("add", {"node": told})),
            ("remove", member, ("remove", {"member": "tax/observer/old"})),
            ("move", member + place, ("move", {"member": "tax/observer/old", "endpoint": told["endpoint"]})),
            ("replace", member + place, ("replace", {"member": "tax/observer/old", "node": told})),
            ("renew", [], ("rotate", {"certificate": node.der})),
        ):
            for accepts in (False, True):
                found = self.arguments(
                    form, common + fields + ([["accept", "1"]] if accepts else []), {"certificate": node.pem})
                self.assertEqual(
                    self.decoded("MembershipProposalArguments", found),
                    {"operations": [operation], "notice": 16, "acceptsNoFaultTolerance": accepts})
        found = self.arguments(
            "contract", [["kind", "cancellation"], ["contract", "cases"], ["version", "2"], ["height", "9000"]])
        self.assertEqual(
            self.decoded("ContractChange", found),
            {"kind": "cancellation", "contract": "cases", "version": 2, "height": 9000})
        client = self.market.issue("client", "counter")
        self.assertEqual(self.arguments("join", common + place, {"certificate": client.pem}), "notNode")
        self.assertEqual(self.arguments("join", common + place, {"certificate": "nothing"}), "notPEM")
        self.assertEqual(self.arguments("join", common, {"certificate": node.pem}), "wrongField")
        self.assertEqual(self.arguments("remove", [*member, ["notice", "-1"]]), "wrongNumber")

    def test_forms_about_users(self):
        fields = [["name", "counter"], ["displayName", "综合窗口"], ["perMinute", "60"], ["lastDay", "2031-12-31"],
                  ["entitlement", "uses:write"], ["entitlement", "licences:read"]]  # fmt: skip
        token = [["issuer", "https://id.example.gov.cn"], ["client", "counter-1"]]
        found = self.arguments("application", [*fields, *token, ["perDay", "1000"], ["isKnown", "1"]])
        self.assertEqual(found[0], "applications.changeApplication")
        value = self.decoded("ApplicationDeclaration", found)
        self.assertEqual(value["entitlements"], ["licences:read", "uses:write"], "ascending")
        self.assertEqual((value["quota"], value["lastDay"]), ({"perMinute": 60, "perDay": 1000}, "20311231"))
        self.assertEqual(value["client"], {"issuer": token[0][1], "identifier": "counter-1"})
        found = self.arguments("application", [*fields, ["member", "window"]])
        self.assertEqual(found[0], "applications.registerApplication")
        self.assertEqual(self.decoded("ApplicationDeclaration", found)["member"], "market/client/window")
        for wrong in ([], token[:1], token[1:]):
            self.assertEqual(self.arguments("application", fields + wrong), "wrongField")
        found = self.arguments(
            "platform", [["issuer", token[0][1]], ["audience", "zhenglian"], ["keySet", f"{token[0][1]}/jwks"],
                         ["algorithm", "EdDSA"], ["algorithm", "ES256"]])  # fmt: skip
        self.assertEqual(self.decoded("PlatformDeclaration", found)["algorithms"], ["ES256", "EdDSA"])


class Words(SigningTests):
    def test_every_call_and_every_refusal_has_words_in_both_languages(self):
        found = self.run_signing(
            """
            const words = await from("words");
            const { METHODS } = await from("structures");
            const sources = await Promise.all(argument.map(async (name) =>
                (await fetch(`/assets/signing/${name}.js`)).text()));
            const codes = sources.flatMap((text) => [...text.matchAll(/SigningError\\(\\s*"(\\w+)"/g)].map(([, code]) => code));
            const phrases = Object.values(words).filter((table) => typeof table === "object").flatMap((table) =>
                "en" in table ? [table] : Object.values(table));
            return {
                titles: [...METHODS.keys()].filter((name) => !words.TITLES[name]),
                refusals: [...new Set(codes)].filter((code) => !words.REFUSALS[code]),
                codes: codes.length,
                phrases,
            };
            """,
            ["ballots", "drafts", "identity", "node", "review", "transaction", "administration-page"],
        )
        self.assertEqual((found["titles"], found["refusals"]), ([], []))
        self.assertGreater(found["codes"], 20)
        for phrase in found["phrases"]:
            self.assertTrue(phrase["en"].isascii() and re.search("[\u4e00-\u9fff]", phrase["zh"]), phrase)


if __name__ == "__main__":
    unittest.main()
