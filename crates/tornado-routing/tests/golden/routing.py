"""Asks Tornado's own PathMatches what it makes of many patterns: writes routing.json beside this file.

Run it with a Python that has Tornado 6.6.1, after a change of the lists below:

    python crates/tornado-routing/tests/golden/routing.py

The patterns are a list written by hand and another made at random from a fixed seed. For each the file
has the error, or the names of the groups, the spans in every path of `paths` that matches (all others do
not), and the URL made from the first arguments of `ARGS`. Paths are Latin-1 text, as Tornado decodes them.
"""

import json
import pathlib
import random
import re
import warnings

from tornado.routing import PathMatches

warnings.simplefilter("ignore")
ARGS = ["a b/c", "é?&", "x", "100%", "~._-", "+", "", "4:5", "#", "日"]

PATHS = [
    "", "/", "//", "/a", "/A", "/a/", "/ab", "/abc", "/b", "/a/b", "/a/b/c", "/a//b", "/aXYZ", "/pr", "/pr/",
    "/entry/5", "/entry/5/", "/entry/new", "/entry/a%20b", "/entry/caf%C3%A9", "/entry/\xc3\xa9", "/entry/",
    "/2026", "/2026/07", "/2026/07/21", "/2026/7", "/20260721", "/user/alice", "/user/alice/edit", "/user/_x1",
    "/user/a-b", "/user/a.b", "/user/\xe9t\xe9", "/user/\xb2", "/user/\xd7", "/favicon.ico", "/faviconxico", "/robots.txt",
    "/static/", "/static/css/a.css", "/static/../x", "/a+b", "/a b", "/a$", "/a$x", "/a|b", "/(a)", "/[a]",
    "/a\\b", "/a{2}", "/a{", "/aa", "/aaa", "/aaaa", "/foo.html", "/foo.json", "/foo", "/foobar", "/foo/bar", "/x/x", "/x/y",
    "/100%", "/100%25", "/%s/1", "/\xff", "/\xff\x00", "/a-a", "/a-b", "/ab-ab", "/ABC", "/abC", "/\xc9", "/\xe9",
    "/\xb5", "*", "http://example.com/a", "/tab\there", "/a;b=c", "/]", "/-", "/^", "/a]", "/0", "/a0", "/\x08", "/\x0b",
]

