"""The admin's page: prices and stock."""

from articles import all_articles
from base import BaseHandler
from tornado.escape import xhtml_escape
from tornado.web import HTTPError, authenticated


class StaffHandler(BaseHandler):
    """The base of the admin pages: only admins get past `prepare`."""

    @authenticated
    def check(self):
        if not self.current_user["is_admin"]:
            raise HTTPError(403)

    def prepare(self):
        super().prepare()
        self.check()


class AdminHandler(StaffHandler):
    def get(self):
        xsrf = self.xsrf_form_html()
        forms = "".join(
            f"""<li><form method="post">{xsrf}<input type="hidden" name="article" value="{article["id"]}">{xhtml_escape(article["name"])}
<label>Cents <input name="cents" value="{article["cents"]}"></label>
<label>Stock <input name="stock" value="{article["stock"]}"></label> <button>Save</button></form></li>"""
            for article in all_articles(self.db)
        )
        self.page("Articles", f"<ul>{forms}</ul>")

    def post(self):
        id = self.number("article")
        cents = self.number("cents")
        stock = self.number("stock")
        sql = "UPDATE articles SET cents = ?, stock = ? WHERE id = ?"
        if self.db.execute(sql, [cents, stock, id]).rowcount == 0:
            raise HTTPError(404)
        self.tell("Saved.", "/admin")

    def number(self, name):
        try:
            number = int(self.get_argument(name))
        except ValueError:
            raise HTTPError(400)
        if number < 0:
            raise HTTPError(400)
        return number
