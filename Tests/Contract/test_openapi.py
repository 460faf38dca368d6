"""The interface over HTTP against its own description, by a tester of OpenAPI descriptions that knows nothing of ours.

Every operation is called once as it is meant to be, by everybody who may not have it, and many times with what the tester
makes up: within the description, at its bounds, and beyond it. No answer may differ from the description, no request beyond
it may be accepted, and none may make the gateway fail.
"""

import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import requests
import schemathesis
from schemathesis.checks import CHECKS, load_all_checks

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import service  # noqa: E402  (found by the line above)

SEED = 20261122
EXAMPLES = 4
RUN_SECONDS = 900
# Values that a description lets through may break rules that no description can state: 404, 409, 410 and 422. And what is for
# auditors and administrators is not for the client that calls here: 403. Tokens are not made up: whoever shows a wrong one is
# nobody, certificate or not, and no further request would come to anything.
CONFIGURATION = """
[generation]
with-security-parameters = false

[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "403", "404", "409", "410", "422"]
negative_data_rejection.expected-statuses = ["4xx"]
"""
# `ignored_auth` takes the token away and leaves the certificate, which lets the caller in as it should. Who is let in is tried
# below, operation by operation. Streams never end, which the tester does not know.
NOT_RUN = {"ignored_auth"}
load_all_checks()
ignored_auth = CHECKS.get_one("ignored_auth")
STREAMS = {"streamEvents"}


Element = collections.namedtuple("Element", "whole content")


def elements(octets):
    """The elements of DER that stand one after the other."""
    found = []
    while octets:
        length, head = octets[1], 2
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(octets[2:head], "big")
        found.append(Element(octets[:head + length], octets[head:head + length]))
        octets = octets[head + length:]
    return found