PATTERNS = [
    # Plain text, anchors and the end.
    "", "/", "/a", "^/a", "/a$", "^/a$", r"\A/a\Z", "^^/a$$", "/a/?", "//", "/a|/b", "/(?:a|b)", "/(a|b)", r"/a\$", r"/a\$x", r"/a\$$",
    "/pr", "/favicon.ico", r"/favicon\.ico", r"/robots\.txt", "/a+b", r"/a\+b", "/a b", r"/a\ b", r"/a\|b", r"/\(a\)", r"/\[a\]",
    r"/a\\b", "/a$|/b", "$", "^", "", "()", "/()", r"\/a", "/100%", "/é", "/\u0100", "/日", r"/\xe9", r"/\u00e9", r"/\351", r"/a\0",
    "*", r"\*", "http://example.com/a", "/a;b=c",
    # Groups.
    "/entry/([^/]+)", "/entry/(.*)", "/entry/(.+)", "/entry/(.*)/", "/entry/([^/]*)/?", r"/entry/(\d+)", r"/entry/([0-9]+)/?", "/entry/(new|5)",
    r"/(\d{4})/(\d{2})/(\d{2})", r"/([0-9]{4})/([0-9]{1,2})", r"/(\d{4})(?:/(\d{2}))?(?:/(\d{2}))?", r"/(\d{4})(\d{2})(\d{2})", r"/(\d+?)(\d*)",
    r"/user/(\w+)", r"/user/(\w+)/edit", r"/user/([\w.-]+)", r"/user/(\W)", r"/user/([^\W\d]+)", r"/user/(?a:(\w+))", r"(?a)/user/(\w+)",
    "/static/(.*)", "/(static)/(.*)", "/(.*)", "(.*)", ".*", "/.*", "/(.*?)", "/(.*?)/(.*)", "/([^/]+)/([^/]+)", "/([^/]+)/([^/]+)/([^/]+)",
    "/(?P<y>[0-9]+)/(?P<m>[0-9]+)", "/(?P<m>[0-9]+)/(?P<y>[0-9]+)", r"/user/(?P<name>\w+)(?P<rest>/edit)?", "/((a)b)", "/((a)(b))c", "/((?:a|b)+)", "/(a)*", "/(a*)*",
    "/(a|ab)(c|bcd)?", "/(a)|/(b)", "/(a)?(b)?", "/(a)?b", "/(?:(a)|b)*", "/(a{2,3})(a*)", "/(a{2,3}?)(a*)", "/a{2}", "/a{2,}", "/a{,2}", "/a{,}", r"/a\{2\}", "/a{", "/a{}", "/a{x}",
    "/a{2", "/(a)(b)(c)?(d)?(e)?(f)?(g)?(h)?(i)?", "/(?P<a>a)(?P<b>b)?",
    # Classes.
    "/[a-c]+", "/[^a-c]+", "/[]a]+", "/[^]a]+", "/[a-]", "/[-a]", "/[a\\-]", r"/[\]a]", r"/[\w-]+", r"/[\d/]+", r"/[^\s]+", r"/[\b]", r"/[\x41-\x43]+", "/[é]", "/[à-ü]", "/[\u00e0-\u0300]",
    r"/[\S]+", r"/[a\d\-x]+", "/[^/]", r"/[^\x00-\xff]", "/[.]", "/[$^]", "/[a&&b]", "/[[a]+", "/[a--b]", r"/[\101]", r"/[\0]",
    # Flags.
    "(?i)/abc", "(?i)/É", "(?i)/[a-c]+", "(?i)/[^a-c]", "/(?i:abc)", "/(?i:a)bc", "(?i)/(?-i:a)bc", "(?s)/.", "(?x) / a b c # text", "(?x) / [a b] \n  c?", "(?m)/a$", "(?m)^/a", "(?im)/ABC", "(?i)(?s)/ABC",
    "(?u)/user/(\\w+)", "(?ai)/É", "(?i)/µ",
    # What needs a backtracking engine.
    "/(?!static)(.*)", "/(?=a)(.+)", "/(.*)(?<!/)", "/(.*)(?<=b)", "/(.+)/(?!y)(.+)", r"/(\w+)-\1", r"/(?P<a>\w+)-(?P=a)", r"(?i)/(\w)(?=b)\w+", "/(?>a+)b", "/a++b?", "/(a)?(?(1)b|c)", "/(?P<q>a)?(?(q)b)", "/(.*)(?<!\\.json)(?<!\\.html)",
    r"/(x)/(?:\1)", r"/(?i:(A))-\1", r"/(?!\w+/edit)(.+)", "/(?=(a))(.*)",
    # Look-behinds are of one width.
    "/.*(?<=b/c|a.b)", "/(a|b)(?<=\\1).*", "/(a)(?<=(?(1)a|b)).*", "/.*(?<!a{2})", "/a+(?<=(?=a)aa)", "/.*(?<=(?:ab|cd)+)", "/.*(?<=a+)", "/.*(?<!a?)b", "/.*(?<=a|bc)", r"/(a+)(?<=\1).*",
    "/(?=.*(?<=a{1,2}))a", "/(a)?(?<=(?(1)a))b", "/.*(?<=^/a)b", r"/.*(?<=\bab)", "/.*(?<=(?>ab))", "/.*(?<=a{2}+)", "/.*(?<=$)", "/.*(?<=(?<=a+)b)",
    # Word boundaries on ASCII.
    r"/\ba\b", r"/foo\B.*", r"/\b.*", r"/(?=a)\b\w+",
    # What cannot be.
    "(", ")", "/(a", "/a)", "[", "/[a", "/*", "/a**", "/a{2}{3}", "*a", "+", "?", "^*", "$+", "/a{3,2}", "/[b-a]", r"/[\w-a]", "\\", "/a\\", r"/\p{L}", r"/\q", r"/\8", r"/\1", r"/(\1)", r"/(?P<a>x)(y)", "(?P<1>a)", "(?P<a>x)(?P<a>y)",
    "(?P<a b>x)", "(?P<>x)", "(?P<a", "(?Pa)", "(?P=a)", "(?P", "(?", "(?#", "(?#a)/a", "/a(?#b)?", "(?y)", "(?L)a", "/(?i)a", "(?-)", "(?i-)", "(?-i)", "(?ii)/ABC", "(?(1)a|b|c)(d)", "(?(0)a)", "(?(2)a)(b)", "(?(x)a)", r"\x4", r"\u12", r"\400", r"/[\400]", r"/[\9]",
    "(?:a", "(?=a", "(?P<é>a)", "/a|*", "(*)", "(|a)", "/(|a)", "(?i-a:x)", "(?-u:x)", "/(?:)+a", "/(?<=a)b",
    # Reversing.
    r"/(\d+)/\w", "/a.b/(.*)", "/[0-9]/(.*)", r"/\((.*)\)", "/a(b", r"/a\(b(.*)", "/x(.*)y(.*)z", r"/(.*)\.html", r"/(.*)\-(.*)", "^$", r"/(\))", r"/(a\)b)", r"/(?:a)(b)", "/(a(b))", "/a[(]", "/a[(](b)", r"/\\(a)", r"/(a)\\", "/(a)b$$",
]

