"""Sessions in the memory of the process, like those of Tornado add-ons.

Tornado itself has no sessions. This is the minimum that the guide's programs
need: a dict for each client, found by a signed cookie. It stores on every
assignment, even if the client never comes back, and processes share nothing.
"""

import time
import uuid

_sessions = {}


class SessionMixin:
    def get_session(self):
        name = self.settings.get("session_cookie_name", "session")
        expiry = self.settings.get("session_expiry", 14 * 24 * 3600)
        now = time.time()
        id = (self.get_signed_cookie(name) or b"").decode()
        session, expires = _sessions.get(id, (None, 0))
        if session is None or expires < now:
            id, session = uuid.uuid4().hex, {}
        _sessions[id] = session, now + expiry
        self.set_signed_cookie(
            name, id, expires_days=expiry / 86400, httponly=True, samesite="Lax"
        )
        return session
