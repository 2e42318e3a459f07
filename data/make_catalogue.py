#!/usr/bin/env python3
"""Write cwe.tsv and owasp.tsv again from published packages.

In: three data files inside three packages, pinned by package version and by the
SHA-256 of the file (see SOURCES), and owasp_2025_cwes.tsv beside this script. Out: cwe.tsv and owasp.tsv beside this script.

    python3 data/make_catalogue.py           write the files
    python3 data/make_catalogue.py --check   exit 1 when the files differ

Needs Python 3.11 or newer, and npm, pip and cargo to fetch the packages.
"""

import argparse
import difflib
import glob
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent

WEAKNESS_VERSION = "4.20"
CATEGORY_VERSION = "4.15"

# what: (client, package, version, file in the package, SHA-256 of that file)
SOURCES = {
    # The whole catalogue, version 4.15: categories and their members, the view
    # and the ordinal of each relation, alternate terms.
    "archive": (
        "npm", "cwe-sdk", "1.1.19", "package/raw/cwe-archive.xml",
        "a7c64f3c642726b3aebfde6ecec096d6779b6e9cd7343dbc4165920bb6ad86c7",
    ),
    # Every weakness of version 4.20: status, name, mapping usage.
    "usage": (
        "cargo", "csaf-rs", "0.6.1", "csaf-rs-0.6.1/assets/cwe/cwe_4.20_2026-04-30.csv",
        "7f280aaa1effe35400127c13ec2c41c50211f0066db49f849e1e7b0cf5c5e445",
    ),
    # Every weakness of version 4.20: abstraction, and relations in catalogue
    # order but without their view.
    "relations": (
        "pip", "durescan", "2.2.0", "durescan/cwe_dictionary.json",
        "26883dfe8b1135389bbed44ca41cfb61c88940c35f696e91628e9286a69a52a3",
    ),
}

ABSTRACTIONS = ("Pillar", "Class", "Base", "Variant", "Compound")
USAGES = ("Allowed", "Allowed-with-Review", "Discouraged", "Prohibited")
RESEARCH_VIEW = "1000"

# The OWASP Top 10 2021 as CWE categories (view 1344), in order A01 to A10.
OWASP_2021_CATEGORIES = (1345, 1346, 1347, 1348, 1349, 1352, 1353, 1354, 1355, 1356)
OWASP_2025_NAMES = (
    "Broken Access Control",
    "Security Misconfiguration",
    "Software Supply Chain Failures",
    "Cryptographic Failures",
    "Injection",
    "Insecure Design",
    "Authentication Failures",
    "Software or Data Integrity Failures",
    "Security Logging and Alerting Failures",
    "Mishandling of Exceptional Conditions",
)


def run(*command, cwd, env=None):
    subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL)


def one(pattern, where):
    found = glob.glob(pattern, root_dir=where)
    if len(found) != 1:
        sys.exit(f"expected one {pattern}, found {len(found)}")
    return Path(where) / found[0]


def fetch(client, package, version, member, digest, where):
    """The bytes of one file of one published package."""
    if client == "npm":
        run("npm", "pack", "--silent", f"{package}@{version}", cwd=where)
        archive = one(f"{package}-{version}.tgz", where)
    elif client == "pip":
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            "--only-binary=:all:", f"{package}=={version}", cwd=where)
        archive = one(f"{package}-{version}-*.whl", where)
    else:
        home = Path(where) / "cargo-home"
        run("cargo", "info", "--quiet", f"{package}@{version}", cwd=where,
            env={**os.environ, "CARGO_HOME": str(home)})
        archive = one(f"registry/cache/*/{package}-{version}.crate", home)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as package_file:
            data = package_file.read(member)
    else:
        with tarfile.open(archive) as package_file:
            data = package_file.extractfile(member).read()
    if hashlib.sha256(data).hexdigest() != digest:
        sys.exit(f"{package} {version}: {member} is not the file that was expected")
    return data


