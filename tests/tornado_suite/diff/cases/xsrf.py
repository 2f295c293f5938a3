"""The XSRF check."""

import urllib.parse

from ..tokens import xsrf_v2
from .arguments import FORM

TOKEN = bytes(range(16))
V2 = xsrf_v2(TOKEN, b"\1\2\3\4")
OTHER_MASK = xsrf_v2(TOKEN, b"\xff\0\xff\0")
OTHER_TOKEN = xsrf_v2(bytes(range(1, 17)), b"\1\2\3\4")
V1 = TOKEN.hex()


def add_cases(corpus):
    def check(name, cookie=None, body=None, query=None, header=None, method="POST"):
        headers = [f"Cookie: _xsrf={cookie}"] if cookie is not None else []
        headers += [header] if header is not None else []
        headers += [FORM] if body is not None else []
        target = "/xsrf" if query is None else "/xsrf?" + urllib.parse.urlencode({"_xsrf": query})
        form = b"" if body is None else urllib.parse.urlencode({"_xsrf": body})
        corpus.send(method, f"xsrf {name}", target, *headers, body=form)

    check("nothing")
    check("cookie only", V2)
    check("arg only", body=V2)
    check("match v2", V2, V2)
    check("match v2 masks", V2, OTHER_MASK)
    check("v1 cookie v2 arg", V1, OTHER_MASK)
    check("v2 cookie v1 arg", V2, V1)
    check("v1 both", V1, V1)
    check("mismatch", V2, OTHER_TOKEN)
    check("query", V2, query=OTHER_MASK)
    check("header", V2, header=f"X-Xsrftoken: {OTHER_MASK}")
    check("csrf header", V2, header=f"X-Csrftoken: {OTHER_MASK}")
    check("header mismatch", V2, header=f"X-Xsrftoken: {OTHER_TOKEN}")
    check("header empty arg ok", V2, OTHER_MASK, header="X-Xsrftoken: ")
    check("arg wins over header", V2, OTHER_MASK, header=f"X-Xsrftoken: {OTHER_TOKEN}")
    check("empty arg, header", V2, "", header=f"X-Xsrftoken: {OTHER_MASK}")
    check("put", V2, OTHER_MASK, method="PUT")
    check("delete header", V2, header=f"X-Xsrftoken: {OTHER_MASK}", method="DELETE")
    check("delete nothing", V2, method="DELETE")
    check("short", "deadbeef", "deadbeef")
    check("non hex", "xoxo", "xoxo")
    check("bad version", "3|x", "3|x")
    check("bad arg", V2, "2|zz|zz|1")
    check("bad cookie", "2|zz|zz|1", V2)
    check("truncated", "2|01020304", "2|01020304")
    check("empty both", "", "")
    check("ajax", header="X-Requested-With: XMLHttpRequest")
    check("form without arg", V2, header=FORM)
    check("patch", V2, OTHER_MASK, method="PATCH")
    corpus.get("xsrf get", "/xsrf")
    corpus.get("xsrf get with cookie", "/xsrf", f"Cookie: _xsrf={V2}")
    corpus.get("xsrf get with v1 cookie", "/xsrf", f"Cookie: _xsrf={V1}")
    corpus.get("xsrf get with bad cookie", "/xsrf", "Cookie: _xsrf=3|x")
    corpus.send("POST", "xsrf 404", "/nowhere", body="")
