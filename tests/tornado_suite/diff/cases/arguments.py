"""Arguments of the query and of urlencoded forms."""

FORM = "Content-Type: application/x-www-form-urlencoded"


def numbered(count):
    return "&".join(f"k{i}={i}" for i in range(count))


QUERIES = [
    *("a=1", "a=", "a", "=1", "a=1&a=2", "a=1&b=2&a=3", "a=%20x%20", "a=+x+", "a=%C3%A9", "a=%E9", "a=%FF%FE"),
    *("a=%", "a=%4", "a=%zz", "a=%u0041", "%61=1", "a%3D=1", "a=1;b=2", "a=1&&b=2", "&a=1&", "a==", "a=b=c"),
    *("a=%00", "a=%0A%0D", "a=%01%02x%1F", "a=x%09y", "a=%E2%80%A8", "a=%F0%9F%98%80", "a=%ED%A0%80"),
    *("a=%C0%80", "a=%2B", "a=1+1", "a=<script>", "a='\"", "a[]=1", "a.b=1", "a=%26", "a=%3D%3D", "%FF=1"),
    *("a=%C3", "a=" + "x" * 5000, numbered(1000), numbered(1001), "a=%7F", "a=\u00a0x\u00a0", "a=%C2%A0x%C2%A0"),
    *("A=1&a=2", "a=1&A=2", "a=1#x", "a=1?b=2", "a=%EF%BB%BFx", "a=%01"),
]

BODIES = [
    *("", "a", "a=", "a=1&a=2", "a=%C3%A9", "a=%E9", "a=%", "a=+", "a=1;b=2", "&&", "="),
    *(b"a=\xc3\xa9", b"a=\xe9", b"a=\x00", "a=1\r\n", "a=1&b=%FF", " a=1", "a =1"),
    *(numbered(1000), numbered(1001), "a=" + "x" * 60000),
]

CONTENT_TYPES = [
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded;charset=latin1",
    "APPLICATION/X-WWW-FORM-URLENCODED",
    "application/x-www-form-urlencodedx",
    "application/json",
    "text/plain",
    "",
    "application/x-www-form-urlencoded, text/plain",
    " application/x-www-form-urlencoded",
]


def add_cases(corpus):
    for query in QUERIES:
        corpus.get(f"query {query[:40]}", "/args?" + query)
    corpus.get("query names", "/args?%C3%A9=1")
    corpus.get("need present", "/need?x=1")
    corpus.get("need empty", "/need?x=")
    corpus.get("need missing", "/need")
    corpus.get("need blank", "/need?x=%20")
    corpus.get("need bad utf8", "/need?x=%FF")
    corpus.send("POST", "need in body", "/need", FORM, body="x=1")
    corpus.send("POST", "need missing in body", "/need", FORM, body="y=1")

    for method in ("POST", "PUT", "PATCH", "DELETE", "GET"):
        corpus.send(method, f"form {method}", "/args?a=q&b=2", FORM, body="a=b&c=3")
    for body in BODIES:
        corpus.send("POST", f"form body {body[:30]!r}", "/args", FORM, body=body)
    for content_type in CONTENT_TYPES:
        header = f"Content-Type: {content_type}"
        corpus.send("POST", f"form ctype {content_type!r}", "/args", header, body="a=1")
    corpus.send("POST", "form no ctype", "/args", body="a=1")
    corpus.send("POST", "form with content-encoding", "/args", FORM, "Content-Encoding: gzip", body="a=1")
    corpus.send("POST", "form identity encoding", "/args", FORM, "Content-Encoding: identity", body="a=1")
    corpus.send("POST", "json body", "/echo", "Content-Type: application/json", body='{"a": 1}')
