"""Requests that end with an error."""

from tornado.web import HTTPError

from .base import Base


class Error(Base):
    def get(self):
        raise HTTPError(int(self.option("status", "500")), reason=self.option("reason"))


class SendErr(Base):
    def get(self):
        reason = {"reason": self.option("reason")} if self.option("reason") else {}
        self.set_header("X-Before", "lost")
        self.write("lost")
        self.send_error(int(self.option("status", "500")), **reason)


class Crash(Base):
    def get(self):
        raise KeyError("crash")

    post = get


class JsonErr(Base):
    def get(self):
        raise HTTPError(int(self.option("status", "418")), "a log message")

    def write_error(self, status_code, **kwargs):
        self.write(dict(code=status_code, message=self._reason))
