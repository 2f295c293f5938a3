"""The cart: the quantity of each article."""

import pages
from articles import find_article
from base import BaseHandler
from tornado.escape import xhtml_escape
from tornado.web import HTTPError


class CartHandler(BaseHandler):
    def get(self):
        content = self.session.get("cart", {})
        items = ""
        total = 0
        for id, amount in content.items():
            article = find_article(self.db, id)
            price = article["cents"] * amount
            total += price
            name = xhtml_escape(article["name"])
            items += f"<li><span>{amount} × {name}</span> {pages.money(price)}</li>"
        if not content:
            order = "<p>It is empty.</p>"
        elif not self.current_user:
            order = '<p><a href="/login?next=/cart">Log in</a> to order.</p>'
        else:
            xsrf = self.xsrf_form_html()
            order = (
                f'<form method="post" action="/orders">{xsrf}'
                f"<button>Order for {pages.money(total)}</button></form>"
            )
        self.page("Cart", f"<ul>{items}</ul>{order}")

    def post(self):
        try:
            id = int(self.get_argument("article"))
        except ValueError:
            raise HTTPError(400)
        article = find_article(self.db, id)
        content = self.session.setdefault("cart", {})
        content[id] = content.get(id, 0) + 1
        self.tell(f"{article['name']} is in the cart.", "/")
