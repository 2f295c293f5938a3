"""A Tornado process that shares sessions with a tornado-web process: see ../src/main.rs."""

import asyncio
import json
import os

import tornado.web
from tornado_session import SessionMixin, open_store


class BaseHandler(SessionMixin, tornado.web.RequestHandler):
    pass


class ShowHandler(BaseHandler):
    async def get(self):
        session = await self.get_session()
        self.write({"owner": session.owner, "values": session})


class SetHandler(BaseHandler):
    async def post(self):
        session = await self.get_session()
        session[self.get_argument("key")] = json.loads(self.get_argument("value"))
        self.write("set")


class DeleteHandler(BaseHandler):
    async def post(self):
        session = await self.get_session()
        session.pop(self.get_argument("key"), None)
        self.write("deleted")


class LoginHandler(BaseHandler):
    async def post(self):
        session = await self.get_session()
        session.login(self.get_argument("user"))
        self.write("logged in")


class LogoutHandler(BaseHandler):
    async def post(self):
        session = await self.get_session()
        session.destroy()
        self.write("logged out")


class FailHandler(BaseHandler):
    async def post(self):
        session = await self.get_session()
        session["failed"] = True
        raise tornado.web.HTTPError(500)


async def main():
    app = tornado.web.Application(
        [
            (r"/", ShowHandler),
            (r"/set", SetHandler),
            (r"/delete", DeleteHandler),
            (r"/login", LoginHandler),
            (r"/logout", LogoutHandler),
            (r"/fail", FailHandler),
        ],
        cookie_secret="the same on both sides",
        session_cookie_name="shared",
        session_store=await open_store(os.environ["STORE"]),
    )
    app.listen(int(os.environ.get("PORT", "8888")))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
