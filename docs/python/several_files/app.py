"""The routes, and the arguments of the handlers."""

from handlers import books, staff
from tornado.web import Application, url


def application(db, **settings):
    return Application([
        url(r"/", books.BooksHandler, name="books"),
        url(r"/book/(\d+)", books.BookHandler, name="book"),
        url(r"/login", staff.LoginHandler),
        url(r"/add", staff.AddHandler),
    ], db=db, login_url="/login", **settings)
