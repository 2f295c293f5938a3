"""Attributes of a cookie, and signed cookies."""

import tornado.ioloop
import tornado.web


class ThemeHandler(tornado.web.RequestHandler):
    # ANCHOR: attributes
    def get(self):
        self.set_cookie(
            "theme", "dark",
            max_age=365 * 24 * 3600,
            httponly=True,
            secure=True,
            samesite="Lax",
        )
    # ANCHOR_END: attributes


class WelcomeHandler(tornado.web.RequestHandler):
    # ANCHOR: signed
    def get(self):
        user = self.get_signed_cookie("user")
        if user is not None:
            self.write(f"Welcome back, {user.decode()}!")
        else:
            self.set_signed_cookie("user", "Kim")
            self.write("Nice to meet you!")
    # ANCHOR_END: signed


# ANCHOR: key_versions
settings = {
    "cookie_secret": {
        1: "the old secret",
        2: "the new secret",
    },
    "key_version": 2,
}
# ANCHOR_END: key_versions

app = tornado.web.Application([
    (r"/theme", ThemeHandler),
    (r"/welcome", WelcomeHandler),
], **settings)

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
