"""Bases and mixins that leave something to their heirs."""

import functools

import tornado.ioloop
import tornado.web
from tornado.web import HTTPError, RequestHandler


class Book:
    @staticmethod
    def select(db):
        return db["books"]


# ANCHOR: list
class ListHandler(RequestHandler):
    model = None
    template = "{}\n"

    def get(self):
        for row in self.model.select(self.settings["db"]):
            self.write(self.template.format(row))


class BooksHandler(ListHandler):
    model = Book
    template = "<li>{}</li>\n"
# ANCHOR_END: list


class PlainBooksHandler(ListHandler):
    model = Book


USERS = {
    "kim": {"name": "Kim", "roles": ["member", "admin"]},
    "lee": {"name": "Lee", "roles": ["member"]},
}


# ANCHOR: role
class BaseHandler(RequestHandler):
    role = None

    def get_current_user(self):
        return USERS.get(self.request.headers.get("X-User"))

    def prepare(self):
        if self.role is not None:
            self.require(self.role)

    def require(self, role):
        user = self.current_user
        if user is None or role not in user["roles"]:
            raise HTTPError(403)
        return user
# ANCHOR_END: role


# ANCHOR: decorator
def role_required(role):
    def decorate(method):
        @functools.wraps(method)
        def checked(self, *args, **kwargs):
            self.require(role)
            return method(self, *args, **kwargs)
        return checked
    return decorate


class ClubHandler(BaseHandler):
    role = "member"

    def get(self):
        self.write("for members\n")

    @role_required("admin")
    def delete(self):
        self.write(f"closed by {self.current_user['name']}\n")
# ANCHOR_END: decorator


# ANCHOR: token
class ClubFeedHandler(ClubHandler):
    def get_current_user(self):
        return USERS.get(self.get_argument("token", None))
# ANCHOR_END: token


# ANCHOR: errors
class PageHandler(RequestHandler):
    error_page = "<h1>{status}: {reason}</h1>\n"

    def write_error(self, status_code, **kwargs):
        page = self.error_page
        self.write(page.format(status=status_code, reason=self._reason))


class ShopHandler(PageHandler):
    error_page = "<h1>The shop is closed: {reason}</h1>\n"

    def get(self):
        raise HTTPError(503)


class OrdersHandler(PageHandler):
    def write_error(self, status_code, **kwargs):
        self.write({"error": self._reason})

    def get(self):
        raise HTTPError(503)
# ANCHOR_END: errors


class PlainPageHandler(PageHandler):
    def get(self):
        raise HTTPError(404)


# ANCHOR: params
class SiteHandler(BaseHandler):
    def render_params(self):
        return {"site": "Library"}

    def render_page(self, template):
        self.write(template.format(**self.render_params()))


class SectionHandler(SiteHandler):
    def render_params(self):
        params = super().render_params()
        params["section"] = "Novels"
        return params


class NovelHandler(SectionHandler):
    def render_params(self):
        params = super().render_params()
        params["title"] = self.path_args[0]
        return params

    def get(self, title):
        self.render_page("{site} > {section} > {title}\n")


class NewestHandler(SectionHandler):
    def get(self):
        self.render_page("{site} > {section}\n")
# ANCHOR_END: params


# ANCHOR: template_method
class ViewHandler(SiteHandler):
    def get(self):
        self.render_page("{site}: {view}\n")


class MapHandler(ViewHandler):
    def render_params(self):
        params = super().render_params()
        params["view"] = "map"
        return params
# ANCHOR_END: template_method


# ANCHOR: mixins
class JsonErrorsMixin:
    def write_error(self, status_code, **kwargs):
        self.write({"error": self._reason})


class NoStoreMixin:
    def set_default_headers(self):
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")


class StockHandler(JsonErrorsMixin, NoStoreMixin, BaseHandler):
    def get(self):
        user = self.require("member")
        self.write({"for": user["name"], "books": 2})
# ANCHOR_END: mixins


app = tornado.web.Application([
    (r"/books", BooksHandler),
    (r"/books.txt", PlainBooksHandler),
    (r"/club", ClubHandler),
    (r"/feed", ClubFeedHandler),
    (r"/shop", ShopHandler),
    (r"/orders", OrdersHandler),
    (r"/page", PlainPageHandler),
    (r"/novel/(\w+)", NovelHandler),
    (r"/newest", NewestHandler),
    (r"/map", MapHandler),
    (r"/stock", StockHandler),
], db={"books": ["Snow Crash", "Anathem"]})

if __name__ == "__main__":
    app.listen(8888)
    tornado.ioloop.IOLoop.current().start()
