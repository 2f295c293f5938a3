"""Tornado's answers about cookies: a line of JSON in, a line of JSON out.

An empty line sends the answers off.
The questions are those of tests/answer/mod.rs. Headers are latin-1 texts, as
Tornado has them; signed values are hex; `null` is a refusal.
"""

import datetime
import http.cookies
import json
import sys
import types

import tornado
from tornado import httputil, web

UTC = datetime.timezone.utc
ATTRIBUTES = {
    "domain": "domain",
    "path": "path",
    "expires_days": "expires_days",
    "max_age": "max_age",
    "http_only": "httponly",
    "secure": "secure",
    "same_site": "samesite",
}


def is_name(name):
    try:
        http.cookies.Morsel().set(name, "", "")
    except http.cookies.CookieError:
        return False
    return True


def read(header):
    # `HTTPServerRequest.cookies` is this, except that a newer Python also
    # drops a value whose octal escapes are control characters.
    cookies = httputil.parse_cookie(header)
    return [[name, value] for name, value in cookies.items() if is_name(name)]


def handler_at(now):
    """A handler that only has cookies, and the clock stopped."""
    moment = datetime.datetime.fromtimestamp(now, UTC)
    clock = types.SimpleNamespace(now=lambda zone: moment)
    web.datetime = types.SimpleNamespace(
        datetime=clock, timedelta=datetime.timedelta, UTC=UTC, timezone=datetime.timezone
    )
    return object.__new__(web.RequestHandler)


def attributes(question):
    arguments = {ATTRIBUTES[key]: question[key] for key in question if key in ATTRIBUTES}
    if "expires" in question:
        arguments["expires"] = datetime.datetime.fromtimestamp(question["expires"], UTC)
    return arguments


def line(handler, name):
    text = handler._new_cookie[name].OutputString(None)
    text.encode("latin1")
    return text


def set_cookie(name, value, now, **rest):
    handler = handler_at(now)
    # The one deviation: we quote a space, as Python does, which Tornado refuses.
    checked = value.replace(" ", "_")
    handler.set_cookie(name, checked, **attributes(rest))
    if checked != value:
        handler._new_cookie[name].set(name, value, http.cookies._quote(value))
    return line(handler, name)


def clear_cookie(name, now, **rest):
    handler = handler_at(now)
    handler.clear_cookie(name, **attributes(rest))
    return line(handler, name)


def key(secret):
    if isinstance(secret, dict):
        return {int(version): key for version, key in secret.items()}
    return secret


def sign(secret, name, value, now, **rest):
    return web.create_signed_value(
        key(secret), name, bytes.fromhex(value), clock=lambda: now, **rest
    ).decode()


def decode(secret, name, value, now, **rest):
    decoded = web.decode_signed_value(key(secret), name, value, clock=lambda: now, **rest)
    return None if decoded is None else decoded.hex()


def key_version(value):
    return web.get_signature_key_version(value)


ACTS = {
    "read": read,
    "set": set_cookie,
    "clear": clear_cookie,
    "sign": sign,
    "decode": decode,
    "key_version": key_version,
}
REFUSALS = (
    http.cookies.CookieError,
    ValueError,
    TypeError,
    OverflowError,
    AssertionError,
    KeyError,
)


def answer(question):
    arguments = dict(question)
    act = ACTS[arguments.pop("do")]
    try:
        return act(**arguments)
    except REFUSALS:
        return None


if __name__ == "__main__":
    import logging

    # Warnings about signed values go nowhere.
    logging.disable(logging.CRITICAL)
    print(json.dumps(tornado.version), flush=True)
    for text in sys.stdin:
        if text == "\n":
            sys.stdout.flush()
        else:
            print(json.dumps(answer(json.loads(text))))
