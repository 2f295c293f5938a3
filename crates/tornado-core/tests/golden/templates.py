"""Pages of Tornado's handlers: `python templates.py > templates.json`.

`tests/it/templates_golden.rs` has the same handler, UI modules and UI methods.
"""

import asyncio
import json
import os
import tempfile

import tornado.template
import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port


class Entry(tornado.web.UIModule):
    def render(self, title, big=False):
        return self.render_string("entry.html", title=title, big=big)

    def embedded_javascript(self):
        return "entry();"

    def javascript_files(self):
        return ["entry.js", "/abs.js", "entry.js", "https://cdn.example.com/x.js?a=1&b=2"]

    def embedded_css(self):
        return ".entry { }"

    def css_files(self):
        return ["entry.css", "http://cdn.example.com/y.css"]

    def html_head(self):
        return "<!-- head of Entry -->"

    def html_body(self):
        return "<!-- body of Entry -->"


class Counter(tornado.web.UIModule):
    count = 0

    def render(self):
        self.count += 1
        return "<i>%d</i>" % self.count

    def javascript_files(self):
        return ["entry.js", "counter.js"]

    def html_body(self):
        return "<!-- counted %d -->" % self.count


class Tree(tornado.web.UIModule):
    """Renders a template that uses it."""

    count = 0

    def render(self, node):
        self.count += 1
        return self.render_string("tree.html", node=node)

    def embedded_css(self):
        return ".tree { /* %d */ }" % self.count


class Who(tornado.web.UIModule):
    def render(self):
        return "%s %s %s" % (self.current_user, self.request.path, self.locale.code)


class Fails(tornado.web.UIModule):
    def render(self):
        raise ValueError("no <luck>")


def active(handler, path, mark="active"):
    return mark if handler.request.path == path else ""


def linkify(handler, text):
    return "<<%s>>" % text


class Page(tornado.web.RequestHandler):
    twice_calls = 0

    def get_current_user(self):
        return self.get_cookie("user")

    def get_template_namespace(self):
        namespace = super().get_template_namespace()
        namespace["site"] = "Site"
        namespace["title"] = "of the namespace"
        return namespace

    def twice(self, n):
        return 2 * n

    @property
    def color(self):
        return "blue"

    def get(self, word=None):
        self.render("page.html", **json.loads(self.settings["kwargs"]))

    post = get


BASE = "<html><head><title>t</title></head><body>{% block body %}{% end %}</body></html>"
ENTRY = "<p{% if big %} class='big'{% end %}>{{ title }}</p>"
TREE = (
    "<li>{{ node['name'] }}{% for child in node.get('children', []) %}"
    "<ul>{% module Tree(child) %}</ul>{% end %}</li>"
)
HTML = "<head></head><body>%s</body>"

CASES = []


def case(page, kwargs=None, files=None, path="/", headers=None, method="GET", body=None):
    CASES.append(
        {
            "files": {"page.html": page, "base.html": BASE, "entry.html": ENTRY, "tree.html": TREE, **(files or {})},
            "kwargs": kwargs or {},
            "path": path,
            "headers": headers or {},
            "method": method,
            "body": body,
        }
    )


