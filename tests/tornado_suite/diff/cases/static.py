"""Static files: paths, ranges, conditions."""

import hashlib

from ..files import ROBOTS

TAG = f'"{hashlib.sha512(ROBOTS).hexdigest()}"'
MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT"
BEFORE = "Sun, 13 Sep 2020 12:26:39 GMT"
AFTER = "Sun, 13 Sep 2020 12:26:41 GMT"

PATHS = [
    *("robots.txt", "empty.txt", "data.bin", "index.html", "dir", "dir/", "dir/index.html", "style.css"),
    *("app.js", "doc.json", "pic.svg", "arch.tar.gz", "noext", "with%20space.txt", "with+space.txt"),
    *("uni-%C3%A9.txt", "big.bin", ".hidden", "missing", "", ".", "..", "../secret.txt"),
    *("%2e%2e/secret.txt", "..%2fsecret.txt", "dir/../robots.txt", "/robots.txt", "//robots.txt"),
    *("robots.txt/", "robots.txt%00", "inner.txt", "outer.txt", "%FF", "robots.txt?v=1", "robots.txt?v="),
    *("ROBOTS.TXT", "dir//index.html", "./robots.txt", "robots%2etxt", "dir%2Findex.html", "C:/x"),
    "robots.txt#x",
]
PATHS_WITH_DEFAULT = ["", "dir", "dir/", "missing", "..", "dir//index.html", "."]

RANGES = [
    *("bytes=0-9", "bytes=0-0", "bytes=10-", "bytes=-5", "bytes=0-", "bytes=0-25", "bytes=0-26"),
    *("bytes=0-1000", "bytes=5-1000", "bytes=25-25", "bytes=26-", "bytes=26-30", "bytes=-0", "bytes=-26"),
    *("bytes=-100", "bytes=10-5", "bytes=a-b", "bytes=", "bytes", "bytes=-", "bytes=1-2,4-5", "items=0-5"),
    *("bytes = 0-5", " bytes=0-5", "bytes=0 - 5", "BYTES=0-5", "bytes=+1-5", "bytes=1_0-2_0", "bytes=--5"),
    *("bytes=5", "bytes=0-5-9", "bytes=0x1-5", "bytes=99999999999999999999-", ""),
]

CONDITIONS = {
    "inm match": [f"If-None-Match: {TAG}"],
    "inm weak": [f"If-None-Match: W/{TAG}"],
    "inm other": ['If-None-Match: "x"'],
    "inm star": ["If-None-Match: *"],
    "ims equal": [f"If-Modified-Since: {MODIFIED}"],
    "ims before": [f"If-Modified-Since: {BEFORE}"],
    "ims after": [f"If-Modified-Since: {AFTER}"],
    "ims junk": ["If-Modified-Since: junk"],
    "ims empty": ["If-Modified-Since: "],
    "ims rfc850": ["If-Modified-Since: Sunday, 13-Sep-20 12:26:40 GMT"],
    "ims asctime": ["If-Modified-Since: Sun Sep 13 12:26:40 2020"],
    "ims other zone": ["If-Modified-Since: Sun, 13 Sep 2020 14:26:40 +0200"],
    "ims no zone": ["If-Modified-Since: Sun, 13 Sep 2020 12:26:40"],
    "ims pre-epoch": ["If-Modified-Since: Fri, 01 Jan 1960 00:00:00 GMT"],
    "ims far": ["If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"],
    "inm other ims equal": ['If-None-Match: "x"', f"If-Modified-Since: {MODIFIED}"],
    "inm match ims before": [f"If-None-Match: {TAG}", f"If-Modified-Since: {BEFORE}"],
    "inm match range": [f"If-None-Match: {TAG}", "Range: bytes=0-3"],
    "ims equal range": [f"If-Modified-Since: {MODIFIED}", "Range: bytes=0-3"],
}


def add_cases(corpus):
    for path in PATHS:
        corpus.get(f"static /static/{path}", "/static/" + path)
        if path in PATHS_WITH_DEFAULT:
            corpus.get(f"static /files/{path}", "/files/" + path)
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        body = b"" if method in ("POST", "PUT") else None
        corpus.send(method, f"static {method}", "/static/robots.txt", body=body)
    corpus.send("HEAD", "static HEAD missing", "/static/missing")
    corpus.send("HEAD", "static HEAD dir redirect", "/files/dir")

    for value in RANGES:
        corpus.get(f"range {value!r}", "/static/robots.txt", f"Range: {value}")
    for value in RANGES[:16]:
        corpus.send("HEAD", f"range HEAD {value!r}", "/static/robots.txt", f"Range: {value}")
    for value in ("bytes=0-", "bytes=0-0", "bytes=-1"):
        corpus.get(f"range empty file {value}", "/static/empty.txt", f"Range: {value}")
    corpus.get("range big", "/static/big.bin", "Range: bytes=65000-200000")
    corpus.get("range if-range", "/static/robots.txt", "Range: bytes=0-3", f"If-Range: {TAG}")
    corpus.get("range if-range bad", "/static/robots.txt", "Range: bytes=0-3", 'If-Range: "x"')

    for name, headers in CONDITIONS.items():
        corpus.get(f"static cond {name}", "/static/robots.txt", *headers)
        corpus.send("HEAD", f"static cond HEAD {name}", "/static/robots.txt", *headers)
