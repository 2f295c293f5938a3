"""Starts the application."""

import tornado.ioloop
from app import application
from db import Db

app = application(
    Db(["Snow Crash", "Anathem"]),
    cookie_secret="my_cookie_secret",
    password="rice",
)

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