def tag(name):
    return "{http://cwe.mitre.org/cwe-7}" + name


def text(value):
    """One field: no tab, no line break, no outer space."""
    return " ".join(value.split())


def research_parents(weakness, old):
    """Parents in the Research View, from relations that do not name their view.

    A weakness whose parents have not changed since the version that names the views
    keeps what that version says, the primary parent first. For the others, each parent
    that version has in another view is taken off once, from the end, and what remains
    is the Research View's, in catalogue order.
    """
    now = [int(r["cwe_id"].removeprefix("CWE-"))
           for r in weakness["related_weaknesses"] if r["nature"] == "ChildOf"]
    before = [] if old is None else [
        (int(r.get("CWE_ID")), r.get("View_ID"), r.get("Ordinal"))
        for r in old.iter(tag("Related_Weakness")) if r.get("Nature") == "ChildOf"
    ]
    if now == [parent for parent, _, _ in before]:
        own = [r for r in before if r[1] == RESEARCH_VIEW]
        own.sort(key=lambda r: r[2] != "Primary")
        parents = [r[0] for r in own]
    else:
        elsewhere = Counter(r[0] for r in before if r[1] != RESEARCH_VIEW)
        parents = []
        for parent in reversed(now):
            if elsewhere[parent] > 0:
                elsewhere[parent] -= 1
            else:
                parents.insert(0, parent)
    return list(dict.fromkeys(parents))


def alternate_terms(old, name):
    if old is None:
        return []
    terms = (text(term.text) for term in old.iter(tag("Term")) if term.text)
    return list(dict.fromkeys(term for term in terms if term != name))


def weaknesses(archive, usage, relations):
    old = {int(w.get("ID")): w for w in archive.find(tag("Weaknesses"))}
    related = {int(key.removeprefix("CWE-")): w for key, w in json.loads(relations).items()}
    rows = {}
    for line in usage.decode("utf-8").splitlines():
        number, status, name, _, mapping = line.split("\t")
        cwe, name = int(number), text(name)
        other = related.pop(cwe)
        if (status, name) != (other["status"], text(other["name"])):
            sys.exit(f"CWE-{cwe}: the sources do not agree")
        rows[cwe] = {
            "name": name, "abstraction": other["abstraction"], "usage": mapping,
            "deprecated": status == "Deprecated",
            "parents": research_parents(other, old.get(cwe)),
            "terms": alternate_terms(old.get(cwe), name),
        }
    if related:
        sys.exit(f"weaknesses without a mapping usage: {sorted(related)}")
    return rows


def categories(archive):
    return {
        int(c.get("ID")): {
            "name": text(c.get("Name")), "abstraction": "Category",
            "usage": c.findtext(f"{tag('Mapping_Notes')}/{tag('Usage')}"),
            "deprecated": c.get("Status") == "Deprecated", "parents": [], "terms": [],
        }
        for c in archive.find(tag("Categories"))
    }


def check_entries(rows):
    """Stop on anything the reader of the table could not take."""
    state = {}

    def visit(cwe):
        if state.get(cwe) == "open":
            sys.exit(f"CWE-{cwe} is its own ancestor")
        if cwe not in state:
            state[cwe] = "open"
            for parent in rows[cwe]["parents"]:
                visit(parent)
            state[cwe] = "done"

    for cwe, row in rows.items():
        if row["usage"] not in USAGES or row["abstraction"] not in (*ABSTRACTIONS, "Category"):
            sys.exit(f"CWE-{cwe}: unknown usage or abstraction")
        if not row["name"] or any("|" in term for term in row["terms"]):
            sys.exit(f"CWE-{cwe}: a field that the table cannot hold")
        if any(parent not in rows for parent in row["parents"]):
            sys.exit(f"CWE-{cwe}: an unknown parent")
        visit(cwe)


