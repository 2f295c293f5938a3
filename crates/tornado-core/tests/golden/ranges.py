"""Asks Tornado's StaticFileHandler for parts of files: writes ranges.json beside this file.

Run it with a Python that has Tornado 6.6.1, after a change of the lists below:

    python crates/tornado-core/tests/golden/ranges.py

Each case is a Range header, the size of the file, the status, the Content-Length (null for a 416) and the
Content-Range.
"""

import asyncio
import json
import logging
import pathlib

import tornado
from tornado import httpclient, httpserver, netutil, web

assert tornado.version == "6.6.1", tornado.version
logging.disable(logging.CRITICAL)
SIZES = [0, 1, 26, 70000]
HEADERS = [
    "bytes=0-9", "bytes=0-", "bytes=-4", "bytes=22-", "bytes=0-25", "bytes=0-26", "bytes=1-", "bytes=25-", "bytes=26-",
    "bytes=0-0", "bytes=5-5", "bytes=5-4", "bytes=-0", "bytes=-1", "bytes=-26", "bytes=-27", "bytes=-99999999999999999999",
    "bytes=", "bytes=-", "bytes", "bytes=5", "bytes=0", "foo=0-1", "bytes=1-2,6-10", "bytes=a-b", "bytes=1-b", " bytes = 1 - 2 ",
    "bytes=--5", "bytes=0--1", "bytes=5--3", "bytes=+1-+3", "bytes=1_0-2_0", "bytes=1__0-", "bytes=_1-", "bytes=0x1-",
    "Bytes=0-1", "bytes=99999999999999999999999999999999999999999999-", "bytes=0-99999999999999999999999999999999999999999999",
    "bytes=65535-65536", "bytes=65536-", "bytes=-65537", "bytes=1-2-3", "bytes=1.5-2", "items=0-5", "=0-5", "bytes==0-5",
]
CASES = [(header, size) for size in SIZES for header in HEADERS]


class Sized(web.StaticFileHandler):
    def validate_absolute_path(self, root, absolute_path):
        return absolute_path

    def get_modified_time(self):
        return None

    def compute_etag(self):
        return None

    def get_content_size(self):
        return int(self.path)

    @classmethod
    def get_content(cls, path, start=None, end=None):
        return (b"x" * int(path.rpartition("/")[2]))[start:end]


async def main():
    app = web.Application([(r"/(\d+)", Sized, {"path": "/"})])
    server = httpserver.HTTPServer(app)
    sockets = netutil.bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    client = httpclient.AsyncHTTPClient()
    golden = []
    for header, size in CASES:
        url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/{size}"
        response = await client.fetch(url, headers={"Range": header}, raise_error=False)
        length = None if response.code == 416 else len(response.body)
        assert length is None or length == int(response.headers["Content-Length"])
        golden.append((header, size, response.code, length, response.headers.get("Content-Range")))
    return golden


lines = ",\n".join(json.dumps(case) for case in asyncio.run(main()))
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
