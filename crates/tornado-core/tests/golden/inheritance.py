"""Asks Tornado whose hook and whose service the code of a base class gets: writes inheritance.json beside this file.

Run it with the Python that runs Tornado, after a change of the classes below, which tests/it/late_binding.rs has, too:

    python crates/tornado-core/tests/golden/inheritance.py
"""

import json
import logging
import pathlib

import tornado.locale
from tornado.testing import AsyncHTTPTestCase
from tornado.web import Application, HTTPError, RequestHandler, authenticated

# How a handler gets its value, and how many classes there are between it and the root.
CHAINS = ["bare2", "bare3", "state2", "state3", "given2", "given3", "set2", "set3", "middle2", "middle3"]
HOOKS = ["current_user", "authenticated", "locale", "send_error", "raise", "clear", "argument", "path", "static_url", "etag"]
SERVICES = [
    "implicit", "finish", "finish_with", "write", "redirect", "redirect_permanent", "redirect_303", "send_error", "raise", "authenticated", "static_url", "static_url_host",
    "reverse_url", "argument", "query_argument", "xsrf_token", "set_cookie", "clear_cookie", "set_signed_cookie",
]


class Base(RequestHandler):
    """A base whose code calls services; it knows nothing of its heirs."""

    async def prepare(self):
        kind, service = self.path_kwargs["kind"], self.path_kwargs["service"]
        if kind == "service":
            return
        if service == "current_user":
            self.finish(f"{self.current_user}")
        elif service == "authenticated":
            await self.enter()
        elif service == "locale":
            self.finish(self.locale.code)
        elif service == "send_error":
            self.send_error(403)
        elif service == "raise":
            raise HTTPError(404)
        elif service == "clear":
            self.set_header("X-Lost", "1")
            self.clear()
            self.finish("cleared")
        elif service == "argument":
            self.finish(self.get_argument("a"))
        elif service == "path":
            self.finish(self.path_kwargs["rest"])
        elif service == "static_url":
            self.finish(self.static_url("robots.txt", include_version=False))
        elif service == "etag":
            self.set_etag_header()
            self.finish("tagged")

    @authenticated
    async def enter(self):
        self.finish("entered")

    async def get(self, **kwargs):
        """Calls the service that the path names."""
        service = self.path_kwargs["service"]
        if service == "implicit":
            pass
        elif service == "finish":
            self.finish()
        elif service == "finish_with":
            self.finish("last")
        elif service == "write":
            self.write("a")
            self.write("b")
        elif service == "redirect":
            self.redirect("/there")
        elif service == "redirect_permanent":
            self.redirect("/there", permanent=True)
        elif service == "redirect_303":
            self.redirect("/there", status=303)
        elif service == "send_error":
            self.send_error(418, reason="Teapot")
        elif service == "raise":
            raise HTTPError(409)
        elif service == "authenticated":
            await self.enter()
        elif service == "static_url":
            self.finish(self.static_url("robots.txt", include_version=False))
        elif service == "static_url_host":
            self.finish(self.static_url("robots.txt", include_host=True, include_version=False))
        elif service == "reverse_url":
            self.finish(self.reverse_url("entry", "7"))
        elif service == "argument":
            self.finish(self.get_argument("a"))
        elif service == "query_argument":
            self.finish(self.get_query_argument("a"))
        elif service == "xsrf_token":
            token = self.xsrf_token
            self.finish("T" if isinstance(token, bytes) else token)
        elif service == "set_cookie":
            self.set_cookie("c", "v")
        elif service == "clear_cookie":
            self.clear_cookie("c")
        elif service == "set_signed_cookie":
            self.set_signed_cookie("c", "v")


class Middle(Base):
    pass


def hooks(base):
    """All hooks that services ask, each with the handler's own value in it."""

    class Hooks(base):
        def get_current_user(self):
            return None if self.path_kwargs["service"] == "authenticated" else self.value

        def get_user_locale(self):
            return tornado.locale.get("de" if self.value else "fr")

        def get_login_url(self):
            return "/login-" + self.value

        def set_default_headers(self):
            self.set_header("X-Value", getattr(self, "value", None) or "early")

        def write_error(self, status_code, **kwargs):
            self.write(f"error {status_code} {self.value}")

        def decode_argument(self, value, name=None):
            return f"<{value.decode()}>" if name in ("a", "rest") else value.decode()

        @property
        def include_host(self):
            return True

        def compute_etag(self):
            return f'"{self.value}"'

    return Hooks


class Bare2(hooks(Base)):
    value = "own"


class Bare3(hooks(Middle)):
    value = "own"


class OfTheState:
    @property
    def value(self):
        return self.application.value


class State2(OfTheState, hooks(Base)):
    pass


