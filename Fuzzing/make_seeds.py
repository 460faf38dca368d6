"""Copies the vectors into Fuzzing/Corpus, as what the fuzzer begins with: python3 Fuzzing/make_seeds.py

Run it after the vectors were made anew. Whatever else is in the corpus stays: it is what earlier runs have found.
"""

import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[1]
VECTORS = ROOT / "Tests" / "Vectors"
DOCUMENTED = ROOT / "docs" / "vectors"
CORPUS = ROOT / "Fuzzing" / "Corpus"

# Examples in docs/vectors/structures*.txt, by target.
STRUCTURES = {
    "receipt": r"Receipt",
    "step": r"LightClientStep",
    "trusted": r"TrustedValidators",
    "genesis": r"GenesisDocument",
    "block": r"Block(-|$)",
    "transaction": r"Transaction$",
    "range": r"FinalizedRange",
    "revocations": r"Revocation",
    "snapshot": r"SnapshotManifest|StateChunk|JournalChunk|WindowChunk",
    "membership": r"MembershipProposal|ProposalStanding|OpenProposals|EpochMembers|EpochAnswer",
    "evidence": r"Evidence-|MisconductRecord",
}


def put(target, name, octets):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{name}").write_bytes(octets)


def element(octets, start):
    """Where the content of the DER element at start begins and ends."""
    length, content = octets[start + 1], start + 2
    if length >= 0x80:
        content += length & 0x7F
        length = int.from_bytes(octets[start + 2 : content], "big")
    return content, content + length


def certificates(octets, start=0, end=None):
    """Every OCTET STRING that holds a certificate, in the structures that hold them."""
    end = len(octets) if end is None else end
    while start < end:
        content, after = element(octets, start)
        if octets[start] & 0x20:
            yield from certificates(octets, content, after)
        elif octets[start] == 0x04 and after - content > 256 and octets[content] == 0x30:
            yield octets[content:after]
        start = after


def main():
    for old in CORPUS.glob("*/seed-*"):
        old.unlink()
    fixtures = CORPUS / "fixtures"
    fixtures.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(VECTORS / "proofs" / "trusted.der", fixtures / "trusted.der")
    for folder in ("receipts", "proofs"):
        shutil.copyfile(VECTORS / folder / "genesis.der", fixtures / f"{folder}.der")
        genesis = (VECTORS / folder / "genesis.der").read_bytes()
        put("genesis", folder, genesis)
        for number, octets in enumerate(certificates(genesis)):
            put("certificate", f"{folder}-{number}", octets)
        for file in sorted((VECTORS / folder).glob("*valid-*.*")):
            put({".step": "step"}.get(file.suffix, "receipt"), f"{folder}-{file.stem}", file.read_bytes())
    put("trusted", "proofs", (VECTORS / "proofs" / "trusted.der").read_bytes())
    for file in sorted(DOCUMENTED.glob("structures*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            name, _, digits = line.split()
            for target, pattern in STRUCTURES.items():
                if re.match(pattern, name):
                    put(target, name, bytes.fromhex(digits))


main()
