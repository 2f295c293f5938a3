"""Request lines and header lines, right and wrong."""


def lines(*texts, newline="\r\n"):
    return "".join(text + newline for text in (*texts, "")).encode("latin1")


def hdr(*headers):
    """A request of `/hdr` with these header lines."""
    return lines("GET /hdr HTTP/1.1", "Host: x", *headers, "Connection: close")


HEADS = {
    "garbage": lines("asdf"),
    "no version": lines("GET /echo"),
    "version 2": lines("GET /echo HTTP/2.0", "Host: x"),
    "version 1.2": lines("GET /echo HTTP/1.2", "Host: x", "Connection: close"),
    "version 0.9": lines("GET /echo HTTP/0.9"),
    "version junk": lines("GET /echo HTTQ/1.1", "Host: x"),
    "version lower": lines("GET /echo http/1.1", "Host: x"),
    "version 1.10": lines("GET /echo HTTP/1.10", "Host: x"),
    "two spaces": lines("GET  /echo HTTP/1.1", "Host: x", "Connection: close"),
    "space in target": lines("GET /echo a HTTP/1.1", "Host: x", "Connection: close"),
    "tab separators": lines("GET\t/echo\tHTTP/1.1", "Host: x"),
    "leading crlf": lines("", "GET /echo HTTP/1.1", "Host: x", "Connection: close"),
    "leading two crlf": lines("", "", "GET /echo HTTP/1.1", "Host: x", "Connection: close"),
    "lf only": lines("GET /echo HTTP/1.1", "Host: x", "Connection: close", newline="\n"),
    "cr only": lines("GET /echo HTTP/1.1", "Host: x", newline="\r"),
    "mixed newlines": lines("GET /echo HTTP/1.1", "Host: x\nConnection: close"),
    "no colon": lines("GET /echo HTTP/1.1", "Host: x", "asdf"),
    "empty name": lines("GET /echo HTTP/1.1", "Host: x", ": v"),
    "space before colon": lines("GET /echo HTTP/1.1", "Host: x", "X-A : v"),
    "space in name": lines("GET /echo HTTP/1.1", "Host: x", "X A: v"),
    "folded": hdr("X-Test: a", " b"),
    "leading space line": lines("GET /hdr HTTP/1.1", " X-Test: a", "Host: x"),
    "nul in value": hdr("X-Test: a\0b"),
    "ctl in value": hdr("X-Test: a\x01b"),
    "cr in value": hdr("X-Test: a\rb"),
    "del in value": hdr("X-Test: a\x7fb"),
    "nul in target": lines("GET /e\0cho HTTP/1.1", "Host: x", "Connection: close"),
    "bad name char": hdr("X(Test: a"),
    "latin1 name": hdr("X\xe9: a"),
    "tls hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "proxy line": lines("PROXY TCP4 1.2.3.4 5.6.7.8 1 2", "GET / HTTP/1.1", "Host: x"),
    "h2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}

VALUES = [
    *("a", "", "a, b", "  a  ", "\ta\t", "a\tb", "\xe9", "\xc3\xa9", "x" * 8000),
    *('"quoted"', "a;b=c", "=?utf-8?q?x?="),
]


def add_cases(corpus):
    for name, data in HEADS.items():
        corpus.add(f"syntax {name}", data, wait=0.5)
    for value in VALUES:
        corpus.get(f"header value {value[:20]!r}", "/hdr", f"X-Test: {value}")
    corpus.get("header twice", "/hdr", "X-Test: a", "X-Test: b")
    corpus.get("header thrice mixed case", "/hdr", "X-Test: a", "x-test: b", "X-TEST: c")
    corpus.get("header asked by other case", "/hdr?name=x-tEST", "X-Test: a")
    corpus.get("header missing", "/hdr?name=X-None")
    corpus.get("headers 70k", "/hdr", "X-Filler: " + "x" * 70000)
    corpus.get("headers 60k", "/hdr", "X-Filler: " + "x" * 60000)
    corpus.get("200 headers", "/hdr?name=X-7", *[f"X-{i}: {i}" for i in range(200)])
