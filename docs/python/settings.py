"""The settings of an application, Tornado's and its own."""

import tornado.ioloop
import tornado.web


class MainHandler(tornado.web.RequestHandler):
    # ANCHOR: get
    def get(self):
        page_size = self.settings.get("page_size", 10)
        self.write(f"{page_size} entries per page")
    # ANCHOR_END: get


# ANCHOR: settings
settings = {
    "cookie_secret": "my_cookie_secret",
    "login_url": "/login",
    "debug": False,
    "page_size": 20,
}

app = tornado.web.Application([
    (r"/", MainHandler),
], **settings)
# ANCHOR_END: settings

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
