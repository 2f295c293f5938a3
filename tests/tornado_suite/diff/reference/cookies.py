"""Cookies, plain and signed, and XSRF tokens."""

import http.cookies

from tornado.web import RequestHandler

from .base import Base


class Cookies(Base):
    def get(self):
        self.write({name: self.get_cookie(name) for name in sorted(self.cookies)})


class SetCookie(Base):
    def get(self):
        readers = dict.fromkeys(["domain", "path", "samesite"], str)
        readers |= dict.fromkeys(["max_age", "expires_days"], int)
        readers |= dict.fromkeys(["httponly", "secure"], "1".__eq__)
        given = {name: read(self.option(name)) for name, read in readers.items() if self.option(name) is not None}
        try:
            self.set_cookie(self.option("name", "a"), self.option("value", "b"), **given)
        except (ValueError, http.cookies.CookieError):
            self.send_error(400)
            return
        self.write("ok")


class ClearCookie(Base):
    def get(self):
        self.clear_cookie("a")
        self.clear_all_cookies()
        self.write("ok")


class Signed(Base):
    def get(self):
        name = self.option("name", "s")
        minimum = self.option("min")
        value = self.get_signed_cookie(
            name,
            max_age_days=float(self.option("days", "40000")),
            min_version=int(minimum) if minimum else None,
        )
        text = value.decode("latin1") if value is not None else None
        self.write(dict(value=text, key_version=self.key_version(name)))

    def key_version(self, name):
        try:
            return self.get_signed_cookie_key_version(name)
        except Exception:
            return "error"


class Sign(Base):
    def get(self):
        self.set_signed_cookie("s", self.option("v", "x"), version=int(self.option("version", "2")))
        self.write("ok")


class Xsrf(RequestHandler):
    def get(self):
        self.set_header("Content-Type", "text/plain")
        self.write(self.xsrf_token)

    def post(self):
        self.write("ok")

    put = delete = post
