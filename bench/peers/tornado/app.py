"""Tornado, as its users write it. It has no sessions: these are the usual dict
behind a signed id."""

import asyncio
import os
import secrets

import tornado.log
import tornado.web
import tornado.websocket

SESSIONS = {}
ROOM = set()


class Row:
    def __init__(self):
        self.id = 4
        self.name = "Item <4> & co"
        self.active = True


class Plaintext(tornado.web.RequestHandler):
    def get(self):
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write("Hello, World!")


class Json(tornado.web.RequestHandler):
    def get(self):
        self.write({"message": "Hello, World!"})


class Cookie(tornado.web.RequestHandler):
    def get(self):
        name = self.get_signed_cookie("username")
        self.write("Hello, %s!" % (name.decode() if name else "anonymous"))


class SetCookie(tornado.web.RequestHandler):
    def get(self):
        self.set_signed_cookie("username", "alice")
        self.write("ok")


class Session(tornado.web.RequestHandler):
    def session(self):
        sid = self.get_signed_cookie("sid")
        return SESSIONS.get(sid.decode()) if sid else None

    def get(self):
        session = self.session() or {}
        self.write("Hello, %s!" % session.get("username", "anonymous"))

    def post(self):
        session = self.session()
        if session is None:
            sid = secrets.token_hex(16)
            session = SESSIONS[sid] = {}
            self.set_signed_cookie("sid", sid)
        session["username"] = self.get_argument("username")
        self.write("ok")


class Numbered(tornado.web.RequestHandler):
    def get(self, word):
        self.write(word)


class Page(tornado.web.RequestHandler):
    def get(self):
        self.render("small.html", row=Row())


class Upload(tornado.web.RequestHandler):
    def post(self):
        size = sum(len(file.body) for files in self.request.files.values() for file in files)
        self.write("%s %d" % (self.get_argument("name"), size))


class Echo(tornado.websocket.WebSocketHandler):
    async def on_message(self, message):
        await self.write_message(message)


class Room(tornado.websocket.WebSocketHandler):
    def open(self):
        ROOM.add(self)

    def on_message(self, message):
        for other in ROOM:
            other.write_message(message)

    def on_close(self):
        ROOM.discard(self)


def application():
    routes = [
        (r"/plaintext", Plaintext),
        (r"/json", Json),
        (r"/cookie", Cookie),
        (r"/setcookie", SetCookie),
        (r"/session", Session),
        (r"/page", Page),
        (r"/upload", Upload),
        (r"/echo", Echo),
        (r"/room", Room),
    ]
    routes += [(r"/r%d/([^/]+)" % i, Numbered) for i in range(int(os.environ.get("ROUTES", 0)))]
    return tornado.web.Application(
        routes,
        cookie_secret="a-long-secret-for-the-benchmark-only",
        static_path=os.environ.get("FILES"),
        template_path=os.environ.get("PAGES"),
    )


async def main():
    application().listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    tornado.log.enable_pretty_logging()
    asyncio.run(main())
