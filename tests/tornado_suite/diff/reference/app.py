"""The routes and settings of `contract.md`."""

from tornado.web import Application, RedirectHandler, StaticFileHandler, url

from . import cookies, errors, input, output, redirects, text
from ..tokens import SECRET

ROUTES = [
    ("/", output.Hello),
    ("/args", input.Args),
    ("/need", input.Need),
    ("/path/([^/]*)/(.*)", input.Path),
    url(r"/kw/(?P<name>\w+)", input.Kw, name="kw"),
    (r"/opt/(\d+)?", input.Path),
    ("/echo", input.Echo),
    ("/hdr", input.Hdr),
    ("/upload", input.Upload),
    ("/streambody", input.StreamBody),
    ("/fullurl", input.FullUrl),
    ("/host", input.Host, {"reply": "default"}),
    ("/cookies", cookies.Cookies),
    ("/setcookie", cookies.SetCookie),
    ("/clearcookie", cookies.ClearCookie),
    ("/signed", cookies.Signed),
    ("/sign", cookies.Sign),
    ("/xsrf", cookies.Xsrf),
    ("/redirect", redirects.Redirect),
    ("/moved/(.*)", RedirectHandler, {"url": "/dest/{0}"}),
    ("/temp", RedirectHandler, {"url": "/dest?x=1", "permanent": False}),
    ("/add/?", redirects.AddSlash),
    ("/remove/?", redirects.RemoveSlash),
    ("/auth", redirects.Auth),
    ("/etag", output.Etag),
    ("/etag/custom", output.EtagCustom),
    ("/etag/none", output.EtagNone),
    ("/status", output.Status),
    ("/methods", output.Methods),
    ("/options", output.Options),
    ("/json", output.Json),
    ("/text", output.Text),
    ("/stream", output.Stream),
    ("/late", output.Late),
    ("/headers", output.Headers),
    ("/sethdr", output.SetHdr),
    ("/nocontent", output.NoContent),
    ("/notmod", output.NotMod),
    ("/finish", output.FinishEarly),
    ("/prepare", output.Prepare),
    ("/defaults", output.Defaults),
    ("/error", errors.Error),
    ("/senderr", errors.SendErr),
    ("/crash", errors.Crash),
    ("/jsonerr", errors.JsonErr),
    ("/locale", text.Locale),
    ("/escape", text.Escape),
    ("/tmpl", text.Tmpl),
    ("/reverse", text.Reverse),
]


def make_app(static, **settings):
    files = [
        ("/static/(.*)", StaticFileHandler, {"path": static}),
        ("/files/(.*)", StaticFileHandler, {"path": static, "default_filename": "index.html"}),
    ]
    app = Application(ROUTES + files, cookie_secret=SECRET, xsrf_cookies=True, login_url="/login", **settings)
    app.add_handlers(r"example\.com", [("/host", input.Host, {"reply": "example"})])
    return app
