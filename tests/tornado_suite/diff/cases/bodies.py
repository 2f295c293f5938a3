"""The framing of request bodies: chunks, lengths, Expect."""

from ..case import request
from .arguments import FORM

CHUNKED = "Transfer-Encoding: chunked"
ABC = b"3\r\nabc\r\n0\r\n\r\n"

CHUNKS = {
    "simple": ABC,
    "two": b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    "empty": b"0\r\n\r\n",
    "upper hex": b"A\r\n0123456789\r\n0\r\n\r\n",
    "leading zeros": b"0003\r\nabc\r\n000\r\n\r\n",
    "extension": b"3;x=y\r\nabc\r\n0\r\n\r\n",
    "trailer": b"3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n",
    "bad size": b"x\r\nabc\r\n0\r\n\r\n",
    "underscore": b"1_0\r\n" + b"x" * 16 + b"\r\n0\r\n\r\n",
    "plus": b"+3\r\nabc\r\n0\r\n\r\n",
    "0x": b"0x3\r\nabc\r\n0\r\n\r\n",
    "negative": b"-1\r\nabc\r\n0\r\n\r\n",
    "space after size": b"3 \r\nabc\r\n0\r\n\r\n",
    "empty size": b"\r\nabc\r\n0\r\n\r\n",
    "bad terminator": b"3\r\nabcX\r\n0\r\n\r\n",
    "lf": b"3\nabc\n0\n\n",
    "too large": b"10001\r\n",
}

TRANSFER_ENCODINGS = ["Chunked", "gzip, chunked", "chunked, chunked", "identity", "gzip", "xchunked", ""]

LENGTHS = [
    *("3", "03", "3,3", "3, 3", "3,4", "+3", "-1", "3.0", "0x3", "abc", "", " 3 ", "3;", "1_0"),
    *("99999999999999999999", "65537"),
]


def post(*headers, path="/echo", **options):
    return request("POST", path, headers, **options)


def add_cases(corpus):
    def add(name, data, wait=None):
        corpus.add(name, data, ["POST"], wait)

    for name, chunks in CHUNKS.items():
        add(f"chunked {name}", post(CHUNKED) + chunks)
    add("chunked form", post(CHUNKED, FORM, path="/args") + b"4\r\na=1&\r\n3\r\na=2\r\n0\r\n\r\n")
    add("chunked to streambody", post(CHUNKED, path="/streambody") + ABC)
    add("chunked on 1.0", post(CHUNKED, version="1.0") + ABC)
    for value in TRANSFER_ENCODINGS:
        add(f"transfer-encoding {value!r}", post(f"Transfer-Encoding: {value}") + ABC)
    add("te and cl", post(CHUNKED, "Content-Length: 3") + ABC)
    add("te twice", post(CHUNKED, CHUNKED) + ABC)

    for value in LENGTHS:
        add(f"content-length {value!r}", post(f"Content-Length: {value}") + b"abc", wait=0.5)
    add("two content-lengths same", post("Content-Length: 3", "Content-Length: 3") + b"abc")
    add("two content-lengths differ", post("Content-Length: 3", "Content-Length: 4") + b"abc")
    add("max body", post(body=b"x" * 65536))
    corpus.send("PUT", "max body streambody", "/streambody", body=b"x" * 65536)
    add("no length post", post())
    corpus.get("get with body", "/echo", body=b"abc")

    add("expect continue", post("Expect: 100-continue", body=b"abc"))
    add("expect other", post("Expect: something", body=b"abc"))
    add("expect to 404", post("Expect: 100-continue", body=b"abc", path="/nowhere"))
    add("expect 1.0", post("Expect: 100-continue", body=b"abc", version="1.0"))
