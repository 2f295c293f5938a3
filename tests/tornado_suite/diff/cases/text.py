"""Escaping, templates, reversed URLs, locales."""

import urllib.parse

TEXTS = [
    *("plain", "a<b>&\"'", "a b  c\n\td", "\u00e9\u4e2d\U0001f600", "http://example.com/?a=1&b=2"),
    *("see www.example.com, or http://foo.com/x_(y).", "+%20", "</script>", "\x00\x01", "\u2028", "/~-_.!*'()"),
]
LANGUAGES = ["en", "en-US", "fr", "fr-FR;q=0.9", "*", "", "xx;q=", "en;q=2", "en;q=0, fr", "de, en;q=0.5"]


def add_cases(corpus):
    for text in TEXTS:
        quoted = urllib.parse.quote(text)
        corpus.get(f"escape {text[:20]!r}", "/escape?s=" + quoted)
        corpus.get(f"tmpl {text[:20]!r}", "/tmpl?name=" + quoted)
        corpus.get(f"reverse {text[:20]!r}", "/reverse?name=" + quoted)
    corpus.get("tmpl empty", "/tmpl")
    for value in LANGUAGES:
        corpus.get(f"locale {value!r}", "/locale", f"Accept-Language: {value}")
