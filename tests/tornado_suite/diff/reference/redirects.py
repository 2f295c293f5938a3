"""Redirects, slashes, and who has to log in."""

from tornado import web

from .base import Base


class Redirect(Base):
    def get(self):
        status = self.option("status")
        try:
            self.redirect(
                self.option("url", "/"),
                permanent=self.option("permanent") == "1",
                status=int(status) if status else None,
            )
        except ValueError:
            self.send_error(400)


class AddSlash(Base):
    @web.addslash
    def get(self):
        self.write("slash")

    @web.addslash
    def head(self):
        pass


class RemoveSlash(Base):
    @web.removeslash
    def get(self):
        self.write("no slash")


class Auth(Base):
    def get_current_user(self):
        return self.get_cookie("user")

    @web.authenticated
    def get(self):
        self.write("hi " + self.current_user)

    @web.authenticated
    def post(self):
        self.write("posted")
