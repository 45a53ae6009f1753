"""Troubles of a served portal while records come: nothing acknowledged is lost, no alarm lost or doubled.

A sender brings one record a message, each in a cell of its own, by a rule that rings once a cell. Meanwhile one trouble
happens: `kill -9` at random hundreds of times, a full disk, a clock that jumps, a broker that is away for two minutes.
Then every acknowledged record must be one fact, and one alarm.

`python -m bench.kills [kills] [disk] [clock] [mqtt] [nats] [--short] [--times N] [--seed N]`: all when none is named;
QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable

from bench.flows import lay, token_of
from bench.logbook_agents import installed, kill, served
from bench.sent import PAUSE_S, Sent, host_of, settle
from bench.troubles import LONG, SHORT, Lengths, SkippedError, away_mqtt, away_nats, full_disk, jumping_clock
from quietude.config import Settings

TIMES, SHORT_TIMES, SEED = 200, 5, 7
LONGEST_S = 2.5
"""Between the first record that is acknowledged and the death."""
FIRST_S = 30.0
"""How long that first one is waited for."""
TROUBLES: dict[str, Callable[[Lengths], None]] = {
    "disk": full_disk,
    "clock": jumping_clock,
    "mqtt": away_mqtt,
    "nats": away_nats,
}


def killed(settings: Settings, token: str, sent: Sent, alive_s: float) -> None:
    """Serve, send for a while, and kill."""
    with served(settings) as (server, address):
        stopped = threading.Event()
        sending = threading.Thread(target=sent.send, args=[host_of(address), token, stopped])
        before = len(sent.cells)
        sending.start()
        ends = time.monotonic() + FIRST_S
        while len(sent.cells) == before and time.monotonic() < ends:
            time.sleep(PAUSE_S)
        time.sleep(alive_s)
        kill(server)
        stopped.set()
        sending.join()


def kills(times: int, seed: int) -> None:
    """Kill again and again, and print what is left."""
    chance = random.Random(seed)
    with installed() as empty:
        settings = lay(empty, 5)
        token, sent = token_of(settings), Sent()
        for _ in range(times):
            killed(settings, token, sent, chance.uniform(0.1, LONGEST_S))
        sent.tell(settle(settings), "kill -9", f"{times} kills")


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m bench.kills")
    asked.add_argument("troubles", nargs="*", metavar="trouble", help="all when none is named")
    asked.add_argument("--short", action="store_true", help=f"seconds in place of minutes, {SHORT_TIMES} kills")
    asked.add_argument("--times", type=int, help=f"kills ({TIMES})")
    asked.add_argument("--seed", type=int, default=SEED)
    said = asked.parse_args()
    if unknown := set(said.troubles) - {"kills", *TROUBLES}:
        asked.error(f"no trouble {sorted(unknown)}; there are kills, {', '.join(TROUBLES)}")
    for name in said.troubles or ["kills", *TROUBLES]:
        try:
            if name == "kills":
                kills(said.times or (SHORT_TIMES if said.short else TIMES), said.seed)
            else:
                TROUBLES[name](SHORT if said.short else LONG)
        except SkippedError as reason:
            print(f"{name}: left out, {reason}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
