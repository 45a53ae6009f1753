"""Where each key of a YAML file stands, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Line and column (both from 1) of the keys and items of one YAML file."""

    at: dict[Location, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: CommentedBase) -> Marks:
        """Return the marks of a document that ruamel.yaml loaded in round-trip mode."""
        marks = cls()
        marks._walk(root, ())
        return marks

    def _walk(self, node: Any, location: Location) -> None:
        if isinstance(node, CommentedMap):
            for key, value in node.items():
                line, column = node.lc.key(key)
                self.at[*location, str(key)] = (line + 1, column + 1)
                self._walk(value, (*location, str(key)))
        elif isinstance(node, CommentedSeq):
            for number, value in enumerate(node):
                line, column = node.lc.item(number)
                self.at[*location, number] = (line + 1, column + 1)
                self._walk(value, (*location, number))

    def find(self, location: Location) -> tuple[int, int]:
        """Return the line and column of the nearest key at or above `location`.

        A list of one may be written as its only item, and an expression as a column's name: positions and keys
        that the file does not spell out are passed over.
        """
        found: tuple[int, int] = (1, 1)
        at: Location = ()
        for step in location:
            if (*at, step) in self.at:
                at = (*at, step)
                found = self.at[at]
        return found
