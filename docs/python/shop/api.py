"""The JSON API. Everybody may read; a request that changes something needs an
admin, and the token in the header `X-Xsrftoken`."""

from articles import all_articles, find_article
from base import BaseHandler
from tornado.escape import json_decode
from tornado.web import HTTPError


class ApiHandler(BaseHandler):
    """The base of the API, with errors in JSON."""

    def write_error(self, status_code, **kwargs):
        self.write({"status": status_code, "error": self._reason})


class ArticlesHandler(ApiHandler):
    def get(self):
        self.write({"articles": [dict(article) for article in all_articles(self.db)]})


class ArticleHandler(ApiHandler):
    def get(self, id):
        self.write(dict(find_article(self.db, id)))

    def patch(self, id):
        if not (self.current_user and self.current_user["is_admin"]):
            raise HTTPError(403)
        changes = self.changes()
        sql = """UPDATE articles SET cents = COALESCE(?, cents), stock = COALESCE(?, stock)
            WHERE id = ? RETURNING id, name, cents, stock"""
        parameters = [changes.get("cents"), changes.get("stock"), id]
        article = self.db.execute(sql, parameters).fetchone()
        if article is None:
            raise HTTPError(404)
        self.write(dict(article))

    def changes(self):
        """The changes in the request, if a client may make them."""
        try:
            changes = json_decode(self.request.body)
        except ValueError as error:
            raise HTTPError(400, str(error))
        if not isinstance(changes, dict) or not changes.keys() <= {"cents", "stock"}:
            raise HTTPError(400)
        for value in changes.values():
            if not (value is None or type(value) is int and value >= 0):
                raise HTTPError(400)
        return changes
