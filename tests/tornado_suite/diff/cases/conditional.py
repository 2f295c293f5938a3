"""Entity tags of what handlers write."""

import hashlib

TAG = '"' + hashlib.sha1(b"etag body").hexdigest() + '"'

IF_NONE_MATCH = [
    *(TAG, "W/" + TAG, f'{TAG}, "x"', f'"x", {TAG}', "*", '"x"', TAG.strip('"'), "", "W/*", f"{TAG},"),
    *(f"{TAG}{TAG}", f"  {TAG}  ", TAG.upper(), '"*"', f'W/"x", W/{TAG}'),
]


def add_cases(corpus):
    for value in IF_NONE_MATCH:
        corpus.get(f"etag if-none-match {value[:50]}", "/etag", f"If-None-Match: {value}")
    corpus.send("HEAD", "etag HEAD match", "/etag", f"If-None-Match: {TAG}")
    corpus.get("etag if-match", "/etag", 'If-Match: "x"')
    corpus.get("etag two headers", "/etag", 'If-None-Match: "x"', f"If-None-Match: {TAG}")
    for path in ("/etag/custom", "/etag/none"):
        corpus.get(path, path)
        corpus.get(f"{path} match", path, 'If-None-Match: "custom"')
        corpus.get(f"{path} star", path, "If-None-Match: *")
    corpus.get("etag on error", "/error?status=404", "If-None-Match: *")
    corpus.get("etag on stream", "/stream", "If-None-Match: *")
