"""What all handlers share."""

from tornado.web import HTTPError, RequestHandler


class BaseHandler(RequestHandler):
    @property
    def db(self):
        return self.settings["db"]

    def get_current_user(self):
        name = self.get_signed_cookie("user")
        return name and name.decode()

    def write_error(self, status_code, **kwargs):
        self.write({"error": self._reason})

    def title_or_404(self, number):
        if number >= len(self.db.titles):
            raise HTTPError(404)
        return self.db.titles[number]
