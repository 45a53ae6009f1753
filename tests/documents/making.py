"""Files that the tests make: scans, PDF with a text, messages, packed documents."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import font_roboto
import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

ORDER = (
    "ARRÊTÉ N° 2024-017\nInterdiction du stationnement rue des Écoliers\n"
    "Le maire, vu le code de la route et notamment l'article R. 417-10,\n"
    "arrête : à compter du lundi 13 mai 2024 et jusqu'au vendredi 31 mai 2024,\n"
    "le stationnement des véhicules sera interdit pendant les travaux."
)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def text_pdf(*texts: str) -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_font("Roboto", "", font_roboto.font_files["Roboto"])
    pdf.set_font("Roboto", size=12)
    pdf.set_title("Ordre du jour")
    for text in texts:
        pdf.add_page()
        pdf.multi_cell(0, 6, text)
    return bytes(pdf.output())


def scan(text: str = ORDER, *, turned: int = 0) -> Image.Image:
    image = Image.new("L", (1240, 700), 255)
    font = ImageFont.truetype(font_roboto.font_files["Roboto"], 30)
    ImageDraw.Draw(image).multiline_text((80, 80), text, fill=20, font=font, spacing=16)
    return image.rotate(turned, expand=True)


def image_pdf(image: Image.Image) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "PDF", resolution=150)
    return packed.getvalue()


def blank_pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(100, 100)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def scripted_pdf() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(text_pdf("Un document ordinaire de la ville, avec un script.")))
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("a()")})
    named = ArrayObject([TextStringObject("start"), script])
    names = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): named})})
    writer.root_object[NameObject("/Names")] = names
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def huge_tiff(side: int) -> bytes:
    """Return an image of `side` by `side` pixels whose pixels are not there: its header is all that is believed."""
    tags = [(256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 1)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)


def packed_bomb(mib: int) -> bytes:
    """Return a DOCX whose text unpacks to that many MiB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("word/document.xml", "w") as member:
            for _ in range(mib):
                member.write(b" " * 2**20)
    return packed.getvalue()


def lying_bomb(mib: int) -> bytes:
    """Return a DOCX that says of itself that it unpacks to a hundred bytes, and unpacks to that many MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = b"".join(packer.compress(b"<w:p>" + b"a" * (2**20 - 5)) for _ in range(mib)) + packer.flush()
    types = b"<Types/>"
    members = [(b"[Content_Types].xml", types, len(types), 0), (b"word/document.xml", squeezed, 100, 8)]
    content, index = b"", b""
    for name, data, size, method in members:
        fields = struct.pack("<HHHHIIIHH", 0, method, 0, 0, 0, len(data), size, len(name), 0)
        index += b"PK\x01\x02\x14\0\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(content)) + name
        content += b"PK\x03\x04\x14\0" + fields + name + data
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(index), len(content), 0)
    return content + index + b"PK\x05\x06" + end


def nested_mail(depth: int) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "quartier@example.org", "message 0"
    message.set_content("Le texte du plus profond.")
    for level in range(1, depth):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "mairie@example.org", f"message {level}"
        outer["Date"] = "Mon, 13 May 2024 10:00:00 +0200"
        outer.set_content(f"Transmis, niveau {level} : un bruit rue des Écoliers.")
        outer.add_attachment(message)
        message = outer
    return message.as_bytes()