class State3(OfTheState, hooks(Middle)):
    pass


class OfTheFactory:
    def initialize(self, value):
        self.value = value


class Given2(OfTheFactory, hooks(Base)):
    pass


class Given3(OfTheFactory, hooks(Middle)):
    pass


class SetInPrepare:
    async def prepare(self):
        self.value = "set"
        await super().prepare()


class Set2(SetInPrepare, hooks(Base)):
    pass


class Set3(SetInPrepare, hooks(Middle)):
    pass


class Author(hooks(Base)):
    value = "own"


class Middle2(Author):
    """The hooks are those of the class between; this one has a value that changes, too."""

    async def prepare(self):
        self.count = 1
        await super().prepare()


class Between(Author):
    pass


class Middle3(Between):
    async def prepare(self):
        self.count = 1
        await super().prepare()


class Overrides(Base):
    """The services that bases override."""

    def finish(self, chunk=None):
        self.set_header("X-Finish", "1")
        return super().finish(chunk)

    def write(self, chunk):
        super().write(f"[{chunk if isinstance(chunk, str) else chunk.decode()}]")

    def redirect(self, url, permanent=False, status=None):
        super().redirect("/prefix" + url, permanent, status)

    def send_error(self, status_code=500, **kwargs):
        self.set_cookie("errors", "1")
        super().send_error(status_code + 1 if status_code == 409 else status_code, **kwargs)

    def static_url(self, path, include_host=None, **kwargs):
        return "//cdn" + super().static_url(path, False, **kwargs)

    def reverse_url(self, name, *args):
        return "/site" + super().reverse_url(name, *args)

    def get_argument(self, name, *args, **kwargs):
        return super().get_argument(name, *args, **kwargs).upper()

    @property
    def xsrf_token(self):
        super().xsrf_token
        return b"T"

    def set_cookie(self, name, value, *args, **kwargs):
        super().set_cookie(name, value, *args, **{**kwargs, "path": "/site"})

    def get_login_url(self):
        return "/login"


class Services2(Overrides):
    pass


class Services3(Services2):
    """Nothing of its own, but a value that changes."""

    async def prepare(self):
        self.count = 1
        await super().prepare()


class OwnCode(Overrides):
    """The services are called by the handler itself."""

    get = Base.get


def application():
    chains = {"bare2": Bare2, "bare3": Bare3, "state2": State2, "state3": State3, "given2": Given2, "given3": Given3, "set2": Set2, "set3": Set3, "middle2": Middle2, "middle3": Middle3}
    routes = [(f"/(?P<kind>hook)/{name}/(?P<service>\\w+)/(?P<rest>\\w+)", handler, {"value": "given"} if "given" in name else {}) for name, handler in chains.items()]
    services = {"services2": Services2, "services3": Services3, "own": OwnCode}
    routes += [(f"/(?P<kind>service)/{name}/(?P<service>\\w+)/(?P<rest>\\w+)", handler) for name, handler in services.items()]
    routes.append(("/entry/(\\w+)", RequestHandler, {}, "entry"))
    app = Application(routes, cookie_secret="secret", static_path=str(pathlib.Path(__file__).parent), xsrf_cookies=False)
    app.value = "state"
    return app


class Ask(AsyncHTTPTestCase):
    def get_app(self):
        return application()

    def ask(self, path):
        response = self.fetch(path + "?a=x", follow_redirects=False, headers={"Host": "example.com"})
        headers = {name: response.headers[name] for name in ["X-Value", "X-Finish", "X-Lost", "Location", "Etag"] if name in response.headers}
        if headers.get("Etag", "").startswith('"') and len(headers["Etag"]) > 20:
            del headers["Etag"]
        if headers.get("X-Value") == "early":  # The default headers are set before `initialize`.
            del headers["X-Value"]
        cookies = [line.split("=")[0] + ";" + ";".join(part for part in line.split(";")[1:] if not part.strip().startswith("expires")) for line in response.headers.get_list("Set-Cookie")]
        return {"path": path + "?a=x", "status": response.code, "reason": response.reason, "body": response.body.decode(), "headers": headers, "cookies": sorted(cookies)}

    def runTest(self):
        paths = [f"/hook/{chain}/{service}/r" for chain in CHAINS for service in HOOKS]
        paths += [f"/service/{chain}/{service}/r" for chain in ["services2", "services3", "own"] for service in SERVICES]
        lines = ",\n".join(json.dumps(self.ask(path)) for path in paths)
        pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    tornado.locale._translations = {"de": {}, "fr": {}}
    tornado.locale._supported_locales = frozenset(["de", "fr", "en_US"])
    case = Ask()
    case.setUp()
    try:
        case.runTest()
    finally:
        case.tearDown()
