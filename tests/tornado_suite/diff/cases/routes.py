"""Methods, paths, targets and hosts."""

from ..case import HOST, request

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
METHOD_PATHS = [
    "/",
    "/echo",
    "/methods",
    "/options",
    "/nowhere",
    "/static/robots.txt",
    "/etag",
    "/moved/x",
    "/xsrf",
]
OTHER_METHODS = ["TRACE", "FOO", "PROPFIND", "get", "CONNECT", "G-T", "GET!"]
BAD_METHODS = ["FOO,BAR", "G(T", "GE\tT", "", "\xe9"]

PATHS = """
// ///x /./ /a/../b /%2e%2e/ /%2F /nowhere/ /echo/ /Echo
/kw/ /kw/abc /kw/a%20b /kw/\u00e9 /kw/%C3%A9 /kw/abc/d
/opt/ /opt/12 /opt/1a /opt
/path/a/b /path/a/b/c /path//b /path/a/ /path/a%2Fb/c%2Fd /path/%3F/%23
/path/%C3%A9/%E4%B8%AD /path/%FF/x /path/x/%FF /path/%/x /path/%zz/x /path/%4/x /path/a+b/c%2Bd
/path/%00/x /path/a%0Ab/x /path/%25/x /path/a;b=c/d;e /path/%F0%9F%98%80/x /path/%20/x
/path/%u1234/x /path/a\\b/c /path/a|b/c^d /path/[x]/{y} /path/'"/<>
""".split()

HOSTS = [
    "example.com",
    "example.com:80",
    "EXAMPLE.com",
    "www.example.com",
    "example.com.",
    "",
    "foo bar",
    "a,b",
    "[::1]:80",
    "[::1",
    "user@host",
    "h\u00e9",
    "a/b",
    "example.com:x",
    "example.com:99999",
    "-",
    "_x_",
]


def add_cases(corpus):
    for method in METHODS:
        body = b"" if method in ("POST", "PUT", "PATCH") else None
        for path in METHOD_PATHS:
            corpus.send(method, f"method {method} {path}", path, body=body)
    for method in OTHER_METHODS:
        corpus.send(method, f"method {method}", "/echo")
    for method in BAD_METHODS:
        corpus.send(method, f"bad method {method!r}", "/echo")
    for path in PATHS:
        corpus.get(f"route {path}", path)
    add_targets(corpus)
    add_hosts(corpus)


def add_targets(corpus):
    for query in ("?", "??", "?a", "?=", "?&", "?a=1#frag", "#frag", "?%"):
        corpus.get(f"target /echo{query}", "/echo" + query)
    corpus.get("absolute target", "http://example.com/echo?x=1")
    corpus.get("absolute target own host", f"http://{HOST}/echo")
    corpus.get("asterisk target", "*")
    corpus.send("OPTIONS", "asterisk OPTIONS", "*")
    corpus.get("authority target", "example.com:80")
    corpus.get("target without slash", "echo?x=1")
    corpus.get("raw utf8 target", "/path/\u00e9/\u4e2d")
    corpus.get("raw latin1 target", b"/path/\xe9/x")
    corpus.get("raw utf8 query", "/args?a=\u00e9")
    corpus.get("raw latin1 query", b"/args?a=\xe9")


def add_hosts(corpus):
    for host in HOSTS:
        corpus.get(f"host {host!r}", "/host", host=host)
    corpus.add("no host 1.1", request("GET", "/host", host=None))
    corpus.add("no host 1.0", request("GET", "/host", host=None, version="1.0"))
    corpus.get("two hosts", "/host", "Host: example.com")
    corpus.get("fullurl", "/fullurl?x=%20y")
    corpus.get("fullurl host", "/fullurl", host="example.com")
    corpus.get("x-real-ip untrusted", "/echo", "X-Real-Ip: 1.2.3.4", "X-Forwarded-Proto: https")
