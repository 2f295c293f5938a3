"""What takes a login."""

from base import BaseHandler
from tornado.web import HTTPError, authenticated


class LoginHandler(BaseHandler):
    def post(self):
        if self.get_argument("password") != self.settings["password"]:
            raise HTTPError(403)
        self.set_signed_cookie("user", self.get_argument("name"))
        self.redirect(self.reverse_url("books"))


class AddHandler(BaseHandler):
    @authenticated
    def post(self):
        number = self.db.add(self.get_argument("title"))
        self.redirect(self.reverse_url("book", number))