def cases():
    user = {"Cookie": "user=Kim<b>"}
    # What a page is given.
    case("{{ title }} {{ site }} {{ n + 1 }} {{ items }}", {"title": "<T>", "n": 41, "items": [1, None, "a'b", 2.5, True]})
    case("{{ title }}")
    case("{{ request.path }} {{ request.uri }} {{ request.query }} {{ request.method }}", path="/a/b?c=d&e=%20f")
    case("{{ request.headers['x-a'] }} {{ request.headers.get('X-B', 'none') }} {{ 'X-A' in request.headers }}", headers={"X-A": "1 & 2"})
    case("{{ request.headers.get_list('X-A') }} {{ request.headers.get('X-B') }}", headers={"X-A": "1"})
    case("{{ request.arguments['q'] }} {{ request.arguments.get('x') }} {{ request.query_arguments }}", path="/?q=a&q=b")
    case("{{ request.body_arguments }} {{ request.body }} {{ handler.get_body_argument('q') }}", method="POST", body="q=a+b&r=")
    case("{{ request.cookies['user'].value }} {{ request.protocol }} {{ request.version }}", headers=user)
    case("{{ request.remote_ip }} {{ request.host_name in request.host }} {{ request.full_url() == 'http://' + request.host + '/z' }}", path="/z")
    case("{{ current_user }}{% if current_user %} in{% end %}", headers=user)
    case("{{ current_user }}{% if not current_user %} out{% end %}")
    case("{{ handler.current_user }} {{ handler.request.path }} {{ handler.get_status() }}", headers=user)
    case("{{ handler.get_argument('q') }} {{ handler.get_argument('r', 'no') }} {{ handler.get_argument('s', None) }} {{ handler.get_arguments('q') }}", path="/?q=1&q=+2+")
    case("{{ handler.get_query_argument('q', strip=False) }}| {{ handler.get_query_arguments('q', strip=False) }}", path="/?q=+2+")
    case("{{ handler.get_argument('q') }}")
    case("{{ handler.get_cookie('user') }} {{ handler.get_cookie('x', 'none') }} {{ handler.get_cookie('y') }}", headers=user)
    case("{{ handler.color }} {{ handler.twice(21) }} {{ handler.twice(n=2) }}")
    case("{{ handler.nothing }}")
    case("{{ handler.settings['site_name'] }} {{ handler.settings.get('nothing', 7) }} {{ 'site_name' in handler.settings }} {{ handler.application.settings['site_name'] }}")
    case("{{ handler.path_args }} {{ handler.path_kwargs }} {{ handler.get_login_url() }}", path="/word/w%C3%B6rt")
    case("{{ handler.locale.code }} {{ locale.code }} {{ locale.name }} {{ _('Hello') }} {{ _('a', 'b', 2) }} {{ _('a', 'b', 1) }}")
    case("{{ locale.translate('<x>') }} {{ locale.friendly_number(1234567) }} {{ locale.list(['A', 'B', 'C']) }}")
    case("{{ locale.format_date(datetime.datetime(2001, 2, 3, 4, 5), full_format=True) }} {{ locale.format_date(981173106, relative=False, shorter=True) }} {{ locale.format_day(datetime.datetime(2001, 2, 3), dow=False) }} {{ locale.format_date(datetime.datetime(2001, 2, 3, 23, 5), gmt_offset=-120) }}")
    case("{{ reverse_url('word', 'a b') }} {{ reverse_url('all') }} {{ handler.reverse_url('word', 5) }}")
    case("{{ reverse_url('nothing') }}")
    case("{{ static_url('entry.js') }} {{ static_url('entry.js', include_host=True) == request.protocol + '://' + request.host + static_url('entry.js') }} {{ static_url('entry.js', include_version=False) }} {{ handler.static_url('sub.js') }}")
    case("{{ escape('<') }} {{ xhtml_escape('&') }} {{ url_escape('a b/') }} {{ json_encode({'a': '</x>'}) }} {{ squeeze(' a  b ') }}")
    case("{% raw linkify('x') %} {{ active('/') }} {{ active('/', mark='on') }} {{ active('/x') }}")
    case("{{ active() }}")
    case("{% set x = active %}{{ x('/') }} {{ [active(p) for p in ['/', '/a']] }}")
    case("{{ title }} {{ 'title' in globals() }} {{ globals().get('message', 'none') }}")
    # Files.
    case("{% extends 'base.html' %}{% block body %}{{ current_user }}{% include 'entry.html' %}{% end %}", {"big": True}, headers=user)
    case("{% include 'nothing.html' %}")
    case("{% autoescape None %}{{ title }}{% raw title %}", {"title": "<T>"})
    # UI modules.
    case(HTML % "{% module Entry('a<b') %}{% module Entry('x', big=True) %}")
    case(HTML % "{{ modules.Entry('a<b') }}{% raw modules.Entry('q') %}")
    case(HTML % "{{ modules['Entry']('a<b') }}{% raw modules['Entry']('q') %}")
    case(HTML % "{% module Counter() %}{% module Entry('x') %}{% module Counter() %}")
    case(HTML % "{% module Entry('x') %}{% for i in range(3) %}{% module Counter() %}{% end %}")
    case("{% module Counter() %}")
    case("{% module Who() %}", path="/who", headers=user)
    case("<head></head>{% module Tree(tree) %}", {"tree": {"name": "a<", "children": [{"name": "b", "children": [{"name": "c"}]}, {"name": "d"}]}})
    case("{% module Entry('x') %}")
    case("<head></head>{% module Entry('x') %}")
    case("<body></body>{% module Entry('x') %}")
    case("<head></head></head><body></body> </body>{% module Entry('x') %}")
    case("<body></body><head></head>{% module Tree({'name': 1}) %}")
    case(HTML % "{% module Nothing() %}")
    case(HTML % "{% module Entry() %}")
    case(HTML % "{% try %}{% module Fails() %}{% except ValueError as e %}{{ e }}{% end %}")
    case(HTML % "{% try %}{% module Fails() %}{% except KeyError %}no{% end %}")
    case(HTML % "{% module Fails() %}")
    case("{% extends 'base.html' %}{% block body %}{% for t in titles %}{% module Entry(t) %}{% end %}{% end %}", {"titles": ["a", "b"]})
    case("{% module linkify('see http://example.com/?a=b&c=d <x>') %} {% module linkify('www.example.com', require_protocol=False, extra_params='rel=\"x\"') %} {% module linkify('http://example.com/a/very/long/path/that/goes/on/for/ever', shorten=True) %}")
    # Template modules.
    sub = {"sub.html": "[{{ x }}{{ set_resources(javascript_files=['entry.js', 'sub.js'], css_files='sub.css', embedded_css='.sub { }', embedded_javascript='sub();', html_head='<!-- h -->', html_body='<!-- b -->') }}]"}
    case(HTML % "{% module Template('sub.html', x='<1>') %}{% module Template('sub.html', x=2) %}", files=sub)
    case(HTML % "{% module Entry('e') %}{% module Template('sub.html', x=2) %}{% module Counter() %}", files=sub)
    case(HTML % "{% set y = 1 %}{% module Template('own.html', y=2) %}{{ y }}", files={"own.html": "{{ y }}{{ current_user }}"}, headers=user)
    case(HTML % "{% set y = 1 %}{% module Template('own.html') %}", files={"own.html": "{{ y }}"})
    case(HTML % "{% module Template('d.html', x=1) %}{% module Template('d.html', x=2) %}", files={"d.html": "{{ set_resources(css_files='/%s.css' % x) }}"})
    case(HTML % "{% module Template('d.html', x=1) %}{% module Template('d.html', x=1) %}", files={"d.html": "{{ set_resources(css_files=['/%s.css' % x, '/z.css']) }}"})
    case(
        HTML % "{% module Template('a.html') %}",
        files={
            "a.html": "a{{ set_resources(embedded_css='.a { }') }}{% module Template('b.html') %}{% module Template('b.html') %}",
            "b.html": "b{{ set_resources(embedded_css='.b { }') }}{% module Counter() %}",
        },
    )
    case("{{ set_resources }}")
    case("plain {% module Template('p.html') %}", files={"p.html": "text{{ set_resources() }}"})


