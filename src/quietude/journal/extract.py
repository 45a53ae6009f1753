"""Check a certified extract: the PDF, what it says field by field, and the line of the journal that certifies both.

It shares no code with what makes extracts. What is certified is in the proof beside the PDF: each field with its hash,
the journal's line that commits to all of them and to the PDF, and the way from that line to a signed checkpoint. Files
of the entry lie in the folder `attachments`; the field `….file` names each, and `….sha256` says what it must be.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from quietude.journal.merkle import hash_leaf, is_included
from quietude.journal.verify import CannotVerify, Key

PROOF = ".proof.json"
FILES = "attachments"
FILE_FIELD, DIGEST_FIELD = ".file", ".sha256"
BYTES_MAX = 64 * 2**20  # of a file in the archive: an extract has a few hundred thousand
SHOWN = 200  # characters of a field that a finding quotes


@dataclass(frozen=True, slots=True)
class Certified:
    """An extract that was read: its pages, its proof, and the digests of the files that it encloses."""

    pdf: bytes
    proof: dict[str, Any]
    files: Mapping[str, str]
    """Name to SHA-256."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found; nothing wrong where `findings` is empty."""

    label: str
    index: int
    at: str
    findings: tuple[str, ...]


def read_extract(path: Path) -> Certified:
    """Return the extract of an archive, or of a PDF with its proof beside it.

    Raises:
        CannotVerify: there is no such file, or the proof is missing or is none.
    """
    try:
        if zipfile.is_zipfile(path):
            pdf, proof, files = _unpacked(path)
        else:
            pdf, proof = path.read_bytes(), path.with_suffix(PROOF).read_bytes()
            files = {each.name: _digest_at(each) for each in sorted((path.parent / FILES).glob("*")) if each.is_file()}
        said = json.loads(proof)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise CannotVerify(f"{path}: the extract cannot be read, or its proof is not beside it: {error}") from error
    except (ValueError, RecursionError) as error:
        raise CannotVerify(f"{path}: the proof is no JSON: {error}") from error
    if not isinstance(said, dict) or said.get("v") != 1:
        raise CannotVerify(f"{path}: the proof is not that of an extract (version 1)")
    return Certified(pdf, said, files)


def _digest_at(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _unpacked(path: Path) -> tuple[bytes, bytes, dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        found = {}
        own = [each for each in archive.infolist() if not each.filename.startswith(f"{FILES}/")]
        for ending in (".pdf", PROOF):
            names = [each for each in own if each.filename.endswith(ending)]
            if len(names) != 1 or names[0].file_size > BYTES_MAX:
                raise CannotVerify(f"{path}: the archive must hold one {ending} file, of {BYTES_MAX >> 20} MiB at most")
            found[ending] = archive.read(names[0])
        files = {}
        for each in archive.infolist():
            if each.filename.startswith(f"{FILES}/") and not each.is_dir():
                if each.file_size > BYTES_MAX:
                    raise CannotVerify(f"{path}: {each.filename} is larger than {BYTES_MAX >> 20} MiB")
                files[each.filename.removeprefix(f"{FILES}/")] = sha256(archive.read(each)).hexdigest()
    return found[".pdf"], found[PROOF], files


def examine_extract(given: Certified, key: Key) -> Outcome:
    """Return what is wrong with an extract.

    Raises:
        CannotVerify: the proof lacks a part, or its checkpoint does not bear the key's signature.
    """
    try:
        line, fields, hashes = given.proof["journal"], given.proof["fields"], given.proof["hashes"]
        leaf = json.loads(line["leaf"])
        _origin, size, root = key.open(line["checkpoint"])
        path = [base64.b64decode(each, validate=True) for each in line["path"]]
        subject = json.loads(line["subject"])
        detail = subject["detail"]
        findings = _line_findings(line, leaf, (size, root), path)
        of_fields = _field_findings(fields, hashes, detail)
        findings += of_fields + _pdf_findings(given.pdf, fields, detail, is_proof_whole=not of_fields)
        findings += _file_findings(fields, given.files)
        return Outcome(str(subject["ids"][0]), int(leaf["index"]), str(leaf["at"]), tuple(findings))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise CannotVerify(f"the proof lacks a part, or a part is damaged: {error!r}") from error


def _line_findings(line: dict[str, Any], leaf: dict[str, Any], head: tuple[int, bytes], path: list[bytes]) -> list[str]:
    findings = []
    if not is_included(hash_leaf(line["leaf"].encode()), leaf["index"], *head, path):
        findings.append("the journal's line was altered: it is not among those that the journal's key signed")
    findings.extend(
        f"the journal's line was altered: its {part} is not what it commits to"
        for part in ("actor", "subject")
        if sha256(bytes.fromhex(line[f"{part}_salt"]) + line[part].encode()).hexdigest() != leaf[part]
    )
    return findings


def _field_findings(fields: list[dict[str, str]], hashes: list[str], detail: dict[str, str]) -> list[str]:
    if sha256("".join(hashes).encode()).hexdigest() != detail["fields"] or len(fields) != len(hashes):
        return ["the proof was altered: its list of fields is not the one that the journal certifies"]
    return [
        f"{_named(field)} was altered: the proof says “{field['said'][:SHOWN]}”, which is not what was certified"
        for field, stated in zip(fields, hashes, strict=True)
        if sha256(json.dumps(field, sort_keys=True, ensure_ascii=False).encode()).hexdigest() != stated
    ]


def _file_findings(fields: list[dict[str, str]], files: Mapping[str, str]) -> list[str]:
    """Say which enclosed file is missing, altered, or not one of those that were certified."""
    said = {field["name"]: field["said"] for field in fields}
    stated = {
        name: said[f"{each.removesuffix(FILE_FIELD)}{DIGEST_FIELD}"]
        for each, name in said.items()
        if each.endswith(FILE_FIELD) and each.startswith("a")
    }
    findings = [
        f"the attachment {name} is missing: look for it in the folder “{FILES}” beside the PDF"
        if name not in files
        else f"the attachment {name} was altered: it is not the file that was certified"
        for name, digest in stated.items()
        if files.get(name) != digest
    ]
    more = [f"the file {FILES}/{name[:SHOWN]} is none of those that were certified" for name in files]
    return findings + [line for line, name in zip(more, files, strict=True) if name not in stated]


def _named(field: dict[str, str]) -> str:
    return f"{field['name']} ({field['label']})"


def _pdf_findings(
    pdf: bytes, fields: list[dict[str, str]], detail: dict[str, str], *, is_proof_whole: bool
) -> list[str]:
    """Say whether the PDF is the one that was certified, and where it and the proof's fields part."""
    is_certified = sha256(pdf).hexdigest() == detail["pdf"]
    if is_certified and is_proof_whole:
        return []
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        return [f"the PDF was altered: it is not the file that was certified, and cannot be read ({error})"]
    said, flat = _plain("".join(pages)), _flat(pages)
    apart = [field for field in fields if _plain(field["said"]) not in said and _plain(field["said"]) not in flat]
    if is_certified:
        return [
            f"{_named(field)} of the proof is not what the PDF says, which is as it was certified" for field in apart
        ]
    where = [
        f"the PDF was altered: {_named(field)} does not read “{field['said'][:SHOWN]}” any more" for field in apart
    ]
    return where or ["the PDF was altered: it is not the file that was certified, though it says every certified field"]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _flat(pages: list[str]) -> str:
    """Return the text of all pages without their last lines, which name the page: a field may go on over the leaf."""
    return _plain("".join("\n".join(page.rstrip().splitlines()[:-1]) for page in pages))
