"""Routes, groups and reversed URLs."""

import tornado.ioloop
import tornado.web
from tornado.web import RedirectHandler, url


class HomeHandler(tornado.web.RequestHandler):
    # ANCHOR: reverse
    def get(self):
        entry = self.reverse_url("entry", "2026", "a b")
        self.write(f"see {entry}")
    # ANCHOR_END: reverse


class EntryHandler(tornado.web.RequestHandler):
    # ANCHOR: groups
    def get(self, year, slug):
        self.write(f"{slug} of {int(year)}")
    # ANCHOR_END: groups


class UserHandler(tornado.web.RequestHandler):
    # ANCHOR: named
    def get(self, name, tab=None):
        self.write(f"{name}: {tab or 'home'}")
    # ANCHOR_END: named


class StatusHandler(tornado.web.RequestHandler):
    def initialize(self, text):
        self.text = text

    def get(self):
        self.write(self.text)


class NotFoundHandler(tornado.web.RequestHandler):
    def prepare(self):
        self.set_status(404)
        self.finish("There is no such page.")


# ANCHOR: table
app = tornado.web.Application(
    [
        (r"/", HomeHandler),
        url(r"/entry/(\d{4})/([^/]+)", EntryHandler,
            name="entry"),
        (r"/user/(?P<name>\w+)(?:/(?P<tab>\w+))?",
            UserHandler),
        (r"/status", StatusHandler,
            {"text": "all is well"}),
        (r"/blog/(.*)", RedirectHandler,
            {"url": "/entry/{0}"}),
    ],
    default_handler_class=NotFoundHandler,
)
app.add_handlers(r"api\.example\.com", [
    (r"/status", StatusHandler,
        {"text": "the API is well"}),
])
# ANCHOR_END: table

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
