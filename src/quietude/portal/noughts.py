"""Refuses the character of code nought: no one types it, and databases end a text at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from quietude.portal.errors import bad_request

FILES_FOLLOW = "takes_files"
"""Attribute of a view that reads its form itself, once it has said how large its files may be."""


def has_nought(form: QueryDict) -> bool:
    """Tell whether a value of a form holds a nought."""
    return any("\x00" in value for _, values in form.lists() for value in values)


class NoNought:
    """Refuses a request with a nought in its address or its form, before any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the address; the form follows, once it is known which view reads it."""
        if "\x00" in request.path or has_nought(request.GET):
            return bad_request(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Iterable[Any], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Look at the form, unless its view does so after it limited the files in it."""
        if getattr(view, FILES_FOLLOW, False):
            return None
        return bad_request(request) if has_nought(request.POST) else None
