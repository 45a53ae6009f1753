"""XML of strangers as a small tree that knows its lines; declarations of entities are refused before they expand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

DEEPEST = 50
"""Elements within elements; the deepest of CAP, Atom and RSS is 8."""


class XmlError(ValueError):
    """The text is no XML that is read here; the message says where and what to do."""


@dataclass(slots=True)
class Node:
    """One element."""

    name: str
    """Without its namespace."""
    space: str
    """Its namespace, "" for none."""
    line: int
    attributes: dict[str, str]
    text: str = ""
    """The text directly inside, trimmed."""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """Return the elements of a name directly inside."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node | None:
        """Return the first element of a name directly inside."""
        return next((child for child in self.children if child.name == name), None)

    def said(self, name: str) -> str:
        """Return the text of the first element of a name, "" for none."""
        found = self.first(name)
        return found.text if found is not None else ""

    def within(self) -> Iterator[Node]:
        """Yield this element and all inside it."""
        yield self
        for child in self.children:
            yield from child.within()


class _Builder:
    def __init__(self) -> None:
        self.parser: DefusedXMLParser | None = None
        self.root: Node | None = None
        self._open: list[Node] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.parser.CurrentLineNumber if self.parser is not None else 0
        space, _, name = tag.removeprefix("{").rpartition("}")
        node = Node(name, space, line, dict(attributes))
        if len(self._open) >= DEEPEST:
            raise XmlError(f"line {line}: elements lie more than {DEEPEST} deep: this is no message of a person")
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def end(self, _tag: str) -> None:
        node = self._open.pop()
        node.text = node.text.strip()

    def close(self) -> Node:
        if self.root is None or self._open:
            raise XmlError("the text ends in the middle of an element")
        return self.root


def read_xml(body: bytes) -> Node:
    """Return the outermost element of a text.

    Raises:
        XmlError: it is not well formed, or declares a document type or entities.
    """
    builder = _Builder()
    builder.parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        builder.parser.feed(body)
        root: Node = builder.parser.close()
    except DefusedXmlException as error:
        raise XmlError("a document type or entities are declared: take the <!DOCTYPE …> out") from error
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, XmlError):
            raise
        raise XmlError(f"not XML: {error}") from error
    return root
