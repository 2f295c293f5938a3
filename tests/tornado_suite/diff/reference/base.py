"""What the handlers share."""

from tornado.web import RequestHandler


class Base(RequestHandler):
    """A handler without the XSRF check, which only `/xsrf` is about."""

    def check_xsrf_cookie(self):
        pass

    def option(self, name, default=None):
        return self.get_query_argument(name, default)
