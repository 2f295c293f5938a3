"""Responses that may be compressed, with and without `compress_response`."""

from . import static

ENCODINGS = ["gzip", "gzip, deflate", "br", "identity", "*", "gzip;q=0"]
PAGES = {
    "static": "/static/style.css",
    "text": "/text?body=" + "x" * 2000,
    "stream": "/stream",
    "short": "/",
}
# With `compress_response` on.
COMPRESSIBLE = {
    "json": "/json",
    "error": "/error?status=404",
    "no content": "/nocontent",
    "not modified": "/notmod",
    "early end": "/late",
    "image": "/static/pic.svg",
    "archive": "/static/arch.tar.gz",
    "octets": "/static/big.bin",
    "redirect": "/redirect",
    "long text, flushed": "/stream?n=50",
    "other headers": "/headers",
}
GZIP = "Accept-Encoding: gzip"


def add_cases(corpus):
    for value in ENCODINGS:
        for name, path in PAGES.items():
            corpus.get(f"accept-encoding {name} {value}", path, f"Accept-Encoding: {value}")
            corpus.get(f"compressed {name} {value}", path, f"Accept-Encoding: {value}", compressed=True)
    for name, path in COMPRESSIBLE.items():
        corpus.get(f"compressed {name}", path, GZIP, compressed=True)
        corpus.send("HEAD", f"compressed HEAD {name}", path, GZIP, compressed=True)
    for name, path in PAGES.items():
        corpus.get(f"compressed {name} unasked", path, compressed=True)
        corpus.get(f"compressed {name} 1.0", path, GZIP, version="1.0", compressed=True)
    corpus.get("compressed range", PAGES["static"], GZIP, "Range: bytes=0-1500", compressed=True)
    corpus.get("compressed star", PAGES["static"], GZIP, "If-None-Match: *", compressed=True)
    corpus.get("compressed match", "/static/robots.txt", GZIP, f"If-None-Match: {static.TAG}", compressed=True)
    corpus.get("compressed weak match", "/static/robots.txt", GZIP, f"If-None-Match: W/{static.TAG}", compressed=True)
