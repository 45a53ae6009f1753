"""Takes a file from a form, and stops reading as soon as it is too large."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest


class LimitedUpload(MemoryFileUploadHandler):
    """Holds one file in memory while it comes, and refuses it at the first byte too many: no disk is filled."""

    def __init__(self, request: HttpRequest | None, bytes_max: int) -> None:
        super().__init__(request)
        self.bytes_max = bytes_max
        self.received = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Keep every file here, whatever the length that the request states."""
        super().handle_raw_input(*args, **kwargs)
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take the next bytes.

        Raises:
            RequestDataTooBig: there are more than the limit, of all files together; answered with status 413.
        """
        self.received += len(raw_data)
        if self.received > self.bytes_max:
            raise RequestDataTooBig
        super().receive_data_chunk(raw_data, start)
        return None


def limit_upload(request: HttpRequest, bytes_max: int) -> None:
    """Let a request bring files of so many bytes together; before its form is read.

    The form token must come as a header or be checked after this call (`csrf_protect` on an inner view): reading it
    from the form reads the files as well.
    """
    request.upload_handlers = [LimitedUpload(request, bytes_max)]
