"""tornado-web's sessions for Tornado: the same cookies, on the same store.

A handler that has the mixin asks for its session and treats it as a dict:

    class MainHandler(SessionMixin, tornado.web.RequestHandler):
        async def get(self):
            session = await self.get_session()
            self.write(f"Hello, {session.get('username', 'Guest')}!")

        async def post(self):
            session = await self.get_session()
            session["username"] = self.get_argument("username")

It is saved before the headers go out, and only what has changed, key by key. So
concurrent requests, in either language, don't overwrite each other's changes, and
a request in flight does not bring back a session that has ended. After a server
error, nothing is saved.

The settings of the application are `cookie_secret`, `session_store` (see
`open_store`) and, as in tornado-web, `session_cookie_name` and `session_expiry`.
"""

import asyncio
import hashlib
import json
import logging
import math
import secrets
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timezone

import tornado.web

from stores import Lost, open_store

__all__ = ["Session", "SessionMixin", "open_store"]

#: How long requests in flight may still save into a session that has a new id.
GRACE_MS = 60_000

#: After this fraction of its lifetime, a session in use is renewed in full.
RENEW_AFTER = 0.2


def now_ms():
    return int(time.time() * 1000)


class SessionMixin:
    """`get_session` for handlers. It must come before `RequestHandler`."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        order = cls.__mro__
        if tornado.web.RequestHandler in order:
            if order.index(SessionMixin) > order.index(tornado.web.RequestHandler):
                raise TypeError(f"{cls.__name__}: SessionMixin goes before RequestHandler")

    async def get_session(self):
        """The session of this client, the same object throughout the request."""
        if getattr(self, "_session", None) is None:
            self._session = await Session.load(self)
        return self._session

    def finish(self, chunk=None):
        if getattr(self, "_saving", None) is not None:
            return self._saving
        session = getattr(self, "_session", None)
        if session is None or self._finished or self.get_status() >= 500:
            return super().finish(chunk)
        if chunk is not None:
            self.write(chunk)
        self._auto_finish = False
        self._saving = asyncio.ensure_future(self._save_and_finish(session))
        return self._saving

    async def _save_and_finish(self, session):
        try:
            await session.save()
        except Exception:
            self._saving = None
            self.log_exception(*sys.exc_info())
            self._session = None
            self.send_error(500)
            return
        session.send_cookie(self)
        self.add_header("Vary", "Cookie")
        if "Cache-Control" not in self._headers:
            self.set_header("Cache-Control", "private")
        await super().finish()


class Session(dict):
    """The values of a session, and what has changed in them."""

    def __init__(self, store, expiry_ms, id=None, record=None):
        super().__init__()
        self._store = store
        self._expiry_ms = expiry_ms
        self._id = None
        self._presented = id
        self._cookie = None
        self._retired = []
        self._login = None
        self._regenerate = False
        self._begin(record)
        if record is not None:
            self._id = id

    def _begin(self, record):
        record = record or {"data": {}, "owner": None}
        #: The values as the store has them, as text, so that a change inside a
        #: list is noticed too.
        self._loaded = dict(record["data"])
        self._record = record
        self.clear()
        for key, text in self._loaded.items():
            self[key] = json.loads(text)

    @classmethod
    async def load(cls, handler):
        settings = handler.settings
        store = settings["session_store"]
        expiry_ms = int(settings.get("session_expiry", 14 * 24 * 3600) * 1000)
        name = settings.get("session_cookie_name", "session")
        # The store decides how old it may be.
        id = parse_id(handler.get_signed_cookie(name, max_age_days=math.inf))
        record = await store.load(store_key(id)) if id else None
        return cls(store, expiry_ms, id, record)

    @property
    def owner(self):
        """The logged-in user, or None."""
        return self._login or self._record.get("owner")

    def login(self, user):
        """Assigns the session to this user, under a new id."""
        user = str(user)
        if not 1 <= len(user.encode()) <= 1024 or "\0" in user:
            raise ValueError("the id of a user has 1 to 1024 bytes, and no NUL")
        if self.owner not in (None, user):
            self.destroy()
        self._login = user
        self._regenerate = True

    def regenerate(self):
        """Gives the session a new id when it is saved."""
        self._regenerate = True

    def destroy(self):
        """Ends the session when it is saved. Setting a key later begins another."""
        if self._presented is not None:
            self._retired.append(store_key(self._presented))
        self._cookie = "remove" if self._presented is not None else None
        self._id = self._presented = self._login = None
        self._regenerate = False
        self._begin(None)

    def _changes(self):
        """The keys to set, with their text, and those to delete, with None."""
        changes = {key: None for key in self._loaded if key not in self}
        for key, value in self.items():
            old = self._loaded.get(key)
            if old is None or canonical(json.loads(old)) != canonical(value):
                changes[key] = json.dumps(value, ensure_ascii=False)
        return changes

    async def save(self):
        """Saves what has changed. This happens before the headers go out; call it
        yourself in streams and WebSockets."""
        while self._retired:
            await self._store.delete(self._retired[-1])
            self._retired.pop()
        changes = self._changes()
        try:
            if self._id is None:
                await self._create(changes)
            else:
                await self._change(changes)
        except Lost as lost:
            logger.warning("Session not saved: %s", lost)
            self._id = None
            self._begin(None)
            self._cookie = None if lost.moved else "remove"
        else:
            for key, text in changes.items():
                if text is None:
                    self._loaded.pop(key, None)
                else:
                    self._loaded[key] = text

    async def _create(self, changes):
        if not changes and self._login is None:
            return
        if self._presented is not None and self._login is None:
            # Another request may have given that session a new id just now.
            place = await self._store.apply(store_key(self._presented), {})
            if place == "moved":
                raise Lost("it has got a new id meanwhile", moved=True)
        created = now_ms()
        self._record = {
            "created_at": created,
            "expires_at": created + self._expiry_ms,
            "expiry": "default",
            "deadline": None,
            "owner": self._login,
            "data": changes,
        }
        id = new_id()
        await self._store.create(store_key(id), self._record)
        self._saved(id)

    async def _change(self, changes):
        key = store_key(self._id)
        expires_at = self._renewal()
        if self._regenerate:
            id = new_id()
            try:
                await self._store.rename(
                    key, store_key(id), changes, expires_at, self._login, GRACE_MS
                )
            except Lost:
                if self._login is None:
                    raise
                # A login always gets a session, even if not that one.
                self._id = self._presented = None
                return await self._create({k: v for k, v in changes.items() if v})
            if self._login is not None:
                self._record["owner"] = self._login
            self._record["expires_at"] = expires_at or self._record["expires_at"]
            self._saved(id)
        elif changes or expires_at is not None:
            place = await self._store.apply(key, changes, expires_at)
            if place is None:
                raise Lost("it has ended meanwhile")
            if expires_at is not None and place == "here":
                self._record["expires_at"] = expires_at
                self._cookie = "set"

    def _saved(self, id):
        self._id = self._presented = id
        self._login, self._regenerate = None, False
        self._cookie = "set"

    def _renewal(self):
        """The new end of a session in use, if it is time to renew it."""
        expiry, now = self._record["expiry"], now_ms()
        whole = self._expiry_ms
        if isinstance(expiry, dict):
            if "at" in expiry:
                return None
            whole = expiry["idle_ms"]
        end = now + whole
        if self._record["deadline"] is not None:
            end = min(end, self._record["deadline"])
        left = self._record["expires_at"] - now
        return end if left < whole * (1 - RENEW_AFTER) and end > now + left else None

    def send_cookie(self, handler):
        name = handler.settings.get("session_cookie_name", "session")
        kwargs = {"httponly": True, "samesite": "Lax"}
        if handler.request.protocol == "https":
            kwargs["secure"] = True
        if self._cookie == "remove":
            handler.clear_cookie(name, **kwargs)
        elif self._cookie == "set":
            if self._record["expiry"] != "browser":
                end = self._record["expires_at"] / 1000
                kwargs["expires"] = datetime.fromtimestamp(end, timezone.utc)
            value = handler.create_signed_value(name, self._id)
            handler.set_cookie(name, value, **kwargs)


def canonical(value):
    """A text that is equal for equal values."""
    return json.dumps(value, sort_keys=True)


def new_id():
    return urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=")


def parse_id(text):
    """The id, if it is valid: 32 bytes in their canonical encoding."""
    try:
        bits = urlsafe_b64decode(text + b"=")
    except (TypeError, ValueError):
        return None
    good = len(bits) == 32 and urlsafe_b64encode(bits).rstrip(b"=") == text
    return text if good else None


def store_key(id):
    """The key under which stores keep a session."""
    return urlsafe_b64encode(hashlib.sha256(id).digest()).rstrip(b"=").decode()
