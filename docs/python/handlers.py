"""What handlers call: arguments, output, errors, the user."""

import tornado.ioloop
import tornado.web


class SearchHandler(tornado.web.RequestHandler):
    # ANCHOR: arguments
    def get(self):
        words = self.get_argument("q")
        page = int(self.get_argument("page", "1"))
        tags = self.get_arguments("tag")
        self.write(f"{words}, page {page}, {len(tags)} tags")
    # ANCHOR_END: arguments


class BookHandler(tornado.web.RequestHandler):
    # ANCHOR: output
    def get(self, slug):
        if slug != "snow-crash":
            raise tornado.web.HTTPError(404, f"no book {slug}")
        self.set_header("Cache-Control", "max-age=60")
        self.write({"title": "Snow Crash", "year": 1992})
    # ANCHOR_END: output


class PageHandler(tornado.web.RequestHandler):
    # ANCHOR: user
    def get_current_user(self):
        user = self.get_signed_cookie("user")
        return user and user.decode()

    @tornado.web.authenticated
    def get(self):
        self.write(f"Hello, {self.current_user}!")
    # ANCHOR_END: user


class ReportHandler(tornado.web.RequestHandler):
    # ANCHOR: stream
    async def get(self):
        for line in range(3):
            self.write(f"line {line}\n")
            await self.flush()
    # ANCHOR_END: stream


app = tornado.web.Application([
    (r"/search", SearchHandler),
    (r"/book/([^/]+)", BookHandler),
    (r"/page", PageHandler),
    (r"/report", ReportHandler),
], cookie_secret="my_cookie_secret", login_url="/login")

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
