"""The servers of a run, and what the test that is running has done."""

from pathlib import Path

from .server import Server


class Session:
    """Starts servers as tests ask for them, and keeps them for the next test."""

    def __init__(self, command: str, log_dir: Path, start_timeout: float):
        self.command = command
        self.log_dir = log_dir
        self.start_timeout = start_timeout
        self.test = None
        # How many servers the running test has started by hand.
        self.by_hand = 0
        # How many connections it has opened to the server under test.
        self.connections = 0
        self._servers: dict[str, Server] = {}
        self._ports: set[int] = set()

    def begin(self, test, fresh: bool) -> None:
        """A test starts; `fresh`: with servers of its own."""
        if fresh:
            self.stop_servers()
        self.test = test
        self.by_hand = 0
        self.connections = 0
        self._ports = set()

    def end(self, keep_servers: bool) -> None:
        if not keep_servers:
            self.stop_servers()
        self.test = None

    def port_of(self, spec: dict) -> int:
        """The port of a server for `spec["app"]`, which is started if need be."""
        server = self._servers.get(spec["app"])
        if server is None or not server.is_alive():
            log = self.log_dir / (spec["app"].replace(":", "-") + ".log")
            server = Server(self.command, spec, log, self.start_timeout)
            self._servers[spec["app"]] = server
        self._ports.add(server.port)
        return server.port

    def count_connection(self, address) -> None:
        if isinstance(address, tuple) and address[1] in self._ports:
            self.connections += 1

    def drain_events(self) -> None:
        """Applies what the servers have reported to the test object."""
        for server in list(self._servers.values()):
            for event in server.events():
                if self.test is not None:
                    apply_event(self.test, event)

    def drain_while_running(self, io_loop) -> None:
        """Does that whenever a server prints something, while the loop runs."""
        for server in self._servers.values():
            stdout = server.process.stdout.fileno()
            io_loop.asyncio_loop.add_reader(stdout, self.drain_events)

    def tell(self, name: str) -> None:
        """The test has set an event of this name: its twins are to be set, too."""
        for server in self._servers.values():
            server.tell({"set": name})

    def stop_servers(self) -> None:
        for server in self._servers.values():
            server.stop()
        self._servers.clear()


def apply_event(test, event: dict) -> None:
    """Does to the test object what a handler of Tornado would have done."""
    import asyncio

    if "call" in event:
        getattr(test, event["call"])()
        return
    *path, name = event["set"].split(".")
    target = test
    for attribute in path:
        target = getattr(target, attribute)
    value = event["bytes"].encode("latin1") if "bytes" in event else event["value"]
    current = getattr(target, name, None)
    if asyncio.isfuture(current):
        if not current.done():
            current.set_result(value)
    else:
        setattr(target, name, value)
