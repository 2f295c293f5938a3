"""The smallest application of Tornado."""

import asyncio
import os

import tornado.log
import tornado.web


class Hello(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello, world")


async def main():
    app = tornado.web.Application([(r"/", Hello)])
    app.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    tornado.log.enable_pretty_logging()
    asyncio.run(main())
