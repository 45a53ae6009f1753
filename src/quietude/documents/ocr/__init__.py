"""Words out of images: Tesseract where it is installed, RapidOCR otherwise."""
