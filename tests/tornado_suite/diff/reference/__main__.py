"""Serves the application with Tornado: `python -m tornado_suite.diff.reference --port 8001`."""

import argparse
import asyncio
import os

from .app import make_app
from .breakages import BREAKAGES
from .pythons import answer_alike


async def serve(port, **settings):
    app = make_app(os.environ["DIFF_STATIC"], **settings)
    app.listen(port, address="127.0.0.1", max_body_size=65536)
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--gzip", action="store_true", help="with compress_response")
    parser.add_argument("--break", dest="breakage", choices=BREAKAGES, help="with one thing broken on purpose")
    arguments = parser.parse_args()
    answer_alike()
    if arguments.breakage:
        BREAKAGES[arguments.breakage]()
    asyncio.run(serve(arguments.port, **({"compress_response": True} if arguments.gzip else {})))


if __name__ == "__main__":
    main()
