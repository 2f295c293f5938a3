"""Makes replies comparable: masks what depends on the clock or on chance.

Masked are dates of now, whose form is checked, `Server`, XSRF tokens,
timestamps and signatures of signed values, the port, and the `Etag` and length
of a body in which something was masked. A gzip body is unpacked.
"""

import contextlib
import hashlib
import re
import zlib

HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" \d\d:\d\d:\d\d GMT$"
)
COOKIE_EXPIRES = re.compile(r"(expires=)([^;]*)", re.IGNORECASE)
XSRF_V2 = re.compile(r"2\|[0-9a-f]{8}\|([0-9a-f]+)\|\d{10}")
SIGNED_V2 = re.compile(r"2\|1:(\d)\|10:\d{10}\|(\d+:[^|;]*\|\d+:[^|;]*)\|[0-9a-f]{64}")
SIGNED_V1 = re.compile(r"\|\d{10}\|[0-9a-f]{40}(?![0-9a-f])")
LONG = 4000


def mask_date(value):
    return "<date>" if HTTP_DATE.match(value) else value


def mask_text(text, port):
    text = text.replace(f"127.0.0.1:{port}", "127.0.0.1:<port>")
    text = text.replace(f"127.0.0.1%3A{port}", "127.0.0.1%3A<port>")
    text = XSRF_V2.sub(lambda match: f"2|<mask>|<{len(match[1])} hex>|<time>", text)
    text = SIGNED_V2.sub(r"2|1:\1|10:<time>|\2|<signature>", text)
    return SIGNED_V1.sub("|<time>|<signature>", text)


def unpack(body, encoding):
    if encoding == "gzip" and body:
        with contextlib.suppress(zlib.error):
            return zlib.decompressobj(31).decompress(body)
    return body


def mask_header(name, value, port, body_was_masked, packed):
    match name:
        case "date" | "expires":
            return mask_date(value)
        case "server":
            return "<server>"
        case "set-cookie":
            return COOKIE_EXPIRES.sub(lambda match: match[1] + mask_date(match[2]), mask_text(value, port))
        case "etag" if body_was_masked:
            return "<etag>"
        case "content-length" if body_was_masked or packed:
            return "<length>"
        case _:
            return mask_text(value, port)


def normalize_reply(reply, port):
    encodings = [value for name, value in reply.headers if name.lower() == "content-encoding"]
    encoding = encodings[0] if encodings else ""
    text = unpack(reply.body, encoding).decode("latin1")
    body = mask_text(text, port)
    headers = [
        (name, mask_header(name.lower(), value, port, body != text, encoding == "gzip"))
        for name, value in reply.headers
    ]
    if len(body) > LONG:
        body = f"<{len(body)} bytes, sha1 {hashlib.sha1(body.encode('latin1')).hexdigest()}>"
    return {
        "version": reply.version,
        "status": reply.status,
        "reason": reply.reason,
        "framing": reply.framing,
        "headers": headers,
        "body": body,
        "complete": reply.complete,
    }


def normalize(outcome, port):
    """An outcome as plain data that can be compared."""
    replies = [normalize_reply(reply, port) for reply in outcome.replies]
    return {"replies": replies, "connection": outcome.connection}
