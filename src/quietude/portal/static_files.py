"""Built files, answered without Django: names carry a digest, so browsers keep them for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}


class StaticFiles:
    """An ASGI application that answers /static/ from one folder and hands all else to another application."""

    def __init__(self, otherwise: Application, folder: Path = FOLDER, headers: Mapping[str, str] = NO_SNIFFING) -> None:
        self._otherwise = otherwise
        self._folder = folder
        self._headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        self._built_ns = -1
        self._files = self._scan()

    def _scan(self) -> WhiteNoise:
        self._built_ns = self._manifest_ns()
        files = WhiteNoise(None, immutable_file_test=lambda _path, _url: True, max_age=60)
        files.add_files(str(self._folder), prefix=PREFIX)
        return files

    def _manifest_ns(self) -> int:
        """Return when the files were built last, 0 when they never were."""
        manifest = self._folder / "dist" / "manifest.json"
        return manifest.stat().st_mtime_ns if manifest.is_file() else 0

    def _find(self, path: str) -> StaticFile | None:
        """Return one file; a miss after a new build looks again, so that developers need no restart."""
        found: StaticFile | None = self._files.files.get(path)
        if found is None and self._manifest_ns() != self._built_ns:
            self._files = self._scan()
            found = self._files.files.get(path)
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._answer(scope, send)
        else:
            await self._otherwise(scope, receive, send)

    async def _answer(self, scope: Scope, send: Send) -> None:
        found = await asyncio.to_thread(self._find, scope["path"])
        if found is None:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), *self._headers]
            await send({"type": "http.response.start", "status": 404, "headers": headers})
            await send({"type": "http.response.body", "body": b"no such file"})
            return
        asked = {
            f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        answer = await asyncio.to_thread(found.get_response, scope["method"], asked)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        headers.extend(self._headers)
        await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
        body = b"" if answer.file is None else await asyncio.to_thread(answer.file.read)
        if answer.file is not None:
            answer.file.close()
        await send({"type": "http.response.body", "body": body})
