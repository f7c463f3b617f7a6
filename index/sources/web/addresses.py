"""Web addresses and IP addresses: which may be fetched at all.

There is one parser here and one alone. What it found is what is checked, resolved, connected to and sent; a second
parser would read some addresses differently, and that difference is how servers have been tricked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import idna
import tld

from index.errors import SourceError

PORTS = frozenset({80, 443})
LONGEST_ADDRESS = 4096
_LONGEST_SHOWN = 300

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_HOST_AND_PORT = re.compile(r"(\[[0-9a-f:.]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")

# Kept as they are in a path or query; everything else is percent-encoded, "%" itself being encoded already.
_KEPT = "/?:@!$&'()*+,;=%-._~[]|"

# Names that mean this machine or this network, whatever a resolver would make of them.
_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa", "onion", "arpa")

# What ``ipaddress`` calls global and is not the public Internet, or what carries another address within it.
_DENIED = tuple(
    (ipaddress.ip_network(network), what)
    for network, what in (
        ("168.63.129.16/32", "a cloud's own address for its machines"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.88.99.0/24", "a relay to other addresses"),
        ("100.64.0.0/10", "within a provider's network"),
        ("2002::/16", "another address in disguise (6to4)"),
        ("2001::/32", "another address in disguise (Teredo)"),
        ("64:ff9b::/96", "another address in disguise (NAT64)"),
        ("64:ff9b:1::/48", "another address in disguise (NAT64)"),
        ("::/96", "another address in disguise (IPv4-compatible)"),
        ("fec0::/10", "within a private network"),
    )
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address that may be asked for, in one normal form and without its fragment.

    Attributes:
        host: in lower case and ASCII, without the brackets of an IPv6 address.
        target: path and query, as they are sent.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Return host and port as the Host header names them: the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _default_port(self.scheme) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return what robots.txt speaks for: scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """Return the address as one string."""
        return self.origin + self.target


def is_web_reference(reference: str) -> bool:
    """Tell whether a reference is meant as a web address rather than as a path.

    That is anything with a scheme, also one that is not fetched, so that "file:///etc/passwd" is refused and never
    opened; a drive letter is none.
    """
    match = _SCHEME.match(reference.strip())
    return match is not None and len(match.group(1)) > 1


def parse_address(reference: str, *, ports: Collection[int] = PORTS) -> WebAddress:
    """Return the address that ``reference`` names.

    Raises:
        SourceError: it is not a plain http or https address, its port is none of ``ports``, or its host is an address
            or a name that is not on the public Internet.
    """
    text = reference.strip()
    if len(text) > LONGEST_ADDRESS:
        raise _refused(text, f"it has {len(text)} characters, at most {LONGEST_ADDRESS} are read")
    if _FORBIDDEN.search(text):
        raise _refused(text, "it holds a backslash or a control character")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        other = _SCHEME.match(text)
        came = f"it begins with {other.group(1).lower()!r}" if other else "it has no scheme"
        raise _refused(text, f"{came}, wanted http:// or https://")
    scheme, authority, path, query, fragment = (part or "" for part in parts.groups())
    if "@" in authority:
        masked = f"{scheme}://…@{authority.rpartition('@')[2]}{path}"  # no password belongs into a log
        raise _refused(masked, "it holds a user name or a password before its host")
    if not path and "@" in query + fragment:
        raise _refused(text, "it is ambiguous: programs disagree about where its host ends")
    host_and_port = _HOST_AND_PORT.fullmatch(authority)
    if host_and_port is None:
        raise _refused(text, f"{authority!r} is no host")
    port = int(host_and_port.group(2) or _default_port(scheme.lower()))
    if port not in ports:
        wanted = " or ".join(str(number) for number in sorted(ports))
        raise _refused(text, f"its port is {port}, wanted {wanted}")
    host = _read_host(text, host_and_port.group(1))
    return WebAddress(scheme.lower(), host, port, quote((path or "/") + query, safe=_KEPT))


def join_address(base: WebAddress, link: str, *, ports: Collection[int] = PORTS) -> WebAddress:
    """Return the address that ``link`` means on the page ``base``.

    Raises:
        SourceError: as ``parse_address``; the link may lead anywhere.
    """
    link = link.strip()
    try:
        joined = urljoin(base.url, link)
    except ValueError as error:
        raise _refused(link, "it is no address") from error
    return parse_address(joined, ports=ports)


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses belong to one registered name, such as "paper.example"; two tenants of a
    host that many share are two sites.
    """
    try:
        hosts = [parse_address(url, ports=range(65536)).host for url in (one, other)]
    except SourceError:
        return False
    return hosts[0] == hosts[1] or _registered(hosts[0]) == _registered(hosts[1]) is not None


def why_not_public(address: str | IpAddress) -> str | None:
    """Return what is wrong with an IP address as the place of an article, or None where it is a public one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    if ip.version == 6 and ip.scope_id is not None:
        return "within this network"
    if ip.version == 6 and ip.ipv4_mapped is not None:
        return why_not_public(ip.ipv4_mapped)
    for what, holds in (
        ("this machine itself", ip.is_loopback or ip.is_unspecified),
        ("within this network", ip.is_link_local),
        ("for many machines at once", ip.is_multicast),
    ):
        if holds:
            return what
    for network, what in _DENIED:
        if ip in network:
            return what
    if ip.is_private or ip.is_reserved or not ip.is_global:
        return "within a private or reserved network"
    return None


def _read_host(reference: str, host: str) -> str:
    if host.startswith("["):
        try:
            ip: IpAddress = ipaddress.IPv6Address(host[1:-1])
        except ValueError as error:
            raise _refused(reference, f"{host} is no IPv6 address") from error
        return _require_public(reference, ip)
    name = _encode_name(reference, host)
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        try:
            return _require_public(reference, ipaddress.IPv4Address(name))
        except ValueError as error:
            raise _refused(reference, f"{host!r} is an odd way to write a number as a host") from error
    for local in _LOCAL_NAMES:
        if name == local or name.endswith(f".{local}"):
            raise _refused(reference, f"{name!r} is a name within this machine or network, not on the Internet")
    if len(labels) < 2:
        raise _refused(reference, f"{name!r} is no full name of a host")
    return name


def _encode_name(reference: str, host: str) -> str:
    """Return a host name in ASCII and lower case, without the dot of the root."""
    if not host or len(host) > 253:
        raise _refused(reference, "it has no host" if not host else "its host is longer than a name can be")
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise _refused(reference, f"{host!r} is no name of a host") from error
    name = name.removesuffix(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise _refused(reference, f"{host!r} is no name of a host")
    return name


def _require_public(reference: str, ip: IpAddress) -> str:
    if reason := why_not_public(ip):
        raise _refused(reference, f"its host {ip} is {reason}, wanted a public address")
    return str(ip)


def _registered(host: str) -> str | None:
    """Return the name that somebody registered, or None for an IP address.

    Under a top-level domain that the public suffix list does not know, it is the last two labels, as that list says.
    """
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return None
    name = tld.get_fld(host, fix_protocol=True, fail_silently=True, search_private=True)
    return name if isinstance(name, str) else ".".join(labels[-2:])


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _refused(reference: str, reason: str) -> SourceError:
    if len(reference) > _LONGEST_SHOWN:
        reference = f"{reference[:_LONGEST_SHOWN]}…"
    if _FORBIDDEN.search(reference):
        reference = ascii(reference)[1:-1]
    return SourceError(
        f"{reference}: {reason}.",
        reference=reference,
        hint="Give the public address of an article, a feed or a sitemap; or save the page and give the file.",
    )
