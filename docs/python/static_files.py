"""Static files: the application's own, other directories, and your own handler."""

import os

import tornado.ioloop
import tornado.web
from tornado.web import RequestHandler, StaticFileHandler

STATIC = os.path.join(os.path.dirname(__file__), "static")


class MainHandler(RequestHandler):
    # ANCHOR: static_url
    def get(self):
        style = self.static_url("style.css")
        self.write(f"<style>@import '{style}'</style>")
    # ANCHOR_END: static_url


# ANCHOR: hooks
class DownloadHandler(StaticFileHandler):
    def set_extra_headers(self, path):
        self.set_header("Content-Disposition", "attachment")

    def get_cache_time(self, path, modified, mime_type):
        return 60 if mime_type.startswith("text/") else 3600
# ANCHOR_END: hooks


# ANCHOR: members
class BaseHandler(RequestHandler):
    def get_current_user(self):
        return self.get_cookie("user")

    def prepare(self):
        if not self.current_user:
            raise tornado.web.HTTPError(403)


class MemberFiles(BaseHandler, StaticFileHandler):
    pass
# ANCHOR_END: members


MANUAL = os.path.join(STATIC, "manual")
# ANCHOR: routes
handlers = [
    (r"/", MainHandler),
    (r"/manual/(.*)", StaticFileHandler,
     dict(path=MANUAL, default_filename="index.html")),
    (r"/downloads/(.*)", DownloadHandler, dict(path=STATIC)),
    (r"/members/(.*)", MemberFiles, dict(path=STATIC)),
]
app = tornado.web.Application(handlers, static_path=STATIC)
# ANCHOR_END: routes

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
