"""What can be wrong with a file that somebody sends."""

from __future__ import annotations


class UploadRefused(ValueError):  # noqa: N818  # it says what happened
    """A file that is not taken; the message is for the person who sent it. Nothing was kept."""
