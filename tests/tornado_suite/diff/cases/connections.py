"""Connections that stay open, pipelines, upgrades."""

from ..case import request
from .bodies import ABC, CHUNKED

LAST = request("GET", "/")
KEEP_ALIVE = "Connection: keep-alive"
WEBSOCKET = [
    *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]
H2C = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"]


def staying(method, path, *headers, **options):
    """A request after which the connection stays open."""
    return request(method, path, headers, close=False, **options)


def old(path, *headers):
    return request("GET", path, headers, version="1.0")


def add_cases(corpus):
    one = staying("GET", "/")
    corpus.add("keepalive 1.1 stays open", one)
    corpus.add("two in a row", one + LAST, ["GET", "GET"])
    corpus.add("three mixed", one + staying("POST", "/echo", body=b"abc") + LAST, ["GET", "POST", "GET"])
    corpus.add("chunked then get", staying("POST", "/echo", CHUNKED) + ABC + LAST, ["POST", "GET"])
    corpus.add("head then get", staying("HEAD", "/") + LAST, ["HEAD", "GET"])
    for name, path in {
        "404": "/nowhere",
        "crash": "/crash",
        "stream": "/stream",
        "204": "/nocontent",
        "304": "/notmod",
        "static": "/static/robots.txt",
    }.items():
        corpus.add(f"{name} then get", staying("GET", path) + LAST, ["GET", "GET"])
    corpus.add("crlf between", one + b"\r\n" + LAST, ["GET", "GET"])
    corpus.add("after close", LAST + LAST)

    corpus.add("1.0 closes", old("/"))
    corpus.add("1.0 keep-alive", old("/", KEEP_ALIVE))
    corpus.add("1.0 Keep-Alive caps", old("/", "Connection: Keep-Alive"))
    corpus.add("1.0 keep-alive twice", old("/", KEEP_ALIVE) * 2, ["GET", "GET"])
    corpus.add("1.0 keep-alive stream", old("/stream", KEEP_ALIVE))
    corpus.add("1.0 keep-alive 204", old("/nocontent", KEEP_ALIVE))
    for value in ("close", "Close", "keep-alive", "keep-alive, close", "upgrade", "close, x", "x"):
        corpus.add(f"connection {value!r}", staying("GET", "/", f"Connection: {value}"))
    corpus.add("upgrade to nothing", staying("GET", "/", *WEBSOCKET))
    corpus.add("h2c upgrade", staying("GET", "/", *H2C))
