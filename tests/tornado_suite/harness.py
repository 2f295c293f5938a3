"""Overrides Tornado's test harness, so that a server of ours is asked.

* ``AsyncHTTPTestCase.setUp`` starts no server but asks the session for one.
  ``get_app`` is still called, for what it does to the test object; nothing is
  served from it.
* ``HTTPServer``, in the modules with ``SERVERS_BY_HAND``, is a stand-in.
* ``Event.set`` of an event of the test object reaches the server, too.
* A socket that a test adds to its server is relayed to the server under test.
* ``ExpectLog`` hides what this process logs and never fails, and the check that
  a test logs nothing is off: the log is the other process's.
"""

import contextlib
import functools
import importlib
import os
import socket
import time

from .names import PACKAGE, SERVERS_BY_HAND, class_name, test_name
from .relay import Relay
from .session import Session


class RemoteServer:
    """What a test has in place of its ``HTTPServer``."""

    def __init__(self, port: int):
        self.port = port
        self.relays: list[Relay] = []

    def add_socket(self, sock) -> None:
        self.relays.append(Relay(sock, self.port))

    def add_sockets(self, sockets) -> None:
        for sock in sockets:
            self.add_socket(sock)

    def stop(self) -> None:
        for relay in self.relays:
            relay.close()
        self.relays.clear()

    async def close_all_connections(self) -> None:
        """The server is stopped by the session."""


def install(session: Session, with_events) -> None:
    """Overrides the harness. To be called before any test module is imported.

    `with_events(name)` says whether a test waits for events.
    """
    import tornado.testing

    case = tornado.testing.AsyncHTTPTestCase
    case.setUp = functools.partialmethod(_set_up, session)
    case.get_http_server = lambda self: RemoteServer(self.get_http_port())
    case.fetch = _draining_fetch(case.fetch, session, with_events)
    tornado.testing.ExpectLog = _silent_expect_log(tornado.testing.ExpectLog)

    _tell_of_events(session)

    import tornado.test.util

    for cls in (tornado.test.util.TestCase, tornado.test.util.AsyncTestCase):
        cls.assertNoLogs = lambda self, *args, **kwargs: contextlib.nullcontext()

    for name in SERVERS_BY_HAND:
        module = importlib.import_module(PACKAGE + name.partition(".")[0])
        module.HTTPServer = functools.partial(_server_by_hand, session)

    connect = socket.socket.connect

    def counting_connect(self, address):
        session.count_connection(address)
        return connect(self, address)

    socket.socket.connect = counting_connect


def _tell_of_events(session: Session) -> None:
    """Tells the servers when the test sets one of its `tornado.locks.Event`s, for
    a handler may wait for it."""
    import tornado.locks

    set_here = tornado.locks.Event.set

    def set_there_too(self):
        set_here(self)
        for name, value in list(vars(session.test).items() if session.test else ()):
            if value is self:
                session.tell(name)

    tornado.locks.Event.set = set_there_too


def fixture_of(test) -> dict[str, str]:
    """Absolute paths that the test's setUp has put on the test object."""
    return {
        name: value
        for name, value in vars(test).items()
        if isinstance(value, str) and not name.startswith("_") and os.path.isabs(value)
    }


def _set_up(self, session: Session) -> None:
    """Takes the place of ``AsyncHTTPTestCase.setUp``."""
    import tornado.testing

    fixture = fixture_of(self)
    super(tornado.testing.AsyncHTTPTestCase, self).setUp()
    # `get_app` may use the client, and asks for the port in a few classes.
    self._AsyncHTTPTestCase__port = 0
    self.http_client = self.get_http_client()
    self._app = self.get_app()
    options = self.get_httpserver_options()
    spec = _spec(class_name(type(self)), self.get_protocol(), options, fixture)
    self._AsyncHTTPTestCase__port = session.port_of(spec)
    self.http_server = self.get_http_server()
    session.drain_while_running(self.io_loop)


def _server_by_hand(session: Session, app, **options) -> RemoteServer:
    """Takes the place of ``HTTPServer()``."""
    name = class_name(type(session.test))
    parts = SERVERS_BY_HAND[name]
    part = parts[session.by_hand % len(parts)]
    session.by_hand += 1
    port = session.port_of(_spec(f"{name}:{part}", "http", options, {}))
    session.drain_while_running(session.test.io_loop)
    return RemoteServer(port)


def _spec(app: str, protocol: str, options: dict, fixture: dict) -> dict:
    """What the server under test is told; see the package's docstring."""
    import tornado.test

    options = dict(options)
    tls = options.pop("ssl_options", None)
    if isinstance(tls, dict):
        options |= {key: tls.get(key) for key in ("certfile", "keyfile")}
    return {
        "app": app,
        "protocol": protocol,
        "data": os.path.dirname(os.path.abspath(tornado.test.__file__)),
        "fixture": fixture,
        "options": {name: _plain(value) for name, value in options.items()},
    }


def _plain(value):
    """`value` as far as JSON can hold it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return f"<{type(value).__name__}>"


def _draining_fetch(fetch, session: Session, with_events):
    @functools.wraps(fetch)
    def wrapper(self, *args, **kwargs):
        try:
            return fetch(self, *args, **kwargs)
        finally:
            # What the server reported before it answered is here by now; what
            # it reports while it hangs up may take a moment.
            if with_events(test_name(self)):
                time.sleep(0.05)
            session.drain_events()

    return wrapper


def _silent_expect_log(expect_log):
    class SilentExpectLog(expect_log):
        def __init__(self, logger, regex, required=True, level=None):
            super().__init__(logger, regex, False, level)

    return SilentExpectLog
