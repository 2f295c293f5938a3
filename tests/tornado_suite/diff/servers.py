"""Starts and stops the servers: two, and two that compress."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Server:
    """A server in a process of its own, as a context manager.

    `{port}` in the command is where it listens; `$DIFF_STATIC` names the files
    to serve. What it logs goes to `log`.
    """

    START = 20.0

    def __init__(self, command, static, log):
        self.command = command
        self.port = free_port()
        argv = [word.replace("{port}", str(self.port)) for word in shlex.split(command)]
        self.process = subprocess.Popen(
            argv,
            env=os.environ | {"DIFF_STATIC": static},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def __enter__(self):
        deadline = time.monotonic() + self.START
        while not accepts(self.port):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.command}: ended with {self.process.returncode} before it listened")
            if time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"{self.command}: does not listen on port {self.port}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for signum, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
            if self.process.poll() is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signum)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)


class Servers:
    """Both sides, each as it is and with `--gzip`."""

    def __init__(self, commands, static, log):
        self.servers = {
            compressed: [Server(command + suffix, static, log) for command in commands]
            for compressed, suffix in ((False, ""), (True, " --gzip"))
        }

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            for server in self.all():
                stack.enter_context(server)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def all(self):
        return [server for pair in self.servers.values() for server in pair]

    def ports(self, case):
        """Where a case goes to: the ports of Tornado's side and of the other."""
        return [server.port for server in self.servers[case.compressed]]
