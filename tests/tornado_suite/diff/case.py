"""What is sent: a `Case` is the bytes of one connection."""

import collections
import dataclasses

# The Host of requests, so that nothing in a reply depends on the port.
HOST = "diff.test"


@dataclasses.dataclass(frozen=True)
class Case:
    """One connection: what is sent, and which methods the replies are to."""

    name: str
    data: bytes
    methods: tuple = ("GET",)
    # Seconds to wait for a reply, where none may come.
    wait: float = None
    # Whether it goes to the servers that compress their responses.
    compressed: bool = False
    # The name of the case that this one was made from.
    origin: str = None


def to_bytes(text, encoding):
    return text if isinstance(text, bytes) else text.encode(encoding)


def request(method, target, headers=(), body=None, version="1.1", host=HOST, close=True):
    """The bytes of a request.

    Text is Latin-1 in headers and UTF-8 in target and body. `Content-Length`
    is added unless there is no body or the framing is given.
    """
    lines = [b"%s %s HTTP/%s" % (method.encode("latin1"), to_bytes(target, "utf8"), version.encode())]
    if host is not None:
        lines.append(b"Host: " + host.encode("latin1"))
    if close and version == "1.1":
        lines.append(b"Connection: close")
    lines += [to_bytes(header, "latin1") for header in headers]
    if body is None:
        body = b""
    else:
        body = to_bytes(body, "utf8")
        if not any(line.lower().startswith((b"content-length:", b"transfer-encoding:")) for line in lines):
            lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Corpus:
    """Collects cases; a name that is taken gets a number."""

    def __init__(self):
        self.cases = []
        self.names = collections.Counter()

    def add(self, name, data, methods=("GET",), wait=None, compressed=False):
        self.names[name] += 1
        if self.names[name] > 1:
            name = f"{name} #{self.names[name]}"
        self.cases.append(Case(name, data, tuple(methods), wait, compressed))

    def send(self, method, name, target, *headers, compressed=False, **options):
        self.add(name, request(method, target, headers, **options), [method], compressed=compressed)

    def get(self, name, target, *headers, **options):
        self.send("GET", name, target, *headers, **options)
