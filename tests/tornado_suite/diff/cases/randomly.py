"""Random requests: paths, queries, headers and bodies put together by chance."""

import random

from .arguments import FORM
from .multipart import CONTENT_TYPE, FIELD, multipart, part
from .static import RANGES, TAG
from .xsrf import V2 as XSRF_TOKEN

PIECES = [
    *("a", "b=1", "%C3%A9", "%FF", "%", "%zz", "+", "%20", "&", ";", "=", "%00", "\u00e9", "a=b", "%25", "%26"),
    *("'", '"', "<", "\\", "/", "..", "%2F", "?", "[", "]", "x" * 50),
]
PATHS = [
    *("/args", "/echo", "/path/a/", "/need", "/cookies", "/static/robots.txt", "/hdr", "/escape", "/moved/"),
    *("/text", "/redirect", "/nowhere", "/auth", "/add", "/kw/"),
]
ARGUMENTS = ["a=", "s=", "x=", "url=/", "body=", ""]
COOKIE_NAMES = ["a", "b", "user", "_xsrf", "c d", '"']
COOKIE_VALUES = ["1", '"x y"', '"\\054"', "\xe9", "", "a,b", XSRF_TOKEN]
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE"]
VERSIONS = ["1.1", "1.1", "1.1", "1.0"]


def pieces(chance, most):
    return "".join(chance.choices(PIECES, k=chance.randint(0, most)))


def target(chance):
    path = chance.choice(PATHS)
    if path.endswith("/"):
        path += pieces(chance, 4).replace("?", "")
    query = pieces(chance, 8)
    return path + ("?" + chance.choice(ARGUMENTS) + query if chance.random() < 0.8 else "")


def headers(chance):
    if chance.random() < 0.4:
        pairs = (
            chance.choice(COOKIE_NAMES) + chance.choice(["=", "", "=="]) + chance.choice(COOKIE_VALUES)
            for _ in range(chance.randint(1, 4))
        )
        yield "Cookie: " + "; ".join(pairs)
    if chance.random() < 0.3:
        yield "Range: " + chance.choice(RANGES)
    if chance.random() < 0.3:
        yield "If-None-Match: " + chance.choice(["*", TAG, "W/" + TAG, '"x"', "x"])
    if chance.random() < 0.3:
        yield "X-Test: " + chance.choice(["a", "\xe9", "a,b", " x ", "\t"])


def form(chance):
    """A content type, and a body that may or may not be of it."""
    content_type = chance.choice([FORM, FORM, f"Content-Type: {CONTENT_TYPE}", "Content-Type: text/plain"])
    named = part(b"name=" + chance.choice(PIECES).encode())
    return content_type, chance.choice([pieces(chance, 8).encode(), multipart([FIELD]), multipart([named])])


def add_cases(corpus, seed, count):
    chance = random.Random(seed)
    for i in range(count):
        where, lines = target(chance), list(headers(chance))
        method, version, body = chance.choice(METHODS), chance.choice(VERSIONS), None
        if method in ("POST", "PUT"):
            content_type, body = form(chance)
            lines.append(content_type)
        corpus.send(method, f"random {seed}.{i} {method} {where}", where, *lines, body=body, version=version)
