"""Arguments, output, errors and the user, in handlers."""

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


# ANCHOR: own
class EntriesHandler(tornado.web.RequestHandler):
    @property
    def entries(self):
        return self.settings["entries"]

    def entry_or_404(self, number):
        if number >= len(self.entries):
            raise tornado.web.HTTPError(404)
        return self.entries[number]


class EntryHandler(EntriesHandler):
    def get(self, number):
        self.write(self.entry_or_404(int(number)))
# ANCHOR_END: own


# ANCHOR: initialize
class FirstHandler(EntriesHandler):
    def initialize(self, count):
        self.count = count

    def get(self):
        self.write(", ".join(self.entries[:self.count]))
# ANCHOR_END: initialize


# ANCHOR: late
class MembersHandler(tornado.web.RequestHandler):
    def prepare(self):
        if self.current_user is None:
            raise tornado.web.HTTPError(403)


class FeedHandler(MembersHandler):
    def get_current_user(self):
        tokens = self.settings["tokens"]
        return tokens.get(self.get_argument("token", None))

    def get(self):
        self.write(f"news for {self.current_user}")
# ANCHOR_END: late


# ANCHOR: overridden
class ApiHandler(tornado.web.RequestHandler):
    def write(self, chunk):
        if isinstance(chunk, dict):
            chunk = {"data": chunk}
        super().write(chunk)

    def redirect(self, url, permanent=False, status=None):
        super().redirect("/v2" + url, permanent, status)


class StockHandler(ApiHandler):
    def get(self):
        if self.get_argument("old", None):
            self.redirect("/stock")
        else:
            self.write({"books": 2})
# ANCHOR_END: overridden


# ANCHOR: attribute
class TitledHandler(tornado.web.RequestHandler):
    title = "Untitled"

    def get(self):
        self.write(f"<h1>{self.title}</h1>")


class AboutHandler(TitledHandler):
    title = "About us"
# ANCHOR_END: attribute


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
    (r"/entry/(\d+)", EntryHandler),
    (r"/first", FirstHandler, {"count": 2}),
    (r"/feed", FeedHandler),
    (r"/stock", StockHandler),
    (r"/untitled", TitledHandler),
    (r"/about", AboutHandler),
    (r"/report", ReportHandler),
], cookie_secret="my_cookie_secret", login_url="/login",
    entries=["zero", "one", "two"], tokens={"t0p": "Kim"})

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
