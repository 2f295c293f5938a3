"""Templates: pages, UI modules, UI methods."""

import os

import tornado.ioloop
import tornado.web

TEMPLATES = os.path.join(os.path.dirname(__file__), "templates")


# ANCHOR: entry
class Entry:
    def __init__(self, title, text):
        self.title = title
        self.text = text

    @property
    def path(self):
        return "/entry/" + self.title.lower()

    def teaser(self, length):
        return self.text[:length] + "…"
# ANCHOR_END: entry


ENTRIES = [
    Entry("News", "A <new> entry, which is a long one."),
    Entry("Older", "What was there before, & more of it."),
]


# ANCHOR: base
class BaseHandler(tornado.web.RequestHandler):
    def get_current_user(self):
        return self.get_cookie("user")

    def get_template_namespace(self):
        namespace = super().get_template_namespace()
        namespace["site"] = "A site"
        return namespace

    def write_error(self, status_code, **kwargs):
        self.render("error.html", status=status_code,
                    message=self._reason)
# ANCHOR_END: base


# ANCHOR: handler
class HomeHandler(BaseHandler):
    def get(self):
        self.render("home.html", title="Home", entries=ENTRIES)
# ANCHOR_END: handler


class NotFoundHandler(BaseHandler):
    def prepare(self):
        self.send_error(404)


# ANCHOR: module
class EntryModule(tornado.web.UIModule):
    def render(self, entry, mark=""):
        return self.render_string(
            "modules/entry.html", entry=entry, mark=mark)

    def embedded_css(self):
        return ".active { font-weight: bold }"
# ANCHOR_END: module


# ANCHOR: method
def active(handler, path):
    return "active" if handler.request.path == path else ""
# ANCHOR_END: method


# ANCHOR: settings
app = tornado.web.Application([
    (r"/", HomeHandler),
    (r"/entry/\w+", HomeHandler),
    (r"/.*", NotFoundHandler),
], template_path=TEMPLATES, ui_modules={"Entry": EntryModule},
   ui_methods={"active": active})
# ANCHOR_END: settings

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
