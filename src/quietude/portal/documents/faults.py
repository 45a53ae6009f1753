"""Why a document could not be read, and what to do about it, in the words of the screen."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """The kinds of fault, each with its remedy; the first ten are the engine's own reasons."""

    EMPTY = "empty", _("The file holds nothing. Send it again.")
    ENCRYPTED = "encrypted", _("The file is locked by a password. Take the lock off, and add it as a new version.")
    UNREADABLE = (
        "unreadable",
        _("The file is damaged. Open it in its own program, save it, and add it as a new version."),
    )
    TYPE = "unknown-type", _("Nothing here reads this type of file. Print it to a PDF, and add that as a new version.")
    PAGES = "too-many-pages", _("The file has too many pages. Split it, and add the parts.")
    IMAGE = "image-too-large", _("The picture is too large. Scan it again at 300 dots per inch at most.")
    BOMB = "zip-bomb", _("The file unpacks to far more than it should. It was not opened.")
    TIME = "timed-out", _("Reading the file took too long. Split it, and add the parts.")
    MEMORY = "too-much-memory", _("Reading the file took too much memory. Split it, and add the parts.")
    OUTPUT = "output-too-large", _("The file holds more text than is kept. Split it, and add the parts.")
    ENDED = (
        "ended",
        _("Reading the file ended the server three times. Print it to a PDF, and add that as a new version."),
    )
    GONE = (
        "gone",
        _("The file is not there, or not what was added any more. Tell whoever runs the portal: backups have it."),
    )
    DISK = "disk", _("There was no room to keep what was read. Tell whoever runs the portal, then try again.")


class Caution(models.TextChoices):
    """What a person should know of a text that was read: the engine's own warnings, in the words of the screen."""

    SCRIPTS = "scripts", _("The file holds scripts. They were not run.")
    TYPE = "another-type", _("The file is of another type than it was said to be.")
    TURNED = "turned", _("Pages lay sideways or upside down. They were turned to be read.")
    DOUBTFUL = "doubtful", _("Some pages are hard to read: words may be missing or wrong. Look at the picture.")
    NO_TEXT = "no-text", _("No text was found.")
    ATTACHMENTS = "attachments", _("The message has attachments. They were not read: add them as documents.")
    DEPTH = "too-deep", _("The message holds others, one in the other. The innermost were not read.")
    FRENCH = (
        "without-french",
        _("Pictures were read without French: accents may be missing. Tell whoever runs the portal."),
    )


def said_of(fault: str) -> str | Promise:
    """Return what is said of a fault."""
    return Fault(fault).label if fault in Fault.values else Fault.UNREADABLE.label
