"""The articles for sale."""

import pages
from base import BaseHandler
from tornado.web import HTTPError


def all_articles(db):
    sql = "SELECT id, name, cents, stock FROM articles ORDER BY name"
    return db.execute(sql).fetchall()


def find_article(db, id):
    """The article with this number, or a 404."""
    sql = "SELECT id, name, cents, stock FROM articles WHERE id = ?"
    article = db.execute(sql, [id]).fetchone()
    if article is None:
        raise HTTPError(404)
    return article


class ArticlesHandler(BaseHandler):
    def get(self):
        xsrf = self.xsrf_form_html()
        articles = "".join(
            pages.article(article, xsrf) for article in all_articles(self.db)
        )
        self.page("Tea", f"<ul>{articles}</ul>")
