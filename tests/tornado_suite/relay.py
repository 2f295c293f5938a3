"""Passes the connections to a socket of the test on to the server under test."""

import socket

from tornado import netutil
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream, StreamClosedError


class Relay:
    def __init__(self, sock: socket.socket, port: int):
        self.sock = sock
        self.port = port
        self.streams: set[IOStream] = set()
        self.stop_accepting = netutil.add_accept_handler(sock, self._accept)

    def _accept(self, connection: socket.socket, _address) -> None:
        IOLoop.current().spawn_callback(self._serve, connection)

    async def _serve(self, connection: socket.socket) -> None:
        near, far = IOStream(connection), IOStream(socket.socket())
        self.streams |= {near, far}
        try:
            await far.connect(("127.0.0.1", self.port))
        except OSError:
            near.close()
            return
        IOLoop.current().spawn_callback(_pump, near, far)
        await _pump(far, near)

    def close(self) -> None:
        self.stop_accepting()
        self.sock.close()
        for stream in self.streams:
            stream.close()


async def _pump(source: IOStream, target: IOStream) -> None:
    try:
        while True:
            await target.write(await source.read_bytes(65536, partial=True))
    except StreamClosedError:
        target.close()
