"""Orders: all of a cart, or nothing."""

import logging

from base import BaseHandler
from tornado.escape import xhtml_escape
from tornado.web import HTTPError, authenticated


class OrdersHandler(BaseHandler):
    @authenticated
    def get(self):
        sql = """SELECT articles.name, SUM(orders.amount) FROM orders
            JOIN articles ON articles.id = orders.article
            WHERE orders.account = ? GROUP BY articles.id ORDER BY articles.name"""
        orders = self.db.execute(sql, [self.current_user["id"]])
        items = "".join(
            f"<li><span>{amount} × {xhtml_escape(name)}</span></li>"
            for name, amount in orders
        )
        self.page("Orders", f"<ul>{items}</ul>")

    @authenticated
    def post(self):
        account = self.current_user["id"]
        content = self.session.get("cart", {})
        with self.transaction() as db:
            for article, amount in content.items():
                sql = "UPDATE articles SET stock = stock - ? WHERE id = ? AND stock >= ?"
                if db.execute(sql, [amount, article, amount]).rowcount == 0:
                    # What this loop has already sold is taken back.
                    raise HTTPError(409, reason="Sold Out")
                sql = "INSERT INTO orders (account, article, amount) VALUES (?, ?, ?)"
                db.execute(sql, [account, article, amount])
        self.session.pop("cart", None)
        logging.info("%d ordered %d articles", account, len(content))
        self.tell("Thank you!", "/orders")
