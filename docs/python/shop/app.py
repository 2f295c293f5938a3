"""The database, and the routes."""

import sqlite3
from pathlib import Path

import accounts
import admin
import api
import articles
import cart
import orders
from tornado.web import Application, url

MIGRATIONS = Path(__file__).parents[3] / "examples/shop/migrations"


def open_database(path):
    """Connects to the database, and creates missing tables."""
    db = sqlite3.connect(path, isolation_level=None)
    db.row_factory = sqlite3.Row
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(sorted(MIGRATIONS.glob("*.sql")), start=1):
        if number > version:
            db.executescript(script.read_text())
            db.execute(f"PRAGMA user_version = {number}")
    return db


def make_app(db, **settings):
    """The shop, with the caller's database and settings."""
    return Application(
        [
            url(r"/", articles.ArticlesHandler, name="articles"),
            url(r"/register", accounts.RegisterHandler),
            url(r"/login", accounts.LoginHandler),
            url(r"/logout", accounts.LogoutHandler),
            url(r"/cart", cart.CartHandler, name="cart"),
            url(r"/orders", orders.OrdersHandler, name="orders"),
            url(r"/admin", admin.AdminHandler, name="admin"),
            url(r"/api/articles", api.ArticlesHandler),
            url(r"/api/articles/(\d+)", api.ArticleHandler),
        ],
        db=db,
        login_url="/login",
        xsrf_cookies=True,
        **settings,
    )
