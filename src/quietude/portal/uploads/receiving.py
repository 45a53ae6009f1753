"""Takes a file from a form, and stops reading as soon as it is too large."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_protect

from quietude.portal.errors import bad_request, too_large
from quietude.portal.noughts import FILES_FOLLOW, has_nought


class Counting:
    """Counts what comes, and refuses it at the first byte too many: neither memory nor disk is filled."""

    bytes_max: int
    received = 0

    def count(self, raw_data: bytes) -> None:
        """Count the next bytes.

        Raises:
            RequestDataTooBig: there are more than the limit, of all files together; answered with status 413.
        """
        self.received += len(raw_data)
        if self.received > self.bytes_max:
            raise RequestDataTooBig


class LimitedUpload(Counting, MemoryFileUploadHandler):
    """Holds one file in memory while it comes."""

    def __init__(self, request: HttpRequest | None, bytes_max: int) -> None:
        super().__init__(request)
        self.bytes_max = bytes_max

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Keep every file here, whatever the length that the request states."""
        super().handle_raw_input(*args, **kwargs)
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take the next bytes, as `count` does."""
        self.count(raw_data)
        super().receive_data_chunk(raw_data, start)
        return None


class LimitedTemporaryUpload(Counting, TemporaryFileUploadHandler):
    """Lays a long file in the temporary folder while it comes."""

    def __init__(self, request: HttpRequest | None, bytes_max: int) -> None:
        super().__init__(request)
        self.bytes_max = bytes_max

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next bytes, as `count` does."""
        self.count(raw_data)
        super().receive_data_chunk(raw_data, start)


def limit_upload(request: HttpRequest, bytes_max: int, *, on_disk: bool = False) -> None:
    """Let a request bring files of so many bytes together, held in memory or on disk; before its form is read.

    The form token must come as a header or be checked after this call (`csrf_protect` on an inner view): reading it
    from the form reads the files as well.
    """
    request.upload_handlers = [(LimitedTemporaryUpload if on_disk else LimitedUpload)(request, bytes_max)]


def takes_files(
    bytes_max: int, *, on_disk: bool = False, remedy: str | Promise = ""
) -> Callable[[Callable[..., HttpResponse]], Any]:
    """Return the decorator of a view whose form brings files of so many bytes together; `remedy` says what else to do.

    It stands right below `requires`: who may call the view is asked before a byte of the form is read, then the limit
    is set, then the form's token is checked.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        checked = csrf_protect(view)

        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            limit_upload(request, bytes_max, on_disk=on_disk)
            try:
                is_odd = has_nought(request.POST)
            except RequestDataTooBig:
                return too_large(request, bytes_max, remedy)
            return bad_request(request) if is_odd else checked(request, *args, **kwargs)

        limited.csrf_exempt = True  # type: ignore[attr-defined]  # the inner view is checked, after the limit is set
        setattr(limited, FILES_FOLLOW, True)
        return limited

    return decorate