class Operations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.service = service.Service(cls.directory.name)
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        response = requests.get(f"{cls.service.address}/openapi.json", verify=cls.service.server_certificate, timeout=30)
        cls.document = response.json()
        cls.schema = schemathesis.openapi.from_dict(cls.document)
        cls.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in cls.document["paths"].items() for method, operation in methods.items()}

    # Every operation as it is meant

    def meant(self):
        """For every operation what succeeds: who calls, parts of the path, query, body. In an order in which it does."""
        run = self.service
        licence, other, third, fresh = (row["certificate_identifier"] for row in run.rows[:4])
        digest = hashlib.sha256(b"any").hexdigest()
        proof = {"attestation": {"level": 4, "evidence": digest}}
        scope = {
            "licences": [licence], "actions": ["query"], "purposes": ["CONTRACT-TEST"], "fields": ["certificate_name"],
            "notBefore": 1_700_000_000_000, "notAfter": 2_000_000_000_000}
        use = {
            "licence": licence, "application": "contract-test", "purpose": "CONTRACT-TEST", "action": "query",
            "fields": ["certificate_name"], "authority": {"kind": "holder"}, "recipientKey": run.key()}
        step = {"code": run.case}
        system = {"department": "tax", "application": "counter", "type": licence.split(".")[5]}
        rights = {"actions": ["query"], "fields": ["certificate_name"], "notBefore": 0, "notAfter": 2_000_000_000_000}
        done = {}

        def kept(name, member):
            return done[name].json()[member]

        def webhook():
            return {"identifier": done["makeWebhook"].json()["webhook"]["identifier"]}

        def receipt():
            return service.base64_text(
                run.call("GET", f"/licences/{licence}/receipt", headers={"Accept": "application/octet-stream"}).content)

        def handed_in_before():
            # The same transaction again takes no effect again, and gives the outcome that it had.
            octets = run.call(
                "GET", f"/transactions/{run.issued['transaction']}/receipt", headers={"Accept": "application/octet-stream"}
            ).content
            subject = elements(elements(octets)[0].content)[3]
            transaction = elements(elements(subject.content)[0].content)[0]
            return service.base64_text(transaction.whole)

        def shown():
            prepared = done["preparePresentation"].json()
            return {"order": prepared["order"], "signature": run.device.sign(prepared)}

        def agreed():
            scanner = done["listScanners"].json()["scanners"][0]
            return {
                "code": kept("presentLicence", "code"), "scan": scanner["scan"], "agrees": True,
                "signature": run.device.sign(scanner["agree"])}

        return done, [
            ("getLedger", {}), ("getGenesis", {"caller": "nobody"}), ("listBlocks", {"query": {"limit": 5}}),
            ("getBlock", {"path": {"height": 1}}), ("listTransactions", {"query": {"status": "applied"}}),
            ("getTransaction", {"path": {"identifier": run.issued["transaction"]}}),
            ("submitTransaction", {"body": lambda: {"transaction": handed_in_before()}}),
            ("getTransactionReceipt", {"path": {"identifier": run.issued["transaction"]}}),
            ("getStateReceipt", {"path": {"contract": "catalogue", "key": "00"}}),
            ("getLightClientStep", {"caller": "nobody"}), ("getLicenceReceipt", {"path": {"identifier": licence}}),
            ("makeReceipts", {"body": {"of": [
                {"transaction": run.issued["transaction"]}, {"licence": licence}, {"issue": licence},
                {"entry": {"contract": "catalogue", "key": "00"}}, {"transaction": digest}]}}),
            ("verifyReceipt", {"caller": "nobody", "body": lambda: {"receipt": receipt()}}),
            ("listLicences", {"query": {"department": "market", "limit": 2}}), ("getLicence", {"path": {"identifier": licence}}),
            ("getLicenceOfFile", {"path": {"digest": run.licence(run.rows[0])["fileDigest"]}}),
            ("modifyLicence", {"path": {"identifier": licence}, "body": {"locator": "vault:2", "basis": "库房迁移通知第3号"}}),
            ("getLicenceHistory", {"path": {"identifier": licence}}),
            ("verifyLicence", {"caller": "nobody", "body": {"file": digest, "licence": licence}}), ("getLicenceCodes", {}),
            ("issueLicence", {"body": {"licence": run.licence(run.rows[3])}}),
            ("addLicenceVersion", {"path": {"identifier": fresh}, "body": lambda: run.next_version(run.rows[3])}),
            ("changeLicenceStatus", {
                "path": {"identifier": other}, "body": {"status": "02", "operation": run.operation_to("02"), "basis": "第六十九条"}}),
            ("takeDownLicence", {"path": {"identifier": third}, "body": {"basis": "个人信息保护法第四十七条"}}),
            ("destroyLicence", {"path": {"identifier": third}, "body": {}}),
            ("getUseRules", {}), ("prepareUseStatement", {"body": use}),
            ("decideUse", {"body": {**use, "licence": run.kept, "proof": proof}}),
            ("getUse", {"path": lambda: {"decision": kept("decideUse", "decision")}}),
            ("getUseTicket", {"path": lambda: {"decision": kept("decideUse", "decision")}}),
            ("releaseUse", {"path": lambda: {"decision": kept("decideUse", "decision")}, "body": {"kind": "fields"}}),
            ("recordVerification", {"body": run.verification()}),
            ("preparePresentation", {"body": {
                "licence": run.kept, "purpose": "CONTRACT-TEST", "fields": ["certificate_name"], "seconds": 300}}),
            ("presentLicence", {"body": shown}),
            ("checkPresentation", {"caller": "nobody", "body": lambda: {"code": kept("presentLicence", "code")}}),
            ("scanPresentation", {"body": lambda: {
                "code": kept("presentLicence", "code"), "application": "contract-test", "purpose": "CONTRACT-TEST",
                "recipientKey": run.key()}}),
            ("listScanners", {"body": lambda: {"code": kept("presentLicence", "code")}}), ("answerScanner", {"body": agreed}),
            ("decideScan", {"body": lambda: {
                "scan": kept("scanPresentation", "scan"), "owner": "market", "wait": 5,
                "request": kept("scanPresentation", "request")}}),
            ("listTrace", {"path": {"kind": "department", "name": "market"}, "query": {"limit": 3}}),
            ("getTraceProof", {"path": {"kind": "licence", "name": licence}}),
            ("exportTrace", {"caller": "auditor", "path": {"kind": "department", "name": "tax"}, "query": {"format": "csv"}}),
            ("listQuestions", {"caller": "auditor"}),
            ("askQuestion", {"caller": "auditor", "path": {"name": "uses-of-licence"}, "query": {"licence": licence}}),
            ("bindHolder", {"body": {"holder": run.holder, "level": 3, "licence": licence}}),
            ("getHolder", {"path": {"pseudonym": run.holder}}),
            ("prepareGrantStatement", {"body": {"holder": run.holder, "department": "tax", "scope": scope}}),
            ("writeGrant", {"body": {"holder": run.holder, "department": "tax", "scope": scope, "proof": proof}}),
            ("getGrant", {"path": lambda: {"grant": kept("writeGrant", "grant")}}),
            ("withdrawGrant", {"path": lambda: {"grant": kept("writeGrant", "grant")}, "body": {"proof": proof}}),
            ("declareStatutoryBasis", {"body": {"reference": "第一条", "department": "tax", "scope": {**scope, "item": "000131001000"}}}),
            ("getStatutoryBasis", {"path": lambda: {"basis": kept("declareStatutoryBasis", "basis")}}),
            ("endStatutoryBasis", {"path": lambda: {"basis": kept("declareStatutoryBasis", "basis")}, "body": {}}),
            ("requestAccess", {"body": {"owner": "market", "application": "counter", "scope": scope, "cause": "契约测试"}}),
            ("getAccessRequest", {"path": lambda: {"request": kept("requestAccess", "request")}}),
            ("answerAccessRequest", {
                "path": lambda: {"request": kept("requestAccess", "request")}, "body": {"outcome": "granted"}}),
            ("endAccessRequest", {"path": lambda: {"request": kept("requestAccess", "request")}, "body": {}}),
            ("entitle", {"body": {**system, **rights}}), ("getEntitlement", {"query": {"owner": "market", **system}}),
            ("endEntitlement", {"body": system}), ("freezeUse", {"body": {"licence": licence, "basis": "第一条"}}),
            ("unfreezeUse", {"body": {"licence": licence, "basis": "第一条"}}), ("listMatters", {}),
            ("getMatter", {"path": {"matter": service.MATTER}}), ("openCase", {"body": run.opening("another holder")}),
            ("listCases", {"query": {"status": "running"}}), ("getCase", {"path": step}),
            ("actInCase", {"path": step, "body": {"act": "acknowledge", "step": "check"}}), ("listInbox", {}),
            ("fetchCaseItems", {"path": step, "body": {"step": "check"}}), ("getCalendar", {}),
            ("getLimitEnd", {"query": {"amount": 20, "unit": "calendarDays", "from": "20261122"}}),
            ("listNotices", {"query": {"wait": 1}}), ("getCaseTimeline", {"path": step}), ("listCaseEvents", {"path": step}),
            ("getCaseStatistics", {}), ("getConsortium", {}), ("listNodes", {}), ("getHealth", {"caller": "administrator"}),
            ("listEvents", {"query": {"limit": 5}}),
            ("makeWebhook", {"body": {"address": "https://receiver.example/events", "types": ["licence.*"]}}),
            ("listWebhooks", {}), ("getWebhook", {"path": webhook}), ("listDeadLetters", {"path": webhook}),
            ("pauseWebhook", {"path": webhook}), ("resumeWebhook", {"path": webhook}),
            ("rotateWebhookSecret", {"path": webhook}), ("deleteWebhook", {"path": webhook}),
            ("getMembers", {}), ("getContracts", {}), ("listMisconduct", {}),
            ("getCertificate", {"path": {"key": run.key_identifier()}}), ("listApplications", {"caller": "administrator"}),
            ("listPeople", {"caller": "administrator"}), ("listPlatforms", {"caller": "administrator"}),
        ]

    # Those that nothing here can have succeed, with the reason.
    WITHOUT_SUCCESS = {
        "getRevocations": "no certificate of the consortium was revoked, so that no department has published a list",
        "resendDeadLetter": "a delivery is put aside after days of attempts",
        "discardDeadLetter": "a delivery is put aside after days of attempts",
    }

    def send(self, name, caller, path=None, query=None, body=None):
        method, template, _ = self.operations[name]
        case = self.schema[template][method].Case(
            path_parameters=path or {}, query=query or {}, **({"body": body, "media_type": "application/json"} if body is not None else {}))
        return case, case.call(
            base_url=self.service.api, cert=self.service.callers[caller], verify=self.service.server_certificate, timeout=90)

    def test_every_operation_succeeds_as_it_is_meant(self):
        done, calls = self.meant()
        now = lambda value: value() if callable(value) else value
        for name, words in calls:
            with self.subTest(operation=name):
                case, response = self.send(
                    name, words.get("caller", "client"), now(words.get("path")), words.get("query"), now(words.get("body")))
                self.assertLess(response.status_code, 300, response.content[:2_000])
                case.validate_response(response, excluded_checks=[ignored_auth])
                done[name] = response
        with self.subTest(operation="streamEvents"):
            self.follow_events()
        tried = {name for name, _ in calls} | STREAMS
        self.assertEqual(set(self.operations) - tried, set(self.WITHOUT_SUCCESS))
        self.assertEqual(tried - set(self.operations), set())

    def test_a_batch_of_receipts_has_each_or_why_not(self):
        run = self.service
        licence = run.rows[0]["certificate_identifier"]
        wishes = [{"issue": licence}, {"transaction": hashlib.sha256(b"none").hexdigest()}, {"licence": licence}]
        elements = run.must("POST", "/receipts", json={"of": wishes})["elements"]
        self.assertEqual(["receipt" in element for element in elements], [True, False, True])
        self.assertEqual(elements[1]["problem"]["code"], "notFound")
        for element, subject in ((elements[0], "transaction"), (elements[2], "entry")):
            verdict = run.must("POST", "/receipts/verify", json={"receipt": element["receipt"]})
            self.assertEqual((verdict["verdict"], verdict["subject"]), ("established", subject))
        for wrong in ([], [{}], [{"licence": licence, "issue": licence}], wishes * 22):
            with self.subTest(wishes=len(wrong)):
                self.assertIn(run.call("POST", "/receipts", json={"of": wrong}).status_code, (400, 422))

    def test_a_scanner_waits_for_the_holder_and_gets_what_was_agreed_to_once(self):
        run = self.service
        prepared = run.must("POST", "/presentations/statements", json={
            "licence": run.kept, "purpose": "CONTRACT-TEST", "fields": ["certificate_name"], "seconds": 120})
        order = {"order": prepared["order"], "signature": run.device.sign(prepared)}
        forged = {"order": prepared["order"], "signature": service.Device().sign(prepared)}
        self.assertEqual(run.call("POST", "/presentations", json=forged).json()["ledgerCode"], "wrongSignature")
        code = run.must("POST", "/presentations", json=order)["code"]
        self.assertEqual(run.call("POST", "/presentations", json=order).json()["ledgerCode"], "usedUp")
        asking = {
            "code": code, "application": "contract-test", "purpose": "CONTRACT-TEST", "recipientKey": run.key()}
        self.assertEqual(
            run.call("POST", "/presentations/scans", json={**asking, "purpose": "OTHER"}).json()["ledgerCode"], "notAllowed")
        scan = run.must("POST", "/presentations/scans", json=asking)
        deciding = {"scan": scan["scan"], "owner": "market", "request": scan["request"]}
        early = run.call("POST", "/presentations/scans/decisions", json=deciding)
        self.assertEqual((early.status_code, early.json()["ledgerCode"]), (409, "notConfirmedYet"))
        scanner = run.must("POST", "/presentations/scanners", json={"code": code})["scanners"][0]
        self.assertEqual((scanner["scan"], scanner["request"]), (scan["scan"], scan["request"]))
        answer = {"code": code, "scan": scan["scan"], "agrees": True}
        swapped = run.call(
            "POST", "/presentations/answers", json={**answer, "signature": run.device.sign(scanner["decline"])})
        self.assertEqual(swapped.json()["ledgerCode"], "wrongSignature")
        response = run.call(
            "POST", "/presentations/answers", json={**answer, "signature": run.device.sign(scanner["agree"])})
        self.assertEqual(response.status_code, 204, response.text)
        decision = run.must("POST", "/presentations/scans/decisions", json={**deciding, "wait": 10})
        self.assertEqual((decision["action"], decision["licence"]), ("present", run.kept), decision)
        damaged = code[:-4] + ("AAAA" if code[-4:] != "AAAA" else "BBBB")
        self.assertEqual(run.call("POST", "/presentations/check", "nobody", json={"code": damaged}).status_code, 422)

    def test_the_history_of_a_licence_tells_what_became_of_it(self):
        run = self.service
        row = run.rows[4]
        identifier = row["certificate_identifier"]
        run.must("POST", "/licences", json={"licence": run.licence(row)})
        seen = run.must("GET", f"/licences/{identifier}")["revision"]
        body = {"locator": "vault:3", "basis": "库房迁移通知第3号", "revision": seen}
        run.must("POST", f"/licences/{identifier}/entry", json=body)
        moved = run.call("POST", f"/licences/{identifier}/entry", json=body)
        self.assertEqual((moved.status_code, moved.json()["ledgerCode"]), (409, "stateHasMoved"))
        run.must("POST", f"/licences/{identifier}/versions", json=run.next_version(row))

        def history():
            found = run.call("GET", f"/licences/{identifier}/history")
            # The read model follows at its own pace.
            return found.ok and len(found.json()["changes"]) == 2 and found.json()
        run.wait(history, "the history")
        told = history()
        self.assertEqual([version["identifier"] for version in told["versions"]][0], identifier)
        self.assertEqual(told["versions"][1]["supersedes"], identifier)
        self.assertEqual([change["revision"] for change in told["changes"]], [seen + 1, seen + 2])
        self.assertEqual(told["changes"][0]["basis"], "库房迁移通知第3号")
        self.assertEqual(told["changes"][1]["identifier"], told["versions"][1]["identifier"])
        self.assertEqual(
            run.must("GET", f"/files/{run.licence(row)['fileDigest']}/licence")["height"] > 0, True)

    def follow_events(self):
        """A stream tells everything after a height, and goes on behind the last event that was heard."""
        def events(count, path, **headers):
            with self.service.call("GET", path, stream=True, headers=headers) as response:
                self.assertEqual(response.status_code, 200)
                self.assertTrue(response.headers["Content-Type"].startswith("text/event-stream"))
                found = []
                for line in response.iter_lines(decode_unicode=True):
                    if line.startswith("data: "):
                        found.append(json.loads(line[len("data: "):]))
                    if len(found) == count:
                        return found
        first = events(6, "/events?after=0")
        self.assertEqual([event["cursor"] for event in first], sorted(
            (event["cursor"] for event in first), key=lambda cursor: [int(part) for part in cursor.split(".")]))
        self.assertEqual(events(3, "/events", **{"Last-Event-ID": first[2]["cursor"]}), first[3:6])
        self.assertTrue(all(event["type"] == "licence.issued" for event in events(3, "/events?after=0&type=licence.issued")))

    # Who may not

    def test_nobody_gets_what_is_not_theirs(self):
        done, calls = self.meant()
        for name, words in calls:
            _, _, operation = self.operations[name]
            path = words.get("path")
            # What other operations would have made needs not be there: who asks is looked at first.
            path = path if isinstance(path, dict) else dict.fromkeys(
                re.findall(r"{(\w+)}", self.operations[name][1]), hashlib.sha256(b"none").hexdigest())
            body = None if words.get("body") is None else {}
            with self.subTest(operation=name):
                _, response = self.send(name, "nobody", path, words.get("query"), body)
                if "security" in operation:
                    self.assertEqual((response.status_code, response.json()["code"]), (401, "notAuthenticated"))
                else:
                    self.assertNotIn(response.status_code, (401, 403))
                if "description" in operation:
                    _, response = self.send(name, "stranger", path, words.get("query"), body)
                    self.assertEqual((response.status_code, response.json()["code"]), (403, "notEntitled"))

    # What a tester makes up

    def test_no_answer_differs_from_the_description(self):
        directory = pathlib.Path(self.directory.name)
        configuration = directory / "schemathesis.toml"
        configuration.write_text(CONFIGURATION)
        certificate, key = self.service.callers["client"]
        words = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", configuration, "run",
            f"{self.service.address}/openapi.json", "--request-cert", certificate, "--request-cert-key", key, "--tls-verify",
            self.service.server_certificate, "--seed", SEED, "--max-examples", EXAMPLES, "--checks", "all", "--exclude-checks",
            ",".join(sorted(NOT_RUN)), "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-shrink",
            "--request-timeout", 70, "--max-response-time", 60, "--generation-database", "none", "--no-color"]
        for name in sorted(STREAMS):
            words += ["--exclude-operation-id", name]
        result = subprocess.run(
            [str(word) for word in words], cwd=directory, capture_output=True, text=True, timeout=RUN_SECONDS)
        self.assertEqual(result.returncode, 0, result.stdout[-20_000:] + result.stderr[-2_000:])
        tested = re.search(r"Tested: (\d+)", result.stdout)
        self.assertEqual(int(tested.group(1)), len(self.operations) - len(STREAMS), result.stdout[-2_000:])


if __name__ == "__main__":
    unittest.main()
