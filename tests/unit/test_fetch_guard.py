"""Which addresses may be dialled. Nothing here opens a socket to anywhere."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from yarl import URL

from monitor.fetch.guard import Dial, Guard, PrivateAddress, dialling, is_public, literal
from monitor.fetch.target import BadAddress, target
from monitor.limits import URL_CAP

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.9 192.0.0.200 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:1::
3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.255
2606:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8 2002:808:808::1 64:ff9b::808:808
""".split()


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.", "0x7f.1"])
def test_old_forms_are_seen_through(host: str) -> None:
    assert literal(host) == ipaddress.ip_address("127.0.0.1")


@pytest.mark.parametrize("host", ["fade", "example.com", "1.2.3.4.5", "localhost", "", "x"])
def test_names_are_no_addresses(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(
    ("listed", "host", "port", "address", "allowed"),
    [
        ((), "a.example", 80, "127.0.0.1", False),
        (("127.0.0.1:8080",), "127.0.0.1", 8080, "127.0.0.1", True),
        (("127.0.0.1:8080",), "127.0.0.1", 8081, "127.0.0.1", False),
        (("127.0.0.1",), "a.example", 1, "127.0.0.1", True),
        (("10.1.0.0/16",), "intra.example", 80, "10.1.2.3", True),
        (("10.1.0.0/16",), "intra.example", 80, "10.2.0.1", False),
        (("10.1.0.0/16",), "intra.example", 80, "::1", False),
        (("Intra.Example",), "intra.example", 80, "10.2.0.1", True),
        (("intra.example:80",), "intra.example.", 80, "10.2.0.1", True),
        (("intra.example:80",), "intra.example", 443, "10.2.0.1", False),
        (("intra.example",), "other.example", 80, "10.2.0.1", False),
        (("[::1]:8080",), "::1", 8080, "::1", True),
        (("::1",), "::1", 9, "::1", True),
        (("fd00::/8",), "x.example", 80, "fd00::5", True),
    ],
)
def test_listed(listed: tuple[str, ...], host: str, port: int, address: str, allowed: bool) -> None:
    assert Guard(listed).allows(host, port, ipaddress.ip_address(address)) is allowed


def test_the_socket_is_refused_before_it_exists() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 80))
    with pytest.raises(PrivateAddress):
        Guard().open_socket(info)
    token = dialling.set(Dial("listed.example", 80))
    try:
        Guard(("listed.example:80",)).open_socket(info).close()
        with pytest.raises(PrivateAddress):
            Guard(("other.example",)).open_socket(info)
    finally:
        dialling.reset(token)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://a.example/", "bad_scheme"),
        ("file:///etc/hosts", "bad_scheme"),
        ("FILE:/etc/hosts", "bad_scheme"),
        ("data:text/xml,<rss/>", "bad_scheme"),
        ("javascript:alert(1)", "bad_scheme"),
        ("a.example/feed", "bad_scheme"),
        ("", "bad_url"),
        ("http://", "bad_url"),
        ("http:///path", "bad_url"),
        ("http://a.example\\@b.example/", "bad_url"),
        ("http://a.example/\r\nHost: b.example", "bad_url"),
        ("http://a.example/\x00", "bad_url"),
        ("http://a.example /", "bad_url"),
        ("http://a.example:99999/", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://%31%32%37.0.0.1/", "bad_url"),
        ("https://a.example/".ljust(URL_CAP + 1, "x"), "bad_url"),
    ],
)
def test_addresses_that_are_not_asked(address: str, reason: str) -> None:
    with pytest.raises(BadAddress) as refused:
        target(address, Guard())
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７.０.０.１/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://user:secret@10.0.0.1/",
        "HTTP://169.254.169.254/latest/",
    ],
)
def test_private_literals_are_refused_before_anything_is_opened(address: str) -> None:
    with pytest.raises(PrivateAddress):
        target(address, Guard())


@pytest.mark.parametrize("length", [URL_CAP - 1, URL_CAP])
def test_long_addresses(length: int) -> None:
    address = "https://a.example/".ljust(length, "x")
    assert str(target(address, Guard())) == address


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b c#frag", "https://a.example/b%20c"),
        ("other", "https://a.example/dir/other"),
        ("HTTP://B.example/?a=%2F%7e", "http://b.example/?a=%2F%7e"),
        (" https://b.example/ü ", "https://b.example/%C3%BC"),
    ],
)
def test_locations_may_be_sloppy(location: str, expected: str) -> None:
    assert str(target(location, Guard(), base=URL("https://a.example/dir/x"))) == expected
