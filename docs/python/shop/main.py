"""Starts the shop. The first user to register is the admin."""

import asyncio
import os

import app
from tornado.options import parse_command_line


async def main():
    parse_command_line()
    db = app.open_database(os.environ.get("DATABASE", "shop.db"))
    app.make_app(db, cookie_secret="my_cookie_secret").listen(
        int(os.environ.get("PORT", 8888)), "127.0.0.1"
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
