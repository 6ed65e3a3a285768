"""Which network addresses a user may make the platform call."""

import ipaddress

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are an IPv4 address."""


def is_public_address(address: str) -> bool:
    """Whether the IP address is one of the public internet; raises ValueError when it is no address."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public_address(str(embedded))
    return ip.is_global and not ip.is_multicast


def may_be_public_host(host: str) -> bool:
    """Whether a URL's host is not plainly internal: a private address, or a name that only this network resolves.

    A public name may still resolve to a private address: who connects must check with `is_public_address`.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        return is_public_address(name)
    except ValueError:
        # RFC 6761, RFC 6762 and RFC 9476, and Kubernetes' own services; a name without a dot is a local one.
        internal = (".localhost", ".local", ".internal", ".home.arpa", ".svc", ".alt")
        return "." in name and not name.endswith(internal)
