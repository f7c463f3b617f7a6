"""58 addresses that must never be fetched, and the invented web on which some of them lead astray."""

from __future__ import annotations

from html import escape

from tests.index.fake_web import PUBLIC, FakeWeb, article_page, rss, sitemap

# {PORT} is where the canary listens. What the refusal must name stands beside each.
DIRECT = (
    ("http://127.0.0.1:{PORT}/", "this machine itself"),
    ("http://localhost:{PORT}/", "within this machine or network"),
    ("http://127.1:{PORT}/", "odd way to write a number"),
    ("http://0177.0.0.1:{PORT}/", "odd way to write a number"),
    ("http://0x7f000001:{PORT}/", "odd way to write a number"),
    ("http://2130706433:{PORT}/", "odd way to write a number"),
    ("http://①②⑦.⓪.⓪.①:{PORT}/", "127.0.0.1 is this machine itself"),
    ("http://0.0.0.0:{PORT}/", "this machine itself"),
    ("http://[::1]:{PORT}/", "this machine itself"),
    ("http://[::]:{PORT}/", "this machine itself"),
    ("http://[::ffff:127.0.0.1]:{PORT}/", "this machine itself"),
    ("http://[::ffff:7f00:1]:{PORT}/", "this machine itself"),
    ("http://[64:ff9b::7f00:1]:{PORT}/", "NAT64"),
    ("http://[2002:7f00:1::]:{PORT}/", "6to4"),
    ("http://169.254.169.254/latest/meta-data/", "within this network"),
    ("http://[fd00:ec2::254]/latest/meta-data/", "private or reserved"),
    ("http://metadata.google.internal/computeMetadata/v1/", "within this machine or network"),
    ("http://100.100.100.200/latest/meta-data/", "a provider's network"),
    ("http://168.63.129.16/machine?comp=goalstate", "a cloud's own address"),
    ("http://192.0.0.192/", "reserved for protocols"),
    ("http://100.64.0.1/", "a provider's network"),
    ("http://10.0.0.1/", "private or reserved"),
    ("http://172.16.0.1/", "private or reserved"),
    ("http://192.168.0.1/", "private or reserved"),
    ("http://[fe80::1]/", "within this network"),
    ("http://[fec0::1]/", "a private network"),
    ("http://[fc00::1]/", "private or reserved"),
    ("http://224.0.0.1/", "many machines at once"),
    ("http://255.255.255.255/", "private or reserved"),
    ("http://198.18.0.1/", "private or reserved"),
    ("file:///etc/passwd", "'file', wanted http"),
    ("file://localhost/etc/passwd", "'file', wanted http"),
    ("FILE:///etc/passwd", "'file', wanted http"),
    ("ftp://127.0.0.1/x", "'ftp', wanted http"),
    ("gopher://127.0.0.1:{PORT}/_GET%20/", "'gopher', wanted http"),
    ("dict://127.0.0.1:{PORT}/", "'dict', wanted http"),
    ("data:text/html,<h1>x</h1>", "'data', wanted http"),
    ("javascript:alert(1)", "'javascript', wanted http"),
    ("jar:file:///etc/passwd!/", "'jar', wanted http"),
    ("http://user:pass@127.0.0.1:{PORT}/", "a user name or a password"),
    ("http://public.test\\@127.0.0.1:{PORT}/", "a backslash"),
    ("http://public.test#@127.0.0.1:{PORT}/", "ambiguous"),
    ("http://127.0.0.1:{PORT}\\@public.test/", "a backslash"),
    ("http://public.test:80@127.0.0.1:{PORT}/", "a user name or a password"),
    ("http://localhost.localdomain:{PORT}/", "within this machine or network"),
    ("http://localhost.:{PORT}/", "within this machine or network"),
)
# Addresses that look harmless and lead astray once they are fetched.
ASTRAY = (
    ("http://public.test/redirect-302", "this machine itself"),
    ("http://public.test/redirect-301", "within this network"),
    ("http://public.test/redirect-307", "'file', wanted http"),
    ("http://public.test/redirect-without-scheme", "this machine itself"),
    ("http://public.test/chain-5", "this machine itself"),
    ("http://public.test/loop", "redirects in a circle"),
    ("http://public.test/meta-refresh", "this machine itself"),
    ("http://public.test/rss", "this machine itself"),
    ("http://public.test/sitemap", "this machine itself"),
    ("http://rebind.test/", "leads to 127.0.0.1, which is this machine itself"),
    ("http://mixed.test/", "leads to 127.0.0.1, which is this machine itself"),
    ("http://cname.test/", "leads to 10.0.0.7, which is within a private"),
)
ROWS = DIRECT + ASTRAY


def lay_traps(web: FakeWeb, port: int) -> None:
    here = f"http://127.0.0.1:{port}/"
    web.redirect("http://public.test/redirect-302", here, 302)
    web.redirect("http://public.test/redirect-301", "http://169.254.169.254/", 301)
    web.redirect("http://public.test/redirect-307", "file:///etc/passwd", 307)
    web.redirect("http://public.test/redirect-without-scheme", f"//127.0.0.1:{port}/")
    for hop in range(5, 1, -1):
        web.redirect(f"http://public.test/chain-{hop}", f"http://public.test/chain-{hop - 1}")
    web.redirect("http://public.test/chain-1", here)
    web.redirect("http://public.test/loop", "http://public.test/loop-on")
    web.redirect("http://public.test/loop-on", "http://public.test/loop")
    web.put("http://public.test/meta-refresh", refresh(here))
    web.put("http://public.test/rss", rss(f"<item><link>{here}</link></item>"), kind="application/rss+xml")
    web.put("http://public.test/sitemap", sitemap(f"<url><loc>{here}</loc></url>"), kind="application/xml")
    for host in ("rebind", "mixed", "cname"):
        web.put(f"http://{host}.test/", article_page(), Connection="close")
        web.put(f"http://{host}.test/robots.txt", "User-agent: *\nAllow: /\n", kind="text/plain", Connection="close")
    web.addresses["rebind.test"] = [[PUBLIC], ["127.0.0.1"]]
    web.addresses["mixed.test"] = [[PUBLIC, "127.0.0.1"]]
    web.addresses["cname.test"] = [["10.0.0.7"]]


def refresh(target: str) -> str:
    return article_page(head=f'<meta http-equiv="Refresh" content="0; url={escape(target)}">')
