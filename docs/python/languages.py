"""Languages: translations, the language of the browser, and that of the user."""

import os

import tornado.ioloop
import tornado.web
from tornado import locale
from tornado.web import RequestHandler

TRANSLATIONS = os.path.join(os.path.dirname(__file__), "translations")


# ANCHOR: handler
class MainHandler(RequestHandler):
    def get_user_locale(self):
        code = self.get_cookie("language")
        return locale.get(code) if code else None

    def get(self):
        language = self.locale
        welcome = language.translate("Welcome, %(name)s")
        count = int(self.get_argument("count", "0"))
        news = language.translate(
            "one new message", "%(count)d new messages", count)
        self.write(welcome % {"name": "Kim"} + ": ")
        self.write(news % {"count": count})
# ANCHOR_END: handler


# ANCHOR: load
locale.load_translations(TRANSLATIONS)
app = tornado.web.Application([(r"/", MainHandler)])
# ANCHOR_END: load

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