ATOMS = [
    "a", "b", "/", "0", "-", ".", "[^/]", "[ab]", "[a-c0]", r"\d", r"\w", r"\W", r"\s", r"\-", "é", "[^a]", r"[\w-]", r"\/", "$", "^", r"\b",
]


def random_pattern(r, depth=0):
    out = []
    for _ in range(r.randint(1, 4)):
        kind = r.random()
        if kind < 0.65 or depth > 2:
            out.append(r.choice(ATOMS))
        else:
            opening = r.choice(["(", "(", "(", "(?:", "(?=", "(?!", "(?P<n%d>" % r.randint(0, 99)])
            out.append(opening + random_pattern(r, depth + 1) + ")")
        if r.random() < 0.3:
            out.append(r.choice(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??"]))
    if r.random() < 0.15:
        out.append("|" + r.choice(ATOMS))
    return "".join(out)


def case(pattern, paths):
    try:
        matcher = PathMatches(pattern)
    except AssertionError:
        return {"pattern": pattern, "error": "mixed"}
    except (re.error, OverflowError) as e:
        return {"pattern": pattern, "error": "syntax", "text": str(e)}
    matches = {}
    for index, path in enumerate(paths):
        found = matcher.regex.match(path)
        if found is not None:
            spans = [found.span(i) for i in range(1, matcher.regex.groups + 1)]
            matches[index] = [None if s == (-1, -1) else list(s) for s in spans]
    names = sorted(matcher.regex.groupindex, key=matcher.regex.groupindex.get)
    result = {"pattern": pattern, "names": names, "groups": matcher.regex.groups, "matches": matches}
    try:
        result["url"] = matcher.reverse(*ARGS[: matcher.regex.groups])
    except ValueError as e:
        result["irreversible"] = str(e)
    except TypeError as e:
        # Tornado's own template of a pattern with groups in groups is broken.
        result["irreversible"] = str(e)
    return result


def main():
    r = random.Random(661)
    alphabet = ["a", "b", "c", "/", "0", "-", "\xe9"]
    paths = PATHS + sorted({"".join(r.choice(alphabet) for _ in range(r.randint(1, 5))) for _ in range(120)})
    patterns = list(PATTERNS) + sorted({random_pattern(r) for _ in range(700)})
    cases = [json.dumps(case(p, paths), ensure_ascii=False) for p in patterns]
    text = '{"args": %s,\n"paths": %s,\n"cases": [\n%s\n]}\n' % (
        json.dumps(ARGS, ensure_ascii=False), json.dumps(paths), ",\n".join(cases))
    pathlib.Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
