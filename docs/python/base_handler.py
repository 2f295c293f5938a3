"""Handlers that inherit from your own base, and a mixin."""

# ANCHOR: program
import tornado.ioloop
import tornado.web
from tornado.web import HTTPError, RequestHandler, url


# ANCHOR: mixin
class VisitsMixin:
    def count_visit(self):
        self.application.visits = self.visits() + 1

    def visits(self):
        return getattr(self.application, "visits", 0)
# ANCHOR_END: mixin


# ANCHOR: base
class BaseHandler(RequestHandler, VisitsMixin):
    def set_default_headers(self):
        self.set_header("X-Frame-Options", "DENY")

    async def prepare(self):
        self.count_visit()

    def get_current_user(self):
        return self.request.headers.get("X-User")

    def write_error(self, status_code, **kwargs):
        self.write(f"Sorry: {status_code} {self._reason}\n")
# ANCHOR_END: base


# ANCHOR: inherit
class MainHandler(BaseHandler):
    def get(self):
        self.write(f"Hello! Visit number {self.visits()}.\n")


class AdminHandler(BaseHandler):
    async def prepare(self):
        await super().prepare()
        if self.current_user is None:
            raise HTTPError(403)


class ReportHandler(AdminHandler):
    def initialize(self, title):
        self.title = title

    def get(self):
        name = self.current_user
        self.write(f"{self.title}, for {name}\n")
# ANCHOR_END: inherit


# ANCHOR: routes
title = "Quarterly report"
app = tornado.web.Application([
    (r"/", MainHandler),
    url(r"/report", ReportHandler, {"title": title}, name="report"),
])
# ANCHOR_END: routes

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
# ANCHOR_END: program
