"""Which addresses are gone to: every known way round is refused."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.fetch.address import forbidden_reason, read_target
from quietude.fetch.problem import RefusedError

NOTHING: frozenset[str] = frozenset()
PRIVATE = [
    IPv4Network(block)
    for block in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "0.0.0.0/8",
    )
]
private_addresses = st.sampled_from(PRIVATE).flatmap(lambda block: st.ip_addresses(network=block))
any_v4 = st.ip_addresses(v=4)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://data.example/", id="in-the-clear"),
        pytest.param("ftp://data.example/", id="ftp"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("gopher://data.example/", id="gopher"),
        pytest.param("//data.example/", id="no-scheme"),
        pytest.param("https:///path", id="no-host"),
        pytest.param("https://user@data.example/", id="user"),
        pytest.param("https://data.example:pass@10.0.0.1/", id="password"),
        pytest.param("https://data.example%40@10.0.0.1/", id="encoded-at"),
        pytest.param("https://data.example\\@10.0.0.1/", id="backslash"),
        pytest.param("https://data.example /", id="blank"),
        pytest.param("https://data.example/\r\nHost: 10.0.0.1", id="line-break"),
        pytest.param("https://data.example\t/", id="tab"),
        pytest.param("https://data.example:22/", id="other-port"),
        pytest.param("https://data.example:99999/", id="no-port"),
        pytest.param("https://data.example:x/", id="port-of-letters"),
        pytest.param("https://2130706433/", id="decimal"),
        pytest.param("https://0x7f000001/", id="hexadecimal"),
        pytest.param("https://0x7f.1/", id="short-hexadecimal"),
        pytest.param("https://0177.0.0.1/", id="octal"),
        pytest.param("https://127.1/", id="short"),
        pytest.param("https://127.0.0.1.0x/", id="number-at-the-end"),
        pytest.param("https://example.1/", id="number-as-top-domain"),
        pytest.param("https://①②⑦.⓪.⓪.①/", id="enclosed-digits"),
        pytest.param("https://１２７.０.０.１/", id="wide-digits"),
        pytest.param("https://exämple.example/", id="not-ascii"),
        pytest.param("https://data。example/", id="ideographic-dot"),
        pytest.param("https://%31%30.0.0.1/", id="encoded-digits"),
        pytest.param("https://[fe80::1%25eth0]/", id="network-card"),
        pytest.param("https://[::1/", id="open-bracket"),
        pytest.param("https://[v1.x]/", id="future-address"),
        pytest.param("https://-data.example/", id="hyphen-first"),
        pytest.param("https://data..example/", id="empty-label"),
        pytest.param("https://" + "a" * 64 + ".example/", id="long-label"),
        pytest.param("https://data.example/" + "a" * 3000, id="long"),
    ],
)
def test_an_address_in_an_unusual_form_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        read_target(url, NOTHING)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://Data.Example/a?b=c#d", "data.example", 443, "/a?b=c"),
        ("https://data.example.:8443", "data.example", 8443, "/"),
        ("https://[2001:4860:4860:0::8888]/", "2001:4860:4860::8888", 443, "/"),
        ("https://xn--exmple-cua.example/", "xn--exmple-cua.example", 443, "/"),
    ],
)
def test_an_address_has_one_spelling(url: str, host: str, port: int, path: str) -> None:
    target = read_target(url, NOTHING)
    assert (target.host, target.port, target.path, target.is_listed) == (host, port, path, False)


@pytest.mark.parametrize("url", ["http://broker.lan/", "https://broker.lan:9000/x", "http://10.0.0.8:8080/"])
def test_a_listed_host_may_be_asked_in_the_clear_and_at_any_port(url: str) -> None:
    assert read_target(url, frozenset({"broker.lan", "10.0.0.8:8080"})).is_listed


@pytest.mark.parametrize("url", ["http://10.0.0.8:8081/", "http://broker.lan.evil.example/", "http://xbroker.lan/"])
def test_listing_a_host_lists_no_other(url: str) -> None:
    with pytest.raises(RefusedError):
        read_target(url, frozenset({"broker.lan", "10.0.0.8:8080"}))


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for url in (text, f"https://{text}/", f"https://{text}@x.example/"):
        try:
            target = read_target(url, NOTHING)
        except RefusedError:
            continue
        assert target.scheme == "https"
        assert target.host.isascii()
        assert "@" not in target.authority


@given(private_addresses)
def test_a_private_address_is_refused(address: IPv4Address) -> None:
    assert forbidden_reason(str(address), is_listed=False) is not None


def carriers_of(address: IPv4Address) -> list[IPv6Address]:
    number = int(address)
    return [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address(number),
        IPv6Address((0xFFFF << 48) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x64FF9B0001 << 80) | number),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
        IPv6Address((0x20010000 << 96) | (number << 64)),
        IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF)),
    ]


@given(private_addresses)
def test_a_private_address_inside_an_ipv6_one_is_refused(address: IPv4Address) -> None:
    let_through = [str(one) for one in carriers_of(address) if forbidden_reason(str(one), is_listed=False) is None]
    assert let_through == []


@given(any_v4)
def test_an_ipv4_address_that_python_calls_public_is_so_mapped_too(address: IPv4Address) -> None:
    plain = forbidden_reason(str(address), is_listed=False) is None
    mapped = forbidden_reason(f"::ffff:{address}", is_listed=False) is None
    assert plain == mapped
    assert not plain or address.is_global


NOT_PUBLIC = ["::1", "::", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "ff02::1", "2001:db8::1", "fec0::1",
              "100::1", "3fff::1", "5f00::1", "4000::1", "64:ff9b:1::808:808", "not an address", ""]  # fmt: skip


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_what_is_no_public_address_is_refused(text: str) -> None:
    assert forbidden_reason(text, is_listed=False) is not None


@pytest.mark.parametrize("text", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_gone_to(text: str) -> None:
    assert forbidden_reason(text, is_listed=False) is None


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "10.0.0.8", "192.168.1.1", "fd12::1"])
def test_a_listed_host_may_be_inside_the_network(text: str) -> None:
    assert forbidden_reason(text, is_listed=True) is None


METADATA = ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "168.63.129.16", "100.100.100.200",
            "fd00:ec2::254", "fe80::a9fe:a9fe", "0.0.0.0", "224.0.0.1"]  # fmt: skip


@pytest.mark.parametrize("text", METADATA)
def test_not_even_a_listed_host_leads_to_the_metadata_of_a_cloud(text: str) -> None:
    assert ip_address(text)
    assert forbidden_reason(text, is_listed=True) is not None
