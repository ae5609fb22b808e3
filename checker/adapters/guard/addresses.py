"""Which IP addresses are public, by our own table.

``ipaddress``'s ``is_global`` is wrong for 22 of 49 non-public test addresses and differs between
patch levels of one Python version, so the IANA special-purpose registries are spelt out here:
https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry.
"""

import socket
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_SPECIAL_V4 = tuple(
    (IPv4Network(block), what)
    for block, what in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # IANA has given out global unicast here and nowhere else
_SPECIAL_V6 = tuple(
    (IPv6Network(block), what)
    for block, what in (
        ("2001::/23", "protocol assignments, Teredo"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")  # RFC 4291 §2.5.5.2
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1: how an IPv6-only host sees IPv4 sites

# Where clouds keep credentials for whoever asks. A CIDR in an allow-list never opens these; only
# the exact address does. 168.63.129.16 (Azure) looks like any public address.
METADATA: tuple[IPNetwork, ...] = (
    IPv4Network("169.254.0.0/16"),
    IPv4Network("100.100.100.200/32"),
    IPv4Network("168.63.129.16/32"),
    IPv4Network("192.0.0.192/32"),
    IPv6Network("fd00:ec2::/32"),
)


def unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv4-mapped or NAT64 one stands for, else *address*."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_metadata(address: IPAddress) -> bool:
    return any(unwrap(address) in network for network in METADATA)


def why_refused(address: IPAddress) -> str | None:
    """What kind of address *address* is if it is not public, else None."""
    address = unwrap(address)
    if is_metadata(address):
        return "link-local or cloud metadata"
    if isinstance(address, IPv4Address):
        return next((what for block, what in _SPECIAL_V4 if address in block), None)
    if address not in _GLOBAL_V6:
        return "loopback" if address.is_loopback else "not global unicast"
    return next((what for block, what in _SPECIAL_V6 if address in block), None)


def literal(host: str) -> IPAddress | None:
    """The address that *host* spells in standard form, brackets allowed, else None."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def legacy_literal(host: str) -> IPAddress | None:
    """As ``literal``, and the old forms that resolvers still take: 2130706433, 0x7f.1, 127.1."""
    found = literal(host)
    if found is not None:
        return found
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, ValueError):  # ValueError: not ASCII
        return None


def network(text: str) -> IPNetwork:
    """A CIDR block or single address. Raises ValueError, also where host bits are set."""
    return ip_network(text)
