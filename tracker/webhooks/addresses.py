"""Which addresses of the network a receiver may have: those of the public internet, and no other."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
_SPECIAL = (
    IPv6Network("2001::/23"),  # Teredo, ORCHID and others (RFC 2928)
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    IPv6Network("3fff::/20"),
)


def is_public(address: str) -> bool:
    """Whether a numeric address is one that anybody on the internet could reach.

    Not so: private, loopback, link-local (the metadata of clouds), shared (RFC 6598), multicast, reserved. Nor an
    IPv6 address that wraps an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64), whatever it wraps: no receiver needs
    such a one, and each is a way to say 127.0.0.1 in other letters. Nor what is no address at all.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _is_public_4(found) if isinstance(found, IPv4Address) else _is_public_6(found)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_public_6(address: IPv6Address) -> bool:
    plain = IPv6Address(int(address))  # without a zone, of which networks know nothing
    return plain in _UNICAST and plain.is_global and not any(plain in special for special in _SPECIAL)
