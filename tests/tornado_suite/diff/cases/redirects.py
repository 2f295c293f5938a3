"""Redirects, slashes, and who has to log in."""

REDIRECTS = [
    *("", "url=/x", "url=/x&permanent=1", "url=/x&status=303", "url=/x&status=307", "url=/x&status=308"),
    *("url=/x&status=200", "url=/x&status=400", "url=http://example.com/a?b=c", "url=//evil.com", "url=x"),
    *("url=../x", "url=%C3%A9", "url=/a%20b", "url=/a%0D%0AX:1", "url=/%2525", "url=%22%3C%3E", "url=?x"),
    *("url=%23f", "url=", "url=/x&status=399", "url=/x&status=300"),
]

MOVED = [
    *("/moved/x", "/moved/x/y", "/moved/", "/moved/x?y=1", "/moved/%2F", "/moved//x", "/moved/%C3%A9"),
    *("/moved/x?a=%20b&c", "/temp", "/temp?y=2", "/moved/a%0Ab", "/moved/{0}", "/moved/%7B1%7D"),
    *("/moved/a;?x=1", "/moved/a;b;?x=1", "/moved/a;/b?x=1", "/moved/a%3Fb?x=1", "/moved/a%23?x=1", "/moved/a%3B?x"),
]

SLASHES = ["/add", "/add/", "/add?x=1", "/add?", "/remove/", "/remove", "/remove/?x=1&y", "/remove/?"]


def add_cases(corpus):
    for query in REDIRECTS:
        corpus.get(f"redirect {query}", "/redirect?" + query)
    for path in MOVED:
        corpus.get(f"RedirectHandler {path}", path)
    for method in ("POST", "HEAD", "PUT"):
        corpus.send(method, f"RedirectHandler {method}", "/moved/x", body=None if method == "HEAD" else b"")
    for path in SLASHES:
        corpus.get(f"slash {path}", path)
    corpus.send("HEAD", "slash HEAD /add", "/add")
    corpus.send("POST", "slash POST /add", "/add", body="")
    corpus.get("auth none", "/auth")
    corpus.get("auth none query", "/auth?x=1&y=%20")
    corpus.get("auth none host", "/auth", host="example.com")
    corpus.get("auth user", "/auth", "Cookie: user=bob")
    corpus.get("auth empty user", "/auth", "Cookie: user=")
    corpus.send("POST", "auth post none", "/auth", body="")
    corpus.send("POST", "auth post user", "/auth", "Cookie: user=bob", body="")