async def main():
    cases()
    results = []
    with tempfile.TemporaryDirectory() as static:
        for name in ["entry.js", "counter.js", "entry.css", "sub.js", "sub.css"]:
            with open(os.path.join(static, name), "w") as file:
                file.write(name)
        for one in CASES:
            tornado.web.RequestHandler._template_loaders.clear()
            app = tornado.web.Application(
                [
                    tornado.web.url("/word/([^/]+)", Page, name="word"),
                    tornado.web.url("/.*", Page, name="all"),
                ],
                template_loader=tornado.template.DictLoader(one["files"]),
                static_path=static,
                login_url="/login",
                site_name="<The site>",
                kwargs=json.dumps(one["kwargs"]),
                ui_modules={"Entry": Entry, "Counter": Counter, "Tree": Tree, "Who": Who, "Fails": Fails},
                ui_methods={"active": active, "linkify": linkify},
                log_function=lambda handler: None,
            )
            socket, port = bind_unused_port()
            server = HTTPServer(app)
            server.add_sockets([socket])
            request = HTTPRequest(
                "http://127.0.0.1:%d%s" % (port, one["path"]),
                method=one["method"],
                headers=one["headers"],
                body=one["body"],
            )
            response = await AsyncHTTPClient().fetch(request, raise_error=False)
            server.stop()
            body = response.body.decode() if response.code == 200 else ""
            results.append({**one, "status": response.code, "response": body.replace(":%d" % port, ":PORT")})
    print(json.dumps(results, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    asyncio.run(main())
