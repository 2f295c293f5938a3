"""Asks Tornado how it reads and writes XSRF tokens: writes xsrf.json beside this file.

Run it with a Python that has Tornado 6.6.1, after a change of the lists below:

    python crates/tornado-core/tests/golden/xsrf.py

`decode` has, for each text, the token in hexadecimal and its timestamp (null where the time of reading
stands in for it), or null where Tornado reads none. `encode` has version, token, mask, timestamp, text.
"""

import json
import logging
import os
import pathlib
import random

import tornado
from tornado import httputil, web
from unittest import mock

assert tornado.version == "6.6.1", tornado.version
logging.disable(logging.CRITICAL)
RANDOM = random.Random(20)

TEXTS = [
    "2|00000000|deadbeef|1", "2|01010101|dfacbfee|99", "2|e6952d95|bde20102030405060708090a0b0c0d0e|1795478165",
    "2|E6952D95|BDE2|1795478165", "deadbeef", "DEADBEEF", "dEaDbEeF", "xoxo", "xox", "abc", "0", "00", "", " ",
    "é", "\xff\x00", "日本", "a\nb", "a b", "3|", "3|a|b|c", "1|00|00|1", "2|", "2||||", "2|||1", "2|00000000||1",
    "2|00000000|00|", "2|00000000|00|x", "2|00000000|00|-5", "2|00000000|00|+5", "2|00000000|00|007",
    "2|00000000|00| 8 ", "2|00000000|00|1.5", "2|00000000|00|1|2", "2|00000000|00", "2|000000|00|1",
    "2|0000000000|00|1", "2|0000000|00|1", "2|00000000|0|1", "2|0000000g|00|1", "2|00000000|0g|1",
    "2|é0000000|00|1", "02|00000000|00|1", "0|a", "|a", "2", "2|\n", "2|00000000|0\n0|1", " 2|00000000|00|1",
    "10|a", "999999999999999999999|a", "a|b", "2a|b", "-2|00000000|00|1", "20|00000000|00|1",
    "2|aabbccdd|aabbccdd|1300000000", "2|aabbccdd|aabbccddaabbccddaa|1300000000", "%32|00", "2|00000000|2|3",
    "0x10", "1e5", "12 34", "2|00 0000|00|1", "é" * 8, "a" * 31, "a" * 32, "f" * 33,
]
for _ in range(40):
    token = bytes(RANDOM.randrange(256) for _ in range(RANDOM.choice([1, 3, 16, 20])))
    mask = bytes(RANDOM.randrange(256) for _ in range(4))
    masked = bytes(b ^ mask[i % 4] for i, b in enumerate(token))
    TEXTS.append(RANDOM.choice([token.hex(), f"2|{mask.hex()}|{masked.hex()}|{RANDOM.randrange(2**33)}"]))


def handler(cookie, **settings):
    headers = httputil.HTTPHeaders({"Host": "x", "Cookie": "_xsrf=" + cookie})
    start_line = httputil.RequestStartLine("GET", "/", "HTTP/1.1")
    connection = mock.Mock()
    request = httputil.HTTPServerRequest(start_line=start_line, headers=headers, connection=connection)
    return web.RequestHandler(web.Application([], **settings), request)


def decode(text):
    version, token, timestamp = handler("")._decode_xsrf_token(text)
    return None if token is None else (token.hex(), timestamp if version == 2 else None)


def encode(version, token, mask, timestamp):
    one = handler("", xsrf_cookie_version=version)
    one._raw_xsrf_token = (2, token, timestamp)
    with mock.patch.object(os, "urandom", lambda size: mask):
        return version, token.hex(), mask.hex(), timestamp, one.xsrf_token.decode()


golden = {
    "decode": [(text, decode(text)) for text in TEXTS],
    "encode": [
        encode(version, RANDOM.randbytes(size), RANDOM.randbytes(4), RANDOM.randrange(2**32))
        for version in (1, 2) for size in (0, 1, 4, 5, 16, 16, 33)
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
lists = [
    json.dumps(name) + ": [\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]"
    for name, cases in golden.items()
]
path.write_text("{\n" + ",\n".join(lists) + "\n}\n")
