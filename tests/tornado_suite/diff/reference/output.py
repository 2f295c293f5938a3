"""Status, headers, bodies, streams, and the end of a response."""

from tornado.web import Finish, HTTPError

from .base import Base


class Hello(Base):
    def get(self):
        self.write("Hello, world")


class Status(Base):
    def get(self):
        self.set_status(int(self.option("code", "200")), self.option("reason"))
        self.write(self.option("body", "ok"))


class Methods(Base):
    def get(self):
        self.write("got")

    def head(self):
        self.set_header("X-Head", "1")


class Options(Base):
    def options(self):
        self.set_header("Allow", "GET, OPTIONS")
        self.set_status(204)

    def get(self):
        self.write("ok")


class Json(Base):
    def get(self):
        self.write(
            {
                "none": None,
                "t": True,
                "int": 12345678901234567890,
                "float": 1.5,
                "nested": {"list": [1, [2, {"x": []}]], "empty": {}},
                "text": 'quote " slash / back \\ tab \t nl \n nul \x00 del \x7f',
                "unicode": "\xe9\u4e2d\U0001f600\u2028",
                "html": "</script><!-- & -->",
            }
        )


class Text(Base):
    def get(self):
        self.set_header("Content-Type", "text/plain")
        self.write(self.option("body", ""))


class Stream(Base):
    async def get(self):
        for i in range(int(self.option("n", "3"))):
            self.write("chunk %d\n" % i)
            await self.flush()

    head = get


class Late(Base):
    async def get(self):
        self.write("early")
        await self.flush()
        raise HTTPError(500)


class Headers(Base):
    def get(self):
        self.set_header("X-One", "1")
        self.set_header("x-one", "2")
        self.add_header("X-Multi", "a")
        self.add_header("x-multi", "b")
        self.set_header("X-Gone", "x")
        self.clear_header("x-gone")
        self.set_header("X-Int", 5)
        if self.option("noctype"):
            self.clear_header("Content-Type")
        self.write("ok")


class SetHdr(Base):
    def get(self):
        try:
            self.set_header("X-Test", self.option("v", ""))
        except ValueError:
            self.send_error(400)
            return
        self.write("ok")


class NoContent(Base):
    def get(self):
        self.set_status(204)


class NotMod(Base):
    def get(self):
        self.set_status(304)
        self.set_header("Content-Language", "en")


class FinishEarly(Base):
    def get(self):
        self.set_status(401)
        self.set_header("WWW-Authenticate", 'Basic realm="x"')
        self.write("no")
        raise Finish()


class Prepare(Base):
    def prepare(self):
        if self.option("stop"):
            self.finish("prepared")

    def get(self):
        self.write("got")


class Defaults(Base):
    def set_default_headers(self):
        self.set_header("X-Default", "d")

    def get(self):
        if self.option("fail"):
            raise HTTPError(400)
        self.write("ok")


class Etag(Base):
    def get(self):
        self.write("etag body")

    head = get


class EtagCustom(Base):
    def compute_etag(self):
        return '"custom"'

    def get(self):
        self.write("custom")


class EtagNone(Base):
    def compute_etag(self):
        return None

    def get(self):
        self.write("none")
