"""Tornado itself as the server: what ``--self-check`` asks.

    python -m tornado_suite.reference web_test.CookieTest 8888

It serves the application of a test class in a process of its own, as any
server given to the runner has to: the test's ``setUp`` is not run here, and what
handlers do to the test object goes out as ``@wire`` lines.

``--null MODE`` treats all requests alike instead. A test that passes against
that proves little, and is listed as weak in ``tests.toml``.
"""

import argparse
import asyncio
import importlib
import json
import os
import shutil
import sys
import unittest

from .names import PACKAGE, SERVERS_BY_HAND, class_name
from .server import NO_SUCH_APP

# Methods of the test object that handlers call.
REMOTE_CALLS = {
    "web_test.ConnectionCloseTest": ["on_handler_waiting", "on_connection_close"],
}

# Tests that add handlers to the application before their first request: the
# method is run up to there.
PROLOGUES = {"web_test.HostMatchingTest": "test_host_matching"}


def emit(**event) -> None:
    print("@wire", json.dumps(event), flush=True)


def emit_set(name: str, value) -> None:
    if isinstance(value, bytes):
        emit(set=name, bytes=value.decode("latin1"))
    elif isinstance(value, Exception):
        emit(set=name, value=str(value))
    else:
        try:
            emit(set=name, value=value)
        except TypeError:
            emit(set=name, value=None)


class RemoteAttribute:
    """A future or event of the test object, which lives in the test process."""

    def __init__(self, name: str):
        from tornado.locks import Event

        self.name = name
        self.event = Event()

    def wait(self):
        return self.event.wait()

    def set(self) -> None:
        emit(set=self.name, value=None)

    def set_result(self, value) -> None:
        emit_set(self.name, value)


def reporting(cls: type) -> type:
    """The class with objects that report what handlers do to them."""

    class Reporting(cls):
        def __getattr__(self, name):
            if name.startswith("_"):
                raise AttributeError(name)
            self.__dict__[name] = RemoteAttribute(name)
            return self.__dict__[name]

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if self.__dict__.get("_live"):
                emit_set(name, value)

    Reporting.__name__ = cls.__name__
    for name in REMOTE_CALLS.get(class_name(cls), ()):
        setattr(Reporting, name, lambda self, _name=name: emit(call=_name))
    handler = getattr(cls, "Handler", None)
    if isinstance(handler, type):

        class Meta(type(handler)):
            def __setattr__(cls, name, value):
                super().__setattr__(name, value)
                emit_set("Handler." + name, value)

        Reporting.Handler = Meta(handler.__name__, (handler,), {})
    return Reporting


def unrun_test(cls: type):
    """A test object that is only asked for its application and options."""
    return cls(unittest.defaultTestLoader.getTestCaseNames(cls)[0])


def server_of(cls: type, port: int, fixture: dict):
    """The steps of ``AsyncHTTPTestCase.setUp``, on a port of our own."""
    from tornado.ioloop import IOLoop

    test = unrun_test(reporting(cls))
    test.__dict__.update(fixture)
    test.io_loop = IOLoop.current()
    test._AsyncHTTPTestCase__port = port
    test.http_client = test.get_http_client()
    test._app = test.get_app()
    if prologue := PROLOGUES.get(class_name(cls)):
        _run_until_first_fetch(test, prologue)
    for name, value in list(vars(test).items()):
        if asyncio.isfuture(value):
            value.add_done_callback(lambda f, n=name: emit_set(n, f.result()))
    asyncio.get_running_loop().add_reader(0, _read_event, test)
    test._live = True
    return test, test.get_http_server()


def _read_event(test) -> None:
    """Sets what the test has set."""
    line = sys.stdin.readline()
    if not line:
        asyncio.get_running_loop().remove_reader(0)
    elif line.startswith("@wire "):
        target = getattr(test, json.loads(line.removeprefix("@wire "))["set"])
        (target.event if isinstance(target, RemoteAttribute) else target).set()


def _run_until_first_fetch(test, method: str) -> None:
    class FirstFetch(Exception):
        pass

    def fetch(*args, **kwargs):
        raise FirstFetch

    test.fetch = fetch
    try:
        getattr(test, method)()
    except FirstFetch:
        pass


def server_by_hand(module, cls: type, index: int):
    """Runs a setUp that makes its servers by hand, recording them, and makes the
    one that is asked for."""
    import tornado.testing
    import tornado.test.util
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop

    made = []

    class Recorder:
        def __init__(self, app, **options):
            made.append((app, options))

        def add_socket(self, sock):
            sock.close()

        def add_sockets(self, sockets):
            for sock in sockets:
                sock.close()

    module.HTTPServer = Recorder
    for base in (tornado.testing.AsyncTestCase, tornado.test.util.AsyncTestCase):
        base.setUp = lambda self: None
    test = unrun_test(cls)
    test.io_loop = IOLoop.current()
    test.setUp()
    if getattr(test, "tmpdir", None):
        shutil.rmtree(test.tmpdir, ignore_errors=True)
    app, options = made[index]
    return test, HTTPServer(app, **options)


async def serve(app: str, port: int) -> None:
    name, _, part = app.partition(":")
    module_name, _, class_ = name.rpartition(".")
    try:
        module = importlib.import_module(PACKAGE + module_name)
        cls = getattr(module, class_)
    except (ImportError, AttributeError) as error:
        print(f"there is no application {app}: {error}", file=sys.stderr)
        sys.exit(NO_SUCH_APP)
    if name in SERVERS_BY_HAND:
        test, server = server_by_hand(module, cls, SERVERS_BY_HAND[name].index(part))
    else:
        fixture = json.loads(os.environ.get("WIRE_SPEC", "{}")).get("fixture", {})
        test, server = server_of(cls, port, fixture)
    server.listen(port, address="127.0.0.1")
    await asyncio.Event().wait()
    del test  # Handlers hold on to it; so does this frame, until here.


async def serve_null(mode: str, port: int) -> None:
    """Treats all requests alike: hangs up, or answers with one status."""
    status = {"ok": "200 OK", "notfound": "404 Not Found", "error": "500 Oops"}.get(mode)

    async def serve_connection(reader, writer):
        try:
            while status is not None:
                head = await reader.readuntil(b"\n\r\n")
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        await reader.readexactly(int(line.split(b":")[1]))
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (OSError, ValueError, EOFError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve_connection, "127.0.0.1", port, limit=1 << 26)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("app", help="such as web_test.CookieTest")
    parser.add_argument("port", type=int)
    parser.add_argument("--null", choices=["close", "ok", "notfound", "error"])
    args = parser.parse_args()
    if args.null:
        asyncio.run(serve_null(args.null, args.port))
    else:
        asyncio.run(serve(args.app, args.port))


if __name__ == "__main__":
    main()
