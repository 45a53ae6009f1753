"""The vocabulary as JSON that loads at once, kept beside the YAML files it was made from.

Reading the YAML takes most of a second, which every command would wait for. The JSON carries the fingerprint of the
YAML; when the files were edited since, it is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from quietude.model.event import Origin
from quietude.model.vocabulary.term import Family, Term
from quietude.model.vocabulary.vocabulary import Vocabulary


def fingerprint(texts: Mapping[str, str]) -> str:
    """Return what tells one set of YAML texts, by file name, from another."""
    digest = hashlib.blake2b(digest_size=16)
    for name, text in sorted(texts.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def dump(vocabulary: Vocabulary, texts: Mapping[str, str]) -> bytes:
    """Return JSON lines: the fingerprint of the `texts` that the vocabulary was read from, then its terms."""
    lines = [{"fingerprint": fingerprint(texts)}, *(asdict(term) for term in vocabulary.terms)]
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


def load(document: bytes, texts: Mapping[str, str]) -> Vocabulary | None:
    """Return the vocabulary that JSON lines hold; None when they were made from other texts than these."""
    head, *lines = document.splitlines()
    if orjson.loads(head)["fingerprint"] != fingerprint(texts):
        return None
    return Vocabulary(tuple(_term(orjson.loads(line)) for line in lines))


def _term(fields: dict[str, Any]) -> Term:
    fields["origin"] = Origin(fields["origin"]) if fields["origin"] is not None else None
    for name in ("synonyms", "mappings"):
        fields[name] = {key: tuple(values) for key, values in fields[name].items()}
    return Family(**fields) if "icon" in fields else Term(**fields)
