#!/usr/bin/env python3
"""Makes the offline page Verify of its parts: the reference for Sources/Apps/Console/Resources/verify/README.md.

    assemble_offline.py LANGUAGE NODE GENESIS > offline.html
"""

import base64
import hashlib
import html
import json
import pathlib
import re
import sys

RESOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Apps" / "Console" / "Resources"
IMPORT = re.compile(r'import \{ [A-Za-z0-9_, ]+ \} from "\./([a-z0-9-]+\.js)";')
NAME = re.compile(r"\{\{([a-z]+)\}\}")


class AssemblyError(Exception):
    """What does not go together."""


def modules():
    return {path.name: path.read_text("utf-8") for path in sorted((RESOURCES / "modules").glob("*.js"))}


def with_bare_specifiers(name, text, names):
    lines = []
    for line in text.split("\n"):
        if line.startswith("import "):
            match = IMPORT.fullmatch(line)
            if match is None or match[1] not in names:
                raise AssemblyError(f"{name}: cannot assemble the line '{line}'")
            line = line.replace(f'"./{match[1]}"', f'"zhenglian/{match[1]}"')
        lines.append(line)
    return "\n".join(lines)


def base64_of(octets):
    return base64.b64encode(octets).decode("ascii")


def import_map():
    found = modules()
    imports = {}
    for name, text in found.items():
        octets = with_bare_specifiers(name, text, found).encode()
        imports[f"zhenglian/{name}"] = f"data:text/javascript;base64,{base64_of(octets)}"
    return json.dumps({"imports": imports}, separators=(",", ":"))


def digest_of(text):
    return f"'sha256-{base64_of(hashlib.sha256(text.encode()).digest())}'"


def fill(template, values):
    def value(match):
        if match[1] not in values:
            raise AssemblyError(f"the template has the name '{match[1]}', which is none")
        return values[match[1]]

    return NAME.sub(value, template)


def fragment(language, assets, genesis, node):
    """The fragment verify.html, as the server renders it."""
    values = {"language": language, "assets": assets, "genesis": base64_of(genesis), "node": node}
    escaped = {name: html.escape(value) for name, value in values.items()}
    return fill((RESOURCES / "verify" / "verify.html").read_text("utf-8"), escaped)


def assemble(language, node, genesis):
    if language not in ("zh", "en"):
        raise AssemblyError(f"'{language}' is no language: zh or en")
    styles = (RESOURCES / "verify" / "verify.css").read_text("utf-8")
    imports = import_map()
    entry = 'import "zhenglian/verify-page.js";'
    if "</" in styles or "</" in imports:
        raise AssemblyError("'</' would end the element that it stands in")
    policy = (
        f"default-src 'none'; script-src {digest_of(imports)} {digest_of(entry)} data:; style-src {digest_of(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    values = {
        "language": {"zh": "zh-CN", "en": "en"}[language],
        "policy": policy,
        "node": html.escape(node),
        "styles": styles,
        "imports": imports,
        "page": fragment(language, "", genesis, node),
        "entry": entry,
    }
    return fill((RESOURCES / "verify" / "offline.html").read_text("utf-8"), values)


def main(words):
    if len(words) != 3:
        print("usage: assemble_offline.py LANGUAGE NODE GENESIS", file=sys.stderr)
        return 2
    language, node, genesis = words
    sys.stdout.write(assemble(language, node, pathlib.Path(genesis).read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
