"""WebSockets over HTTP/2 (RFC 8441), by the clients h2 and wsproto.

    python http2.py PORT SCENARIO

runs one scenario against a server on that port. What is not as it should be ends it with
an AssertionError.
"""

import socket
import sys
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate


class Client:
    """One connection of HTTP/2."""

    def __init__(self, port):
        self.authority = f"127.0.0.1:{port}"
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        config = h2.config.H2Configuration(header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self.streams = {}
        self.gone = False
        self.h2.initiate_connection()
        # As browsers do: otherwise one stream can have all of the connection's window.
        self.h2.increment_flow_control_window(1 << 20)
        self.flush()
        while not self.settled:
            self.read()

    settled = False

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def read(self):
        data = self.socket.recv(65536)
        if not data:
            self.gone = True
            raise EOFError
        for event in self.h2.receive_data(self.without_goaway(data)):
            if isinstance(event, h2.events.RemoteSettingsChanged):
                self.settled = True
            elif stream := self.streams.get(getattr(event, "stream_id", None)):
                stream.events.append(event)
        self.flush()

    goaway = None
    rest = b""

    def without_goaway(self, data):
        """With it h2 takes no other frame, though streams go on."""
        data = self.rest + data
        frames = b""
        while len(data) >= 9 and len(data) >= (size := 9 + int.from_bytes(data[:3])):
            frame, data = data[:size], data[size:]
            if frame[3] == 7:
                self.goaway = int.from_bytes(frame[13:17])
            else:
                frames += frame
        self.rest = data
        return frames

    def takes_protocols(self):
        code = h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL
        return self.h2.remote_settings.get(code) == 1

    def ask(self, path, method="CONNECT", protocol="websocket", **headers):
        """Opens a stream; `None` leaves a header out."""
        usual = {
            ":method": method,
            ":protocol": protocol,
            ":scheme": "http",
            ":path": path,
            ":authority": self.authority,
            "sec-websocket-version": "13",
        }
        usual.update({name.replace("_", "-"): value for name, value in headers.items()})
        fields = [(name, value) for name, value in usual.items() if value is not None]
        number = self.h2.get_next_available_stream_id()
        stream = self.streams[number] = Stream(self, number)
        self.h2.send_headers(number, fields, end_stream=method != "CONNECT")
        self.flush()
        return stream

    def open(self, path="/ws/a/b", extension=None, **headers):
        if extension:
            headers["sec_websocket_extensions"] = f"permessage-deflate; {extension.offer()}"
        stream = self.ask(path, **headers)
        answer = stream.head()
        assert answer[":status"] == "200", answer
        for name in ["upgrade", "connection", "sec-websocket-accept", "content-length"]:
            assert name not in answer, answer
        if extension:
            extension.finalize(answer["sec-websocket-extensions"].partition(";")[2])
        stream.answer = answer
        stream.begin([extension] if extension else [])
        return stream


class Stream:
    """One stream, and the WebSocket on it."""

    def __init__(self, client, number):
        self.client = client
        self.number = number
        self.events = []
        self.reads = True

    def next(self):
        while not self.events:
            self.client.read()
        return self.events.pop(0)

    def head(self):
        event = self.next()
        assert isinstance(event, h2.events.ResponseReceived), event
        return dict(event.headers)

    def begin(self, extensions):
        self.ws = Connection(ConnectionType.CLIENT, extensions)
        self.messages = self.take()

    def take(self):
        """What comes on the WebSocket; `None` is the end of the stream."""
        text = ""
        while True:
            event = self.next()
            if isinstance(event, h2.events.DataReceived):
                self.client.h2.acknowledge_received_data(
                    event.flow_controlled_length, self.number
                )
                self.client.flush()
                if not event.data:
                    continue
                self.ws.receive_data(event.data)
                for message in self.ws.events():
                    if isinstance(message, (TextMessage, BytesMessage)):
                        text = message.data if not text else text + message.data
                        if message.message_finished:
                            yield text
                            text = ""
                    else:
                        yield message
            elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                yield None

    def receive(self):
        return next(self.messages)

    def send(self, event):
        self.send_bytes(self.ws.send(event))

    def text(self, text):
        self.send(TextMessage(text))

    def send_bytes(self, data):
        while data:
            size = self.client.h2.local_flow_control_window(self.number)
            size = min(size, self.client.h2.max_outbound_frame_size, len(data))
            if size == 0:
                self.client.read()
                continue
            self.client.h2.send_data(self.number, data[:size])
            self.client.flush()
            data = data[size:]

    def end(self):
        self.client.h2.end_stream(self.number)
        self.client.flush()


def close(code, reason=None):
    return CloseConnection(code, reason)


def assert_closed(stream, code, reason=""):
    event = stream.receive()
    assert isinstance(event, CloseConnection), event
    assert (event.code, event.reason or "") == (code, reason), event
    if stream.ws.state is ConnectionState.REMOTE_CLOSING:
        try:
            stream.send(event.response())
        except h2.exceptions.StreamClosedError:
            pass  # whose rule is broken does not wait for an answer
    assert stream.receive() is None


def off(client):
    assert not client.takes_protocols()
    stream = client.ask("/ws/a/b")
    event = stream.next()
    assert isinstance(event, h2.events.StreamReset), event


def handshake(client):
    assert client.takes_protocols()
    for fields, status in [
        ({"protocol": "h2c"}, "400"),
        ({"sec_websocket_version": None}, "426"),
        ({"sec_websocket_version": "8"}, "426"),
        ({"origin": "http://evil.example"}, "403"),
        ({"origin": f"http://{client.authority}"}, "200"),
        ({"sec_websocket_protocol": "a, b"}, "200"),
        # It is no WebSocket.
        ({"method": "GET", "protocol": None}, "400"),
        ({"method": "POST", "protocol": None}, "405"),
        ({"protocol": None, ":scheme": None, ":path": None}, "405"),
    ]:
        head = client.ask("/ws/a/b", **fields).head()
        assert head[":status"] == status, (fields, head)
    page = client.ask("/page").head()
    assert (page[":status"], page["allow"]) == ("405", "GET"), page
    assert client.ask("/nothing").head()[":status"] == "404"


def hooks(client):
    stream = client.open(cookie="user=kim")
    assert stream.answer["set-cookie"] == "seen=yes; Path=/", stream.answer
    assert stream.receive() == 'hello to /ws/a/b kim [Some("a"), Some("b")]'
    stream.text("json")
    assert stream.receive() == '{"a": "<\\/b>"}'
    stream.send(BytesMessage(b"\x00\xff"))
    assert stream.receive() == b"\x00\xff"
    stream.send(Ping(b"a"))
    assert stream.receive() == Pong(b"a")
    stream.text("ping")
    assert stream.receive() == Ping(b"data")
    stream.send(Pong(b"data"))
    stream.text("nodelay")
    stream.send(close(3000, "bye"))
    assert_closed(stream, 3000)
    # The connection is still of use.
    page = client.ask("/page", method="GET", protocol=None)
    assert page.head()[":status"] == "200"


def ends(client):
    told = client.open()
    told.receive()
    told.text("close")
    assert_closed(told, 3001, "as told")
    broken = client.open()
    broken.receive()
    broken.send_bytes(b"\x81\x01a")
    assert_closed(broken, 1002, "unmasked frame")
    failed = client.open()
    failed.receive()
    failed.text("error")
    assert_closed(failed, 1011)
    ended = client.open()
    ended.receive()
    ended.end()
    assert ended.receive() is None
    reset = client.open()
    reset.receive()
    client.h2.reset_stream(reset.number, error_code=8)
    client.flush()
    cut = client.open()
    cut.receive()
    client.socket.close()


def deflate(client):
    for options in [{}, {"server_no_context_takeover": True, "client_no_context_takeover": True}]:
        stream = client.open("/echo", extension=PerMessageDeflate(**options))
        for text in ["a" * 100_000, "a" * 100_000, "b"]:
            stream.text(text)
            assert stream.receive() == text
        stream.send(close(1000))
        assert_closed(stream, 1000)


def many(client):
    """Many on one connection, and messages larger than any window."""
    streams = [client.open("/echo") for _ in range(20)]
    for number, stream in enumerate(streams):
        stream.text(f"{number}")
    for number, stream in reversed(list(enumerate(streams))):
        assert stream.receive() == f"{number}"
    large = "large " * 100_000
    for stream in streams[:2]:
        # It comes back while it is sent, into a window that is 65,535 bytes.
        stream.text(large)
    for stream in streams[:2]:
        assert stream.receive() == large
    for stream in streams:
        stream.send(close(1000))
        assert_closed(stream, 1000)


def sleeper(client):
    """One who takes nothing holds up no other on the same connection."""
    sleeping = client.open("/flood")
    awake = client.open("/echo")
    for number in range(50):
        awake.text(f"{number}")
        assert awake.receive() == f"{number}"
    # What has come is what the window of one stream holds.
    sizes = [len(event.data) for event in sleeping.events]
    assert sum(sizes) <= 65_535, sum(sizes)
    sleeping.events.clear()
    client.h2.reset_stream(sleeping.number, error_code=8)
    client.flush()
    awake.send(close(1000))
    assert_closed(awake, 1000)


def cut(client):
    """One who takes nothing for too long is cut, and the connection is not."""
    sleeping = client.open("/flood")
    time.sleep(1)
    # What was on its way still comes.
    size = 0
    while (message := sleeping.receive()) is not None:
        size += len(message)
        assert size < 1_000_000, size
    page = client.ask("/page", method="GET", protocol=None)
    assert page.head()[":status"] == "200"


def idle(client):
    """A connection with a WebSocket on it is not idle."""
    stream = client.open("/echo")
    client.socket.settimeout(2.5)
    try:
        client.read()
        raise AssertionError("there is nothing to read")
    except TimeoutError:
        pass
    stream.text("still there")
    client.socket.settimeout(20)
    assert stream.receive() == "still there"
    stream.send(close(1000))
    assert_closed(stream, 1000)
    # Without one it is.
    try:
        while True:
            client.read()
    except (EOFError, ConnectionResetError):
        assert client.goaway == 0


def stop(client):
    stream = client.open()
    stream.receive()
    assert_closed(stream, 1001)
    try:
        while True:
            client.read()
    except (EOFError, ConnectionResetError):
        assert client.goaway == 0


if __name__ == "__main__":
    globals()[sys.argv[2]](Client(int(sys.argv[1])))
