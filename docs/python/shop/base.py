"""What all pages share: the database, the account, the frame."""

import contextlib
import sys
from pathlib import Path

import pages
from tornado.web import RequestHandler

sys.path.append(str(Path(__file__).parents[1]))

from tornado_session import SessionMixin  # noqa: E402


class BaseHandler(SessionMixin, RequestHandler):
    @property
    def db(self):
        return self.settings["db"]

    def prepare(self):
        self.session = self.get_session()

    def get_current_user(self):
        sql = "SELECT id, name, is_admin FROM accounts WHERE id = ?"
        return self.db.execute(sql, [self.session.get("user")]).fetchone()

    def write_error(self, status_code, **kwargs):
        # Without the database, because it may be what failed.
        title = f"{status_code}: {self._reason}"
        self.write(pages.layout(title, "", [], '<p><a href="/">To the shop</a></p>'))

    def page(self, title, body):
        """Writes a page: the frame, its flash messages, and a body in HTML."""
        if self.current_user:
            menu = pages.menu(self.current_user, self.xsrf_form_html())
        else:
            menu = pages.menu_of_guest()
        messages = self.session.pop("messages", [])
        self.write(pages.layout(title, menu, messages, body))

    def tell(self, message, path):
        """Leaves a message for the next page, and redirects there."""
        self.session.setdefault("messages", []).append(message)
        self.redirect(path, status=303)

    @contextlib.contextmanager
    def transaction(self):
        """A transaction that is committed at the end of the block, or rolled back
        if the block raises."""
        self.db.execute("BEGIN")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
