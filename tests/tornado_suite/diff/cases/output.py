"""What handlers write: headers, text, JSON, streams."""

PAGES = [
    *("/nocontent", "/notmod", "/finish", "/prepare", "/prepare?stop=1", "/defaults", "/defaults?fail=1"),
    *("/late", "/json", "/headers", "/headers?noctype=1"),
]
HEADER_VALUES = [
    *("a", "a%20b", "%C3%A9", "a%0Ab", "a%0Db", "a%00b", "a%09b", "a%7Fb", "", "%E4%B8%AD", "x" * 5000),
]
TEXTS = ["", "x", "%C3%A9", "%3Cb%3E", "x" * 20000]


def add_cases(corpus):
    for path in PAGES:
        corpus.get(path, path)
        corpus.send("HEAD", f"HEAD {path}", path)
    for value in HEADER_VALUES:
        corpus.get(f"sethdr {value[:20]}", f"/sethdr?v={value}")
    for text in TEXTS:
        corpus.get(f"text {text[:20]}", f"/text?body={text}")

    for count in (0, 1, 3, 50):
        corpus.get(f"stream {count}", f"/stream?n={count}")
        corpus.get(f"stream 1.0 {count}", f"/stream?n={count}", version="1.0")
    corpus.send("HEAD", "stream HEAD", "/stream")
    for method, body in (("POST", b""), ("POST", b"abc"), ("PUT", b"x" * 60000), ("PATCH", b"abc")):
        corpus.send(method, f"streambody {method} {len(body)}", "/streambody", body=body)
