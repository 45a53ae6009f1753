"""Takes a file that somebody sends: within its size, of an allowed type, looked at by the scanner, its name cleaned."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from dataclasses import dataclass
from threading import BoundedSemaphore

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from quietude.portal.attachments.models import NAME_MAX
from quietude.portal.town import installation
from quietude.portal.uploads.judging import ENDINGS, PHOTOGRAPHS, Kind, judge, too_large
from quietude.portal.uploads.problem import UploadRefused
from quietude.portal.uploads.viruses import Verdict, scan, usual_socket

FILE_BYTES_MAX = 20 * 2**20  # a telephone's photograph of 48 megapixels has 12 MB; a scan of 40 pages about as much
SMALLER = _("Send a smaller picture, or a PDF in parts.")
MAKING = BoundedSemaphore(2)
"""So many photographs are made anew at once, each in some 400 MB: twenty at the same moment do not fill the memory."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be attached."""

    content: bytes
    kind: Kind
    name: str
    is_scanned: bool

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Return width and height of a photograph."""
        return size_px(self.content) if self.kind in PHOTOGRAPHS else None


class NotLookedAt(UploadRefused):  # it says what happened
    """The scanner does not answer now: the same file may be taken later."""


def take(sent: UploadedFile[bytes]) -> Taken:
    """Return a file as it may be attached: a photograph made anew from its points, a PDF as it is.

    Raises:
        UploadRefused: it is not taken; the message says why, and what to do.
    """
    if (sent.size or 0) > FILE_BYTES_MAX:
        raise UploadRefused(too_large(FILE_BYTES_MAX))
    content = sent.read()
    with MAKING:
        judged = judge(content, sent.content_type or "", frozenset(Kind), FILE_BYTES_MAX)
    return Taken(judged.content, judged.kind, clean_name(sent.name or "", judged.kind), looked_at(content))


def clean_name(name: str, kind: Kind) -> str:
    """Return the name of a file as it can be shown and saved anywhere, with the ending of its type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] or last
    said = re.sub(r"\s+", " ", re.sub(r"[^\w .,()+-]+", " ", stem)).strip(" .-")
    ending = f".{ENDINGS[kind]}"
    return f"{said[: NAME_MAX - len(ending)] or 'document'}{ending}"


def size_px(content: bytes) -> tuple[int, int]:
    """Return width and height of a photograph that was made anew here."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def looked_at(content: bytes) -> bool:
    """Tell whether the scanner found nothing in what was sent; False where this machine has none.

    Raises:
        UploadRefused: it found something, or does not answer and QUIETUDE_UNSCANNED does not say `take`.
    """
    stated = installation().clamav_socket
    verdict, said = scan(content, stated or usual_socket())
    if verdict is Verdict.CLEAN:
        return True
    if verdict is Verdict.HARMFUL:
        log.warning("a file that was to be attached is harmful (%s), and was not kept", said)
        found = gettext(
            "A virus was found in this file (%(name)s). Nothing of it was kept. Do not open it, and tell whoever runs "
            "your computers."
        )
        raise UploadRefused(found % {"name": said})
    if verdict is Verdict.NOT_INSTALLED and stated is None:
        return False
    log.error("the virus scanner did not look at a file: %s", said)
    if installation().unscanned == "take":
        return False
    raise NotLookedAt(
        gettext(
            "The virus scanner does not answer, so the file was not kept. Try again in a few minutes; if it lasts, "
            "tell whoever runs the portal."
        )
    )
