"""Sends a case and reads the replies by HTTP/1 framing."""

import asyncio
import contextlib
import dataclasses
import re

STATUS_LINE = re.compile(r"(HTTP/\d\.\d) (\d{3})(?: (.*))?$")


@dataclasses.dataclass
class Reply:
    version: str
    status: int
    reason: str
    headers: list
    # How the body ended: "length", "chunked", "close", or "none".
    framing: str
    body: bytes
    complete: bool


@dataclasses.dataclass
class Outcome:
    """The replies to a case, and what became of the connection."""

    replies: list
    # "open", "closed", "timeout", or what came that is no reply.
    connection: str


@dataclasses.dataclass(frozen=True)
class Patience:
    """How long to wait for a reply, and to believe that a connection stays
    open, in seconds."""

    reply: float = 5.0
    idle: float = 0.15


async def read_chunks(reader):
    body = b""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
        while True:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
            body += (await reader.readexactly(size + 2))[:-2]
            if size == 0:
                return body, True
    return body, False


async def read_body(reader, method, status, headers):
    """The framing, the body, and whether it is complete."""
    length = headers.get("content-length")
    if method == "HEAD" or status in (204, 304) or 100 <= status < 200:
        return "none", b"", True
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return "chunked", *await read_chunks(reader)
    if length is not None:
        try:
            return "length", await reader.readexactly(int(length)), True
        except asyncio.IncompleteReadError as error:
            return "length", error.partial, False
    try:
        return "close", await reader.read(), True
    except ConnectionError:
        return "close", b"", False


async def read_reply(reader, method):
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].decode("latin1").split("\r\n")
    match = STATUS_LINE.match(first)
    if not match:
        return Reply("?", 0, first, [], "none", head, False)
    status = int(match[2])
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    body = await read_body(reader, method, status, {name.lower(): value for name, value in headers})
    return Reply(match[1], status, match[3] or "", headers, *body)


async def read_replies(reader, case, patience, replies):
    """Reads into `replies`, and says what became of the connection."""
    methods = list(case.methods)
    while methods:
        reply = await asyncio.wait_for(read_reply(reader, methods[0]), case.wait or patience.reply)
        replies.append(reply)
        if reply.status // 100 != 1 or reply.status == 101:
            methods.pop(0)
    try:
        extra = await asyncio.wait_for(reader.read(100), patience.idle)
    except asyncio.TimeoutError:
        return "open"
    return f"extra {extra!r}" if extra else "closed"


async def exchange(port, case, patience=Patience()):
    """Sends a case to a server on this machine."""
    replies = []
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    except OSError as error:
        return Outcome(replies, f"no connection: {error.strerror}")
    try:
        writer.write(case.data)
        await writer.drain()
        state = await read_replies(reader, case, patience, replies)
    except asyncio.TimeoutError:
        state = "timeout"
    except asyncio.LimitOverrunError:
        state = "too long a head"
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        partial = getattr(error, "partial", b"")
        state = f"closed after {partial[:80]!r}" if partial else "closed"
    finally:
        writer.close()
        with contextlib.suppress(Exception):
            await writer.wait_closed()
    return Outcome(replies, state)
