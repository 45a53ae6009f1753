"""The reference of manifests has every field, as the models describe them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tools.manifest_reference import PAGE, SECTIONS

FIELDS = [
    (title, field.alias or name, field.description)
    for title, model in SECTIONS
    for name, field in model.model_fields.items()
]


def test_the_reference_is_current() -> None:
    command = [sys.executable, "-m", "tools.manifest_reference", "--check"]
    result = subprocess.run(command, cwd=PAGE.parent.parent, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("title", "key", "description"), FIELDS, ids=lambda value: str(value)[:40])
def test_every_field_is_described_in_its_section(title: str, key: str, description: str | None) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    assert description
    assert f"`{key}`" in section
