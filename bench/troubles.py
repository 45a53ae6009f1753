"""Troubles that a served portal lives through: a full disk, a clock that jumps, a broker that is away.

Each needs something of the machine (root for a small disk, libfaketime, a broker's program), and says so where that is
missing.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nats
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from bench.figure import Figure
from bench.flows import SOURCE, lay, token_of
from bench.logbook_agents import installed, served
from bench.sent import Sent, host_of, settled
from quietude.config import Settings

DISK_MIB = 48
"""Of the small disk: an empty installation takes some ten."""
BLOCK = b"\0" * 2**16
FULL_AGAIN_S = 0.05
JUMPS_S = (600, 0, -600, 0)
"""Where the clock stands from the true one, step after step: what a machine that was asleep is out by, not a time
zone."""
FAKETIME = "libfaketimeMT.so.1"
FAKETIME_AT = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")
MESSAGE_PAUSE_S = 0.1
ANSWER_S = 1.0
ANSWERS_WITHIN_S = 20.0


class SkippedError(RuntimeError):
    """The machine has not what a trouble is made with."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each part of a trouble takes, in seconds."""

    quiet_s: float
    """Before the trouble and after it."""
    trouble_s: float


SHORT, LONG = Lengths(6.0, 15.0), Lengths(20.0, 120.0)


def full_disk(lengths: Lengths) -> None:
    """Fill the disk of the installation to the last byte again and again, then make room; print what is left."""
    with installed() as empty, _small_disk() as folder:
        settings, sent = lay(replace(empty, var_dir=folder, data_dir=folder), 5), Sent()
        token = token_of(settings)
        with served(settings) as (_server, address):
            with _in_thread(lambda over: sent.insist(host_of(address), token, over)):
                time.sleep(lengths.quiet_s)
                before, filler = len(sent.cells), folder / "filler"
                ends = time.monotonic() + lengths.trouble_s
                while time.monotonic() < ends:
                    _fill(filler)
                    time.sleep(FULL_AGAIN_S)
                taken = len(sent.cells) - before
                filler.unlink()
                time.sleep(lengths.quiet_s)
            found = settled(settings)
        what = f"full for {lengths.trouble_s:g} s, {taken} taken and {sent.refused} refused meanwhile"
        sent.tell(found, "full disk", what)


