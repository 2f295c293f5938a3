"""Registering, logging in, logging out."""

import asyncio
import hashlib
import hmac
import logging
import os
import sqlite3

import pages
from base import BaseHandler

SHORTEST_PASSWORD = 8


class AccountHandler(BaseHandler):
    def form(self, title, name="", error=""):
        """The page with the form, the user's input, and what is wrong with it."""
        xsrf = self.xsrf_form_html()
        self.page(title, pages.account_form(name, self.next(), error, xsrf))

    def password(self):
        """The password as it was typed, including leading and trailing spaces."""
        return self.get_argument("password", strip=False)

    def next(self):
        """The page to redirect to, which must belong to this shop."""
        next = self.get_argument("next", "/")
        is_ours = next.startswith("/") and not next.startswith("//") and "\\" not in next
        return next if is_ours else "/"


class RegisterHandler(AccountHandler):
    def get(self):
        self.form("Register")

    async def post(self):
        name, password = self.get_argument("name"), self.password()
        if not 1 <= len(name) <= 60:
            return self.form("Register", name, "A name has 1 to 60 characters.")
        if len(password) < SHORTEST_PASSWORD:
            error = "A password has 8 characters at least."
            return self.form("Register", name, error)
        # The first user is the admin.
        sql = """INSERT INTO accounts (name, password, is_admin)
            VALUES (?, ?, NOT EXISTS (SELECT 1 FROM accounts)) RETURNING id"""
        hashed = await hash_password(password)
        try:
            (id,) = self.db.execute(sql, [name, hashed]).fetchone()
        except sqlite3.IntegrityError:
            return self.form("Register", name, "The name is taken.")
        logging.info("%d registered", id)
        self.session["user"] = id
        self.tell("Welcome!", "/")


class LoginHandler(AccountHandler):
    def get(self):
        self.form("Log in")

    async def post(self):
        name, password = self.get_argument("name"), self.password()
        sql = "SELECT id, password FROM accounts WHERE name = ?"
        account = self.db.execute(sql, [name]).fetchone()
        id, hashed = account or (None, None)
        if not await is_right(password, hashed):
            return self.form("Log in", name, "Name or password is wrong.")
        self.session["user"] = id
        self.tell("Welcome back!", self.next())


class LogoutHandler(BaseHandler):
    def post(self):
        self.session.clear()
        self.redirect("/", status=303)


async def hash_password(password, salt=None):
    """It takes a while, by design, so it runs outside the event loop."""
    salt = salt or os.urandom(16)
    return salt.hex() + "$" + (
        await asyncio.to_thread(
            hashlib.scrypt, password.encode(), salt=salt, n=2**14, r=8, p=1
        )
    ).hex()


async def is_right(password, hashed):
    """It takes as long without an account, so that nobody learns which names
    exist."""
    if hashed is None:
        await hash_password(password)
        return False
    salt = bytes.fromhex(hashed.partition("$")[0])
    return hmac.compare_digest(await hash_password(password, salt), hashed)
