"""Runs a program of Tornado's as `__main__`, on a port that is free.

usage: python python.py PROGRAM
"""

import runpy
import sys
from pathlib import Path

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets


def listen(application, *_args, **_kwargs):
    """In place of `Application.listen`: the port that it names may be taken."""
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(application)
    server.add_sockets(sockets)
    port = sockets[0].getsockname()[1]
    print(f"listening on http://127.0.0.1:{port}", file=sys.stderr, flush=True)
    return server


if tornado.version != "6.6.1":
    sys.exit(f"this is Tornado {tornado.version}, not 6.6.1")
tornado.web.Application.listen = listen
program = sys.argv[1]
sys.path.insert(0, str(Path(program).parent))
runpy.run_path(program, run_name="__main__")