def jumping_clock(lengths: Lengths) -> None:
    """Have the portal's clock jump ahead, back behind the true one, and right again; print what is left."""
    library, step_s = _faketime(), lengths.trouble_s / len(JUMPS_S)
    with installed() as empty:
        clock = empty.var_dir / "clock"
        clock.write_text("+0", encoding="utf-8")
        environ = {
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        settings, sent = lay(empty, 5), Sent()
        token = token_of(settings)
        with served(settings, more=environ) as (_server, address):
            with _in_thread(lambda over: sent.insist(host_of(address), token, over)):
                time.sleep(lengths.quiet_s)
                for jump_s in JUMPS_S:
                    clock.write_text(f"{jump_s:+d}", encoding="utf-8")
                    time.sleep(step_s)
                time.sleep(lengths.quiet_s)
            found = settled(settings)
        sent.tell(found, "clock that jumps", f"10 min ahead, right, 10 min behind, right again, {step_s:g} s each")
        Figure(
            name="clock that jumps: furthest that the portal's was seen out", value=max(map(abs, found["out_s"])),
            unit="s", limit=500, at_most=False,
        ).show()  # fmt: skip


def away_mqtt(lengths: Lengths) -> None:
    """Stop Mosquitto while messages come; what it acknowledged to their sender counts."""
    program, port = _program("mosquitto"), _free_port()
    with installed() as empty, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        said = f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\nuser {getpass.getuser()}\n"
        (folder / "broker.conf").write_text(f"{said}persistence_location {folder}/\n", encoding="utf-8")
        settings = _laid(empty, "flow: {doors: [http, mqtt], topics: [bench/records]}")
        url = f"mqtt://127.0.0.1:{port}?share=no"
        broker = Server([program, "-c", str(folder / "broker.conf")], port)
        with broker.running(), served(settings, more={"QUIETUDE_MQTT_URL": url}):
            sent = Sent()
            time.sleep(lengths.quiet_s)  # until the portal listens: before that the broker keeps nothing for it
            with _published_by_mqtt(sent, port):
                broker.away(lengths)
            found = settled(settings)
        sent.tell(found, "Mosquitto away", f"stopped for {lengths.trouble_s:g} s, address with ?share=no")


def away_nats(lengths: Lengths) -> None:
    """Stop the NATS server while messages come; what it acknowledged to their sender counts."""
    program, port = _program("nats-server"), _free_port()
    with installed() as empty, tempfile.TemporaryDirectory() as temporary:
        settings = _laid(empty, "flow: {doors: [http, nats], subjects: [bench.records]}")
        url, sent = f"nats://127.0.0.1:{port}", Sent()
        server = Server([program, "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", temporary], port)
        with server.running():
            asyncio.run(_with_stream(url))
            with served(settings, more={"QUIETUDE_NATS_URL": url}):
                with _in_thread(lambda over: _publish_nats(sent, url, over)):
                    server.away(lengths)
                found = settled(settings)
        sent.tell(found, "NATS away", f"stopped for {lengths.trouble_s:g} s")


@dataclass(slots=True)
class Server:
    """A broker of the bench's own."""

    command: list[str]
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it while the block runs."""
        self._start()
        try:
            yield
        finally:
            self._stop()

    def away(self, lengths: Lengths) -> None:
        """Let it be, stop it, start it again, and let it be."""
        time.sleep(lengths.quiet_s)
        self._stop()
        time.sleep(lengths.trouble_s)
        self._start()
        time.sleep(2 * lengths.quiet_s)

    def _start(self) -> None:
        self._process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + ANSWERS_WITHIN_S
        while time.monotonic() < ends:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.command[0]} does not answer")

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(ANSWERS_WITHIN_S)
            self._process = None


@contextmanager
def _in_thread(run: Callable[[threading.Event], None]) -> Iterator[None]:
    stopped = threading.Event()
    thread = threading.Thread(target=run, args=[stopped])
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@contextmanager
def _small_disk() -> Iterator[Path]:
    """Yield a folder on a disk of its own.

    Raises:
        SkippedError: this process may not mount one.
    """
    with tempfile.TemporaryDirectory() as temporary:
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", temporary]
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:
            raise SkippedError("a small disk can be mounted by root alone")
        try:
            yield Path(temporary)
        finally:
            subprocess.run(["umount", "--lazy", temporary], check=True)


def _fill(filler: Path) -> None:
    """Take what room there is on a disk, to the last byte."""
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(BLOCK)
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(b"\0"):
            continue


def _faketime() -> str:
    named = os.environ.get("QUIETUDE_BENCH_FAKETIME")
    places = [Path(named)] if named else [Path(place) / FAKETIME for place in FAKETIME_AT]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise SkippedError("no libfaketime here: install it, or name the file in QUIETUDE_BENCH_FAKETIME")
    return str(found)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise SkippedError(f"no {name} here")
    return found


def _laid(empty: Settings, flow: str) -> Settings:
    settings = lay(empty, 5)
    source = SOURCE.replace("flow: {}", flow)
    (settings.town_dir / "sources" / "bench.yml").write_text(source, encoding="utf-8")
    return settings


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def _published_by_mqtt(sent: Sent, port: int) -> Iterator[None]:
    """Have messages come while the block runs; a client keeps what the broker has not acknowledged, as sensors do."""
    waiting: dict[int, tuple[str, str]] = {}
    mutex = threading.Lock()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench", protocol=mqtt.MQTTv5)
    client.reconnect_delay_set(1, 2)

    def acknowledged(_client: Any, _data: Any, number: int, _reason: Any, _properties: Any) -> None:
        with mutex:
            key, cell = waiting.pop(number)
        sent.cells[key] = cell

    def run(over: threading.Event) -> None:
        while not over.wait(MESSAGE_PAUSE_S):
            said, cell = sent.next_record()
            with mutex:
                message = client.publish("bench/records", json.dumps(said).encode(), qos=1)
                waiting[message.mid] = str(said["key"]), cell

    client.on_publish = acknowledged
    client.connect("127.0.0.1", port, clean_start=False)
    client.loop_start()
    with _in_thread(run):
        yield
    client.disconnect()
    client.loop_stop()


async def _with_stream(url: str) -> None:
    line = await nats.connect(url, allow_reconnect=False)
    await line.jetstream().add_stream(name="bench", subjects=["bench.>"])
    await line.close()


def _publish_nats(sent: Sent, url: str, over: threading.Event) -> None:
    asyncio.run(_published_by_nats(sent, url, over))


async def _published_by_nats(sent: Sent, url: str, over: threading.Event) -> None:
    """Publish messages until stopped; what is not acknowledged is sent again on the next line."""
    said, cell = sent.next_record()
    while not over.is_set():
        try:
            line = await nats.connect(url, allow_reconnect=False, connect_timeout=1, error_cb=_silent)
        except (OSError, nats.errors.Error, TimeoutError):
            await asyncio.sleep(ANSWER_S)
            continue
        with suppress(OSError, nats.errors.Error, TimeoutError):
            while not over.is_set():
                await line.jetstream().publish("bench.records", json.dumps(said).encode(), timeout=ANSWER_S)
                sent.cells[str(said["key"])] = cell
                said, cell = sent.next_record()
                await asyncio.sleep(MESSAGE_PAUSE_S)
        with suppress(OSError, nats.errors.Error, TimeoutError):
            await line.close()


async def _silent(_error: Exception) -> None:
    """Say nothing of a line that is cut: that is what is measured."""
