"""Escaping, templates, reversed URLs, locales."""

from tornado import escape
from tornado.template import Template

from .base import Base

TEMPLATE = Template(
    "Hello {{ name }}!\n{% for i in range(3) %}[{{ i }}]{% end %}"
    "{% raw name %} {% if name %}yes{% else %}no{% end %}\n"
)


class Locale(Base):
    def get(self):
        self.write(self.get_browser_locale().code)


class Escape(Base):
    def get(self):
        text = self.get_query_argument("s", "", strip=False)
        self.write(
            dict(
                xhtml=escape.xhtml_escape(text),
                url=escape.url_escape(text),
                url_noplus=escape.url_escape(text, plus=False),
                json=escape.json_encode(text),
                squeeze=escape.squeeze(text),
                linkify=escape.linkify(text),
            )
        )


class Tmpl(Base):
    def get(self):
        self.write(TEMPLATE.generate(name=self.option("name", "")))


class Reverse(Base):
    def get(self):
        self.write(dict(url=self.reverse_url("kw", self.option("name", "x"))))
