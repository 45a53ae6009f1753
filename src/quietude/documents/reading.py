"""Read one file of any kind, inside the worker."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from quietude.documents import images, pdf
from quietude.documents.archiving import Archive
from quietude.documents.extracted import Extracted, ExtractionError, Limits, Page, Warned
from quietude.documents.kind_of_file import MAIL, PDF, PLAIN, media_type_of
from quietude.documents.language import language_of
from quietude.documents.ocr.reading import DOUBTFUL, engine_at_hand, read_page, reads_french
from quietude.documents.passing import ARCHIVED

OCR_PIXELS_PER_POINT = 300 / pdf.POINTS_AN_INCH  # 1.4 times the time of 200, six errors in ten (docs/benchmarks.md)
OCR_PIXELS = 25_000_000
TOO_LITTLE_TEXT = 20  # letters: a page with fewer is a scan, with at most a stamp or a number put on it
WEBP_QUALITY = 80
Seen = tuple[Page, Image.Image | None]


def read_file(path: Path, said: str, limits: Limits, *, work_dir: Path, engine: str | None) -> Extracted:
    """Return what a file holds. See `apart.extract`."""
    media_type = media_type_of(path, said)
    warnings: set[Warned] = set()
    about: dict[str, str | None] = {}
    archived = None
    if media_type == PDF or media_type.startswith("image/"):
        engine = engine or engine_at_hand()
        reading = _pdf_pages if media_type == PDF else _image_pages
        pages, archived = _archived(reading(path, limits, engine, about, warnings), work_dir, about)
        warnings |= _of_scans(pages, engine)
    else:
        pages = (_one_page(path, media_type, about, warnings),)
    text = "\n".join(page.text for page in pages)
    if not text.strip():
        warnings.add("no-text")
    if said not in {media_type, "", "application/octet-stream"} and {said, media_type} != {PLAIN, MAIL}:
        warnings.add("another-type")
    return Extracted(
        pages=pages,
        media_type=media_type,
        language=language_of(text),
        warnings=tuple(sorted(warnings)),
        archived=archived,
        **about,
    )


def rendered(path: Path, page: int, width_px: int, limits: Limits) -> bytes:
    """Return a page as WebP. See `apart.render`."""
    if media_type_of(path, "") == PDF:
        with pdf.opened(path) as document:
            if not 1 <= page <= len(document):
                raise ExtractionError("unreadable")
            drawn = document[page - 1]
            scale = width_px / max(drawn.get_width(), 1)
            image = pdf.image_of(drawn, pixels_per_point=scale, most_pixels=OCR_PIXELS)
    else:
        with images.open_image(path, limits) as opened:
            image = images.page_of(opened, page - 1, limits)
        image = image.resize((width_px, max(1, round(image.height * width_px / image.width))))
    packed = io.BytesIO()
    image.convert("RGB").save(packed, "WEBP", quality=WEBP_QUALITY, method=2)
    return packed.getvalue()


def _pdf_pages(
    path: Path, limits: Limits, engine: str, about: dict[str, str | None], warnings: set[Warned]
) -> Iterator[Seen]:
    with pdf.opened(path) as document:
        if len(document) > limits.pages:
            raise ExtractionError("too-many-pages")
        if pdf.has_scripts(document):
            warnings.add("scripts")
        about.update(_about(document.get_metadata_dict(skip_empty=True)))
        for at in range(len(document)):
            drawn = document[at]
            page = pdf.read_text(drawn, at + 1)
            image = None
            if sum(sign.isalnum() for sign in page.text) < TOO_LITTLE_TEXT and pdf.has_content(drawn):
                image = pdf.image_of(drawn, pixels_per_point=OCR_PIXELS_PER_POINT, most_pixels=OCR_PIXELS)
                read = read_page(image, at + 1, drawn.get_size(), engine)
                page = read if len(read.text) > len(page.text) else page
            drawn.close()
            yield page, image


def _image_pages(
    path: Path, limits: Limits, engine: str, about: dict[str, str | None], warnings: set[Warned]
) -> Iterator[Seen]:
    del about, warnings  # an image says nothing of itself that we keep
    with images.open_image(path, limits) as opened:
        for at, image in enumerate(images.pages_of(opened, limits)):
            size = images.size_pt(image, opened)
            small = images.shrunk(image, OCR_PIXELS)
            yield read_page(small, at + 1, size, engine), small


def _archived(
    seen: Iterator[Seen], work_dir: Path, about: dict[str, str | None]
) -> tuple[tuple[Page, ...], Path | None]:
    """Return the pages; where one was read by OCR, write the archived copy of all as they are seen.

    A document of which some pages are text is not archived: its own text is better than any image of it.
    """
    pages: list[Page] = []
    archive: Archive | None = None
    for page, image in seen:
        pages.append(page)
        if image is not None and len(pages) == 1:
            archive = Archive(title=about.get("title"), language="fr-FR")
        if archive is not None and image is not None:
            archive.add(page, image)
        elif archive is not None:
            archive = None
    if archive is None or not any(page.by == "ocr" for page in pages):
        return tuple(pages), None
    archive.close(work_dir / ARCHIVED, datetime.now(UTC))
    return tuple(pages), work_dir / ARCHIVED


def _of_scans(pages: tuple[Page, ...], engine: str) -> set[Warned]:
    scanned = [page for page in pages if page.by == "ocr"]
    warnings: set[Warned] = set()
    if any(page.turned for page in scanned):
        warnings.add("turned")
    if any(page.confidence is not None and page.confidence < DOUBTFUL for page in scanned):
        warnings.add("doubtful")
    if scanned and not reads_french(engine):
        warnings.add("without-french")
    return warnings


def _about(metadata: dict[str, str]) -> dict[str, str | None]:
    """Return title, author and date; a PDF's date is D:20240513093000+02'00'."""
    stamp = metadata.get("CreationDate", "").removeprefix("D:")
    created = None
    try:
        created = datetime.strptime(stamp[:8], "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        created = None
    return {"title": metadata.get("Title") or None, "author": metadata.get("Author") or None, "created": created}


def _one_page(path: Path, media_type: str, about: dict[str, str | None], warnings: set[Warned]) -> Page:
    from quietude.documents import mail, office  # noqa: PLC0415 - a scan needs no 80 MB of office library

    if media_type == MAIL:
        message = mail.read_message(path)
        warnings.update(message.warnings)
        about.update(title=message.title, author=message.author, created=message.created)
        text = "\n".join(message.texts)
    elif media_type == PLAIN:
        text = office.plain_text(path.read_bytes())
    else:
        text, metadata = office.text_of(path.read_bytes(), media_type)
        authors = metadata.get("authors") or []
        about.update(title=metadata.get("title"), author=", ".join(authors) or None, created=metadata.get("created_at"))
    return Page(number=1, text=text, width=None, height=None)
