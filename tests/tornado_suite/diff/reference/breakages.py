"""Small changes to Tornado, of the kind that a port gets wrong.

`python -m tornado_suite.diff --self-test` shows that each of them is noticed.
"""

from tornado import escape, http1connection, httputil, routing, web
from tornado.web import RequestHandler, StaticFileHandler

BREAKAGES = {}


def breakage(function):
    BREAKAGES[function.__name__] = function
    return function


def patch(owner, name, wrap):
    setattr(owner, name, wrap(getattr(owner, name)))


@breakage
def cookie_path():
    def wrap(old):
        def set_cookie(self, name, value, domain=None, expires=None, path=None, **attributes):
            old(self, name, value, domain, expires, path or "", **attributes)

        return set_cookie

    patch(RequestHandler, "set_cookie", wrap)


@breakage
def no_etag():
    RequestHandler.compute_etag = lambda self: None


@breakage
def error_body():
    def write_error(self, status_code, **kwargs):
        self.finish("%d: %s" % (status_code, self._reason))

    RequestHandler.write_error = write_error


@breakage
def no_strip():
    patch(RequestHandler, "_get_arguments", lambda old: lambda self, name, source, strip: old(self, name, source, False))


@breakage
def query_wins():
    def wrap(old):
        def get_argument(self, name, default=web._ARG_DEFAULT, strip=True):
            found = self.get_query_arguments(name, strip)
            return found[-1] if found else old(self, name, default, strip)

        return get_argument

    patch(RequestHandler, "get_argument", wrap)


@breakage
def range_off_by_one():
    def wrap(old):
        def parse(header):
            parsed = old(header)
            if not parsed:
                return parsed
            start, end = parsed
            return start, end + 1 if end and end > 0 else end

        return parse

    patch(httputil, "_parse_request_range", wrap)


@breakage
def weak_etag_mismatch():
    def check_etag_header(self):
        etag = self._headers.get("Etag", "")
        return etag and etag == self.request.headers.get("If-None-Match", "")

    RequestHandler.check_etag_header = check_etag_header


@breakage
def no_405():
    def unimplemented(self, *args, **kwargs):
        self.send_error(404)

    for method in ("head", "get", "post", "delete", "patch", "put", "options"):
        setattr(RequestHandler, method, unimplemented)


@breakage
def xsrf_header_ignored():
    def wrap(old):
        def check_xsrf_cookie(self):
            self.request.headers.pop("X-Xsrftoken", None)
            old(self)

        return check_xsrf_cookie

    patch(RequestHandler, "check_xsrf_cookie", wrap)


@breakage
def json_slash():
    patch(escape, "json_encode", lambda old: lambda value: old(value).replace("<\\/", "</"))


@breakage
def repeated_headers():
    patch(httputil.HTTPHeaders, "get_list", lambda old: lambda self, name: old(self, name)[:1])


@breakage
def percent_path():
    routing._unquote_or_none = lambda text: text.encode() if text is not None else None


@breakage
def not_a_date():
    StaticFileHandler.should_return_304 = lambda self: False


@breakage
def keep_alive_1_0():
    http1connection.HTTP1Connection._can_keep_alive = lambda self, start_line, headers: False
