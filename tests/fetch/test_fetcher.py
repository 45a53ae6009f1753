"""The way out, against servers that lie, drip, flood, redirect and change their address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fetch.servers import bytes_of, redirect_to, serving

from quietude.fetch.address import forbidden_reason
from quietude.fetch.api import Fetcher, FetchError, Limits, RefusedError

HERE = Fetcher(listed_hosts=frozenset({"127.0.0.1"}))
QUICK = Limits(seconds=1.0)
STOP = threading.Event()  # never set: a wait for it is a pause that ends with the connection


def test_a_listed_host_answers() -> None:
    with serving(bytes_of(b"good day", "Content-Type: text/plain")) as server:
        answer = HERE.fetch(f"{server.url}/a?b=c", headers={"Authorization": "Bearer x"})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"good day", "text/plain")
    assert server.asked[0].startswith("GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}" in server.asked[0]
    assert "Authorization: Bearer x" in server.asked[0]


def test_a_body_is_sent() -> None:
    with serving(bytes_of(b"", status="204 No Content")) as server:
        assert HERE.fetch(server.url, method="POST", body=b'{"a":1}').status == 204
    assert server.asked[0].startswith("POST / HTTP/1.1")


def test_a_caller_cannot_say_that_it_goes_elsewhere() -> None:
    with serving(bytes_of(b"")) as server:
        HERE.fetch(server.url, headers={"host": "bank.example", "Transfer-Encoding": "chunked"})
    assert "bank.example" not in server.asked[0]
    assert "chunked" not in server.asked[0]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb"])
def test_a_header_cannot_hold_a_second_one(value: str) -> None:
    with serving(bytes_of(b"")) as server, pytest.raises(FetchError):
        HERE.fetch(server.url, headers={"X-A": value}, limits=QUICK)


def test_more_bytes_than_allowed_are_refused_before_they_come() -> None:
    with serving(bytes_of(b"x" * 2000)) as server, pytest.raises(FetchError, match="more than the 1000 allowed"):
        HERE.fetch(server.url, limits=Limits(body_bytes=1000))


def test_more_bytes_than_allowed_are_refused_when_the_answer_does_not_say_how_many() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000
    with serving(lambda opened: opened.sendall(endless)) as server, pytest.raises(FetchError, match="1000 bytes"):
        HERE.fetch(server.url, limits=Limits(body_bytes=1000))


def test_exactly_as_many_bytes_as_allowed_are_taken() -> None:
    with serving(bytes_of(b"x" * 1000)) as server:
        assert len(HERE.fetch(server.url, limits=Limits(body_bytes=1000)).body) == 1000


def test_an_answer_that_ends_early_is_no_answer() -> None:
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
    with serving(lambda opened: opened.sendall(short)) as server, pytest.raises(FetchError):
        HERE.fetch(server.url, limits=QUICK)


def test_a_packed_answer_is_not_unpacked() -> None:
    with serving(bytes_of(b"bomb", "Content-Encoding: gzip")) as server, pytest.raises(FetchError, match="compressed"):
        HERE.fetch(server.url)


def drip(opened: socket.socket) -> None:
    opened.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not STOP.wait(0.05):
        opened.sendall(b"x")


def drip_in_the_head(opened: socket.socket) -> None:
    opened.sendall(b"HTTP/1.1 200 OK\r\n")
    while not STOP.wait(0.05):
        opened.sendall(b"X-A: b\r\n"[:1])


@pytest.mark.parametrize("say", [drip, drip_in_the_head, lambda _opened: STOP.wait(3)], ids=["body", "head", "silence"])
def test_a_slow_answer_ends_at_the_deadline(say: object) -> None:
    with serving(say) as server, pytest.raises(FetchError, match="took more than"):  # type: ignore[arg-type]  # one of Say
        HERE.fetch(server.url, limits=Limits(seconds=0.4))


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n",
                                  b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"])  # fmt: skip
def test_an_answer_that_makes_no_sense_is_an_error_of_ours(said: bytes) -> None:
    with serving(lambda opened: opened.sendall(said)) as server, pytest.raises(FetchError):
        HERE.fetch(server.url, limits=QUICK)


def test_redirections_are_not_followed_unless_asked() -> None:
    with serving(redirect_to("https://data.example/")) as server:
        assert HERE.fetch(server.url).status == 302


def test_redirections_are_followed_as_often_as_allowed() -> None:
    with serving(redirect_to("/two"), bytes_of(b"there")) as server:
        answer = HERE.fetch(server.url, limits=Limits(redirections=1))
    assert (answer.body, answer.url) == (b"there", f"{server.url}/two")


def test_a_circle_of_redirections_ends() -> None:
    with serving(*[redirect_to("/again")] * 4) as server, pytest.raises(FetchError, match="more than 2 times"):
        HERE.fetch(server.url, limits=Limits(redirections=2))


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[::1]/",
                                 "file:///etc/passwd", "http://data.example/", "https://2130706433/"])  # fmt: skip
def test_a_redirection_into_the_network_is_refused(url: str) -> None:
    with serving(redirect_to(url)) as server, pytest.raises(RefusedError):
        HERE.fetch(server.url, limits=Limits(redirections=3))


def test_what_was_posted_is_not_sent_elsewhere() -> None:
    with serving(redirect_to("/two", "307 Temporary Redirect")) as server, pytest.raises(RefusedError):
        HERE.fetch(server.url, method="POST", body=b"secret", limits=Limits(redirections=1))


def test_credentials_stay_with_the_server_they_are_for() -> None:
    with serving(bytes_of(b"other")) as other, serving(redirect_to(f"{other.url}/")) as first:
        sent = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Key": "k", "Accept": "text/csv"}
        HERE.fetch(first.url, headers=sent, limits=Limits(redirections=1))
    assert "Bearer x" in first.asked[0]
    assert not [word for word in ("Bearer x", "a=b", "X-Key") if word in other.asked[0]]
    assert "Accept: text/csv" in other.asked[0]


class Sockets:
    """Notes where connections go, and makes none."""

    def __init__(self) -> None:
        self.gone_to: list[str] = []

    def connect(self, address: str, _port: int, _seconds: float) -> socket.socket:
        """Note an address."""
        self.gone_to.append(address)
        raise ConnectionRefusedError


inside = st.sampled_from(["127.0.0.1", "169.254.169.254", "10.1.2.3"])
addresses = st.lists(st.one_of(st.ip_addresses().map(str), inside), min_size=1, max_size=4)


@given(st.lists(addresses, min_size=1, max_size=4))
def test_a_name_that_changes_its_address_leads_nowhere_else(answers: list[list[str]]) -> None:
    """DNS rebinding: whatever the resolver says next, connections go only to what was judged."""
    told: Iterator[list[str]] = iter(answers)
    said: list[list[str]] = []

    def resolve(_host: str, _port: int, _seconds: float) -> list[str]:
        said.append(next(told))
        return said[-1]

    sockets = Sockets()
    fetcher = Fetcher(resolve=resolve, connect=sockets.connect, tls=TLS)
    with pytest.raises(FetchError):
        fetcher.fetch("https://rebind.example/")
    assert len(said) == 1
    is_clean = all(forbidden_reason(address, is_listed=False) is None for address in said[0])
    assert sockets.gone_to == (said[0] if is_clean else [])


TLS = Fetcher().tls


def test_a_name_with_one_address_inside_the_network_is_refused_whole() -> None:
    sockets = Sockets()
    fetcher = Fetcher(resolve=lambda *_: ["8.8.8.8", "10.0.0.1"], connect=sockets.connect)
    with pytest.raises(RefusedError, match="private network"):
        fetcher.fetch("https://mixed.example/")
    assert sockets.gone_to == []


def test_a_server_without_tls_is_refused() -> None:
    with (
        serving(lambda opened: opened.sendall(b"this is no TLS")) as server,
        pytest.raises(FetchError, match="certificate"),
    ):
        HERE.fetch(f"https://127.0.0.1:{server.port}/", limits=QUICK)


def test_certificates_are_checked_and_old_tls_is_not_spoken() -> None:
    assert TLS.check_hostname
    assert TLS.verify_mode.name == "CERT_REQUIRED"
    assert TLS.minimum_version >= 0x0303  # TLS 1.2


def test_an_unknown_host_is_said_so() -> None:
    with pytest.raises(FetchError, match="not found"):
        Fetcher().fetch("https://no-such-host.invalid/", limits=Limits(seconds=5))


def test_no_message_repeats_what_may_be_a_secret() -> None:
    for url in ("https://user:hunter2@data.example/", "http://data.example/?token=hunter2", "https://x/ hunter2"):
        with pytest.raises(RefusedError) as refused:
            Fetcher().fetch(url)
        assert "hunter2" not in str(refused.value)
