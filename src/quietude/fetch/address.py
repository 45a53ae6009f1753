"""Which addresses the portal goes to: one spelling of each, and nothing inside the network unless it is listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from quietude.fetch.problem import RefusedError

IPAddress = IPv4Address | IPv6Address

DEFAULT_PORTS = {"https": 443, "http": 80}
PORTS = frozenset({443, 8443})
"""Where servers of others are asked by HTTPS; a listed host may be asked at any port."""
URL_LENGTH_MAX = 2048  # characters; what servers commonly take
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
PRINTABLE = re.compile(r"[!-~]+")  # no blank, no control character, nothing beyond ASCII
NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
"""A last label that resolvers read as an IPv4 number: 2130706433, 0x7f000001, 0177.1 (WHATWG URL, host parsing)."""

NEVER: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # "this host"
        "169.254.0.0/16",  # link-local: the metadata of cloud machines
        "168.63.129.16/32",  # the metadata of one cloud, at a public address
        "100.100.100.200/32",  # of another, among shared addresses
        "224.0.0.0/4",  # multicast
        "255.255.255.255/32",
        "::/128",
        "fe80::/10",  # link-local
        "fd00:ec2::254/128",  # metadata over IPv6
        "fd20:ce::254/128",  # of another cloud
        "ff00::/8",  # multicast
    )
)
"""Where not even a listed host may lead."""
OPEN_CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 96),  # IPv4-mapped
    (IPv6Network("64:ff9b::/96"), 96),  # NAT64 (RFC 6052)
    (IPv6Network("2002::/16"), 16),  # 6to4
)
"""IPv6 blocks that are as public as the IPv4 address they carry, and after how many bits they carry it."""
CARRIERS = (
    *OPEN_CARRIERS,
    (IPv6Network("::/96"), 96),  # IPv4-compatible, deprecated
    (IPv6Network("::ffff:0:0:0/96"), 96),  # IPv4-translated (RFC 2765)
    (IPv6Network("64:ff9b:1::/48"), 96),  # NAT64 of one network (RFC 8215), with its usual prefix
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is given out as public (RFC 4291); the rest is site-local, reserved or worse."""
DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637, newer than Python's own list
TEREDO = IPv6Network("2001::/32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes, in one spelling: what is judged is what is asked."""

    scheme: str
    host: str
    """Lower case, no final dot; an IPv6 address without its brackets."""
    port: int
    path: str
    """Path and query, at least "/"."""
    is_listed: bool
    """Whether the installation lists the host: it may be inside the network, and be asked in the clear."""

    @property
    def authority(self) -> str:
        """Return the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what must be equal for credentials to go along with a redirection."""
        return self.scheme, self.host, self.port


def read_target(url: str, listed: frozenset[str]) -> Target:
    """Return where `url` leads.

    Raises:
        RefusedError: the address is not one the portal goes to; the message does not repeat it, it may hold a secret.
    """
    if len(url) > URL_LENGTH_MAX or PRINTABLE.fullmatch(url) is None or "\\" in url:
        raise RefusedError(
            f"this address is refused: at most {URL_LENGTH_MAX} printable ASCII characters, no blank, no backslash. "
            "Write other letters of a host as xn--…, of a path as %…"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedError("this address cannot be read: check the host and the port") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise RefusedError("this address is refused: only https:// (or http:// for a listed host) is asked")
    if "@" in parts.netloc:
        raise RefusedError(
            "this address is refused: no name or password before the host; credentials have their own setting"
        )
    host = _read_host(parts.hostname or "", is_bracketed=parts.netloc.startswith("["))
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    is_listed = host in listed or f"{host}:{port}" in listed
    if not is_listed and (parts.scheme != "https" or port not in PORTS):
        raise RefusedError(
            f"{host} is not listed: it is asked by https:// at port {' or '.join(map(str, sorted(PORTS)))} only. "
            "List it in QUIETUDE_FETCH_HOSTS if it is yours"
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, path=path, is_listed=is_listed)


def _read_host(host: str, *, is_bracketed: bool) -> str:
    if is_bracketed:
        try:
            return str(IPv6Address(host)) if "%" not in host else _refuse_host()
        except ValueError:
            return _refuse_host()
    name = host.removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):  # RFC 1035: 253 characters of a name
        return _refuse_host()
    if NUMBER_LIKE.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))  # four decimal numbers without leading zeros, and nothing else
        except ValueError:
            return _refuse_host()
    return name


def _refuse_host() -> str:
    raise RefusedError(
        "this address is refused: the host is neither a name nor an address in its usual form "
        "(192.0.2.1, [2001:db8::1])"
    )


def carried(address: IPAddress) -> tuple[IPAddress, ...]:
    """Return the address and every IPv4 address that it carries inside."""
    if isinstance(address, IPv4Address) or address.is_loopback:
        return (address,)
    number = int(address)
    found: list[IPAddress] = [address]
    found += [IPv4Address(number >> (128 - 32 - offset) & 0xFFFFFFFF) for block, offset in CARRIERS if address in block]
    if address in TEREDO:
        found += [IPv4Address(number >> 64 & 0xFFFFFFFF), IPv4Address(~number & 0xFFFFFFFF)]
    return tuple(found)


def forbidden_reason(text: str, *, is_listed: bool) -> str | None:
    """Return why a resolved address is not gone to, None when it may be.

    A carrier block (NAT64 and the like) is judged by the IPv4 address inside as well as by itself.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return "the resolver gave something that is no address"
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "it belongs to one network card only"
    inside = carried(address)
    if any(one in block for one in inside for block in NEVER if one.version == block.version):
        return "it is a link-local, metadata or multicast address"
    if is_listed:
        return None
    if not all(_is_public(one) for one in inside):
        return "it is inside a private network"
    return None


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, IPv6Address) and any(address in block for block, _ in OPEN_CARRIERS):
        return True  # judged by the IPv4 address inside
    if isinstance(address, IPv6Address) and (address not in GLOBAL_UNICAST or address in DOCUMENTATION):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
