"""One run of the server command."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

# `EX_USAGE` of sysexits.h: the command has no such application.
NO_SUCH_APP = 64


class NotServed(Exception):
    """The server command doesn't have this application."""


class ServerGone(Exception):
    """The server command didn't start, or ended."""


def free_port() -> int:
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A server process, started with a free port and ready to be asked."""

    def __init__(self, command: str, spec: dict, log: Path, start_timeout: float):
        self.port = free_port()
        self.app = spec["app"]
        values = {"{app}": self.app, "{port}": str(self.port)}
        argv = shlex.split(command)
        for placeholder, value in values.items():
            argv = [word.replace(placeholder, value) for word in argv]
        self.log = log.open("ab")
        self.log.write(f"--- {shlex.join(argv)}\n".encode())
        self.log.flush()
        self.process = subprocess.Popen(
            argv,
            # Events both ways; all else that is printed goes to the log.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=os.environ | {"WIRE_SPEC": json.dumps(spec | {"port": self.port})},
            start_new_session=True,
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self._unread = b""
        self._wait_until_it_listens(start_timeout)

    def _wait_until_it_listens(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.stop()
                if self.process.returncode == NO_SUCH_APP:
                    raise NotServed(self.app)
                raise ServerGone(f"the server ended with {self.process.returncode}")
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.005)
        self.stop()
        raise ServerGone(f"no server on port {self.port} in {timeout} s")

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def events(self) -> list[dict]:
        """The events it has printed since the last call."""
        events = []
        with contextlib.suppress(BlockingIOError, ValueError):
            while data := os.read(self.process.stdout.fileno(), 65536):
                *lines, self._unread = (self._unread + data).split(b"\n")
                for line in lines:
                    if line.startswith(b"@wire "):
                        events.append(json.loads(line.removeprefix(b"@wire ")))
                    else:
                        self.log.write(line + b"\n")
                        self.log.flush()
        return events

    def tell(self, event: dict) -> None:
        """Sends an event to it; a server that has ended has no use for it."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"@wire " + json.dumps(event).encode() + b"\n")
            self.process.stdin.flush()

    def stop(self) -> None:
        """Ends the process, and what it has started."""
        for number, wait in ((signal.SIGTERM, 2), (signal.SIGKILL, 5)):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(wait)
        self.events()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()