def cwe_table(rows):
    lines = [
        f"# CWE weaknesses {WEAKNESS_VERSION}, categories {CATEGORY_VERSION}."
        " (c) The MITRE Corporation, see NOTICE. Written by make_catalogue.py.",
        "# id\tabstraction\tusage\tdeprecated\tparents\tname\talternate terms",
    ]
    for cwe, row in sorted(rows.items()):
        lines.append("\t".join((
            str(cwe), row["abstraction"], row["usage"], "x" if row["deprecated"] else "",
            ",".join(map(str, row["parents"])), row["name"], "|".join(row["terms"]),
        )))
    return "\n".join(lines) + "\n"


def owasp_2025_cwes(rows):
    """The CWE lists of 2025 by rank, from the table beside this script that is kept by hand."""
    lists = {}
    for line in (HERE / "owasp_2025_cwes.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            rank, numbers = line.split("\t")
            lists[rank] = sorted(map(int, numbers.split(",")))
    if list(lists) != [f"A{rank:02}" for rank in range(1, 11)]:
        sys.exit("owasp_2025_cwes.tsv has not each rank once and in order")
    unknown = [n for numbers in lists.values() for n in numbers if n not in rows]
    if unknown:
        sys.exit(f"owasp_2025_cwes.tsv: unknown {unknown}")
    return lists


def owasp_table(archive, rows):
    lines = [
        "# OWASP Top 10 2021 and 2025. (c) The OWASP Foundation, CC BY-SA 4.0; CWE lists"
        " (c) The MITRE Corporation, see NOTICE. Written by make_catalogue.py.",
        "# id\tname\tcwes",
    ]
    found = {int(c.get("ID")): c for c in archive.find(tag("Categories"))}
    for rank, number in enumerate(OWASP_2021_CATEGORIES, 1):
        name = found[number].get("Name")
        head = f"OWASP Top Ten 2021 Category A{rank:02}:2021 - "
        if not name.startswith(head):
            sys.exit(f"CWE-{number} is not A{rank:02}:2021")
        members = sorted(int(m.get("CWE_ID")) for m in found[number].iter(tag("Has_Member")))
        if any(member not in rows for member in members):
            sys.exit(f"CWE-{number}: an unknown member")
        lines.append(f"A{rank:02}:2021\t{name.removeprefix(head)}\t{','.join(map(str, members))}")
    mapped = owasp_2025_cwes(rows)
    for rank, name in enumerate(OWASP_2025_NAMES, 1):
        lines.append(f"A{rank:02}:2025\t{name}\t{','.join(map(str, mapped[f'A{rank:02}']))}")
    return "\n".join(lines) + "\n"


def tables():
    with tempfile.TemporaryDirectory() as where:
        data = {what: fetch(*source, where) for what, source in SOURCES.items()}
    archive = ElementTree.fromstring(data["archive"])
    if archive.get("Version") != CATEGORY_VERSION:
        sys.exit(f"the archive is CWE {archive.get('Version')}, not {CATEGORY_VERSION}")
    rows = weaknesses(archive, data["usage"], data["relations"])
    rows |= categories(archive)
    check_entries(rows)
    return {"cwe.tsv": cwe_table(rows), "owasp.tsv": owasp_table(archive, rows)}


def main():
    parser = argparse.ArgumentParser(description="Write cwe.tsv and owasp.tsv from published packages.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when the files differ")
    check = parser.parse_args().check
    stale = False
    for name, wanted in tables().items():
        path = HERE / name
        present = path.read_bytes().decode("utf-8", "replace") if path.exists() else ""
        if present == wanted:
            print(f"{name}: up to date")
        elif check:
            stale = True
            print(f"{name}: differs", file=sys.stderr)
            sys.stderr.writelines(list(difflib.unified_diff(
                present.splitlines(True), wanted.splitlines(True), "committed", "made"))[:40])
        else:
            path.write_bytes(wanted.encode("utf-8"))
            print(f"{name}: written, {len(wanted.encode('utf-8'))} bytes")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
