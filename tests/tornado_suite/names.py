"""Names of tests, and the tests there are.

A test's name is ``module.Class.method`` without the leading ``tornado.test.``,
a class's is ``module.Class``.
"""

import importlib
import unittest
from collections.abc import Iterator

PACKAGE = "tornado.test."

# The modules that test a server, in the order in which they are run.
MODULES = [
    "web_test",
    "httpserver_test",
    "websocket_test",
    "routing_test",
    "auth_test",
    "security_corpus_test",
    "gen_test",
    "wsgi_test",
]

# Classes whose setUp starts HTTPServers by hand, and a name for each, in their
# order. Their applications are ``module.Class:name``.
SERVERS_BY_HAND = {
    "security_corpus_test.SecurityCorpusTest": [
        "default",
        "xsrf",
        "large_headers",
        "static",
    ],
    "httpserver_test.UnixSocketTestFile": ["default"],
    "httpserver_test.UnixSocketTestAbstract": ["default"],
}


def class_name(cls: type) -> str:
    return f"{cls.__module__.removeprefix(PACKAGE)}.{cls.__qualname__}"


def test_name(test: unittest.TestCase) -> str:
    return f"{class_name(type(test))}.{test._testMethodName}"


def has_server(cls: type) -> bool:
    """Whether the class tests a server, and not functions in its process."""
    from tornado.testing import AsyncHTTPTestCase

    return issubclass(cls, AsyncHTTPTestCase) or class_name(cls) in SERVERS_BY_HAND


def test_classes() -> Iterator[tuple[type, list[str]]]:
    """The classes that test a server, with their methods, as in the source."""
    for name in MODULES:
        module = importlib.import_module(PACKAGE + name)
        for attribute, cls in list(vars(module).items()):
            if (
                isinstance(cls, type)
                and issubclass(cls, unittest.TestCase)
                and cls.__module__ == module.__name__
                # What the decorator `abstract_base_test` leaves has another name.
                and cls.__qualname__ == attribute
                and has_server(cls)
            ):
                methods = unittest.defaultTestLoader.getTestCaseNames(cls)
                if methods:
                    yield cls, sorted(methods, key=lambda m: (_line_of(cls, m), m))


def _line_of(cls: type, method: str) -> int:
    function = getattr(cls, method)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if code else 0
