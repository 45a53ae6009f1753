"""Built files, answered without Django: names carry a digest, so browsers keep them for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"


class StaticFiles:
    """An ASGI application that answers /static/ from one folder and hands all else to another application."""

    def __init__(self, otherwise: Application, folder: Path = FOLDER) -> None:
        self._otherwise = otherwise
        self._files = WhiteNoise(None, immutable_file_test=lambda _path, _url: True, max_age=60)
        self._files.add_files(str(folder), prefix=PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._answer(scope, send)
        else:
            await self._otherwise(scope, receive, send)

    async def _answer(self, scope: Scope, send: Send) -> None:
        found = self._files.files.get(scope["path"])
        if found is None:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"no such file"})
            return
        asked = {
            f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        answer = await asyncio.to_thread(found.get_response, scope["method"], asked)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"x-content-type-options", b"nosniff"))
        await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
        body = b"" if answer.file is None else await asyncio.to_thread(answer.file.read)
        if answer.file is not None:
            answer.file.close()
        await send({"type": "http.response.body", "body": body})
