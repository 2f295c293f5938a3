"""Runs Tornado's own tests, unmodified, against a server in another process.

The tests come from the installed ``tornado`` package. Most of them are classes
derived from ``tornado.testing.AsyncHTTPTestCase``, which start their
application inside the test process. Here that base class is overridden at run
time (``harness``), so that a command given on the command line serves the
application instead, and the test is an HTTP client like any other.

    cd tests
    python -m tornado_suite 'tornado-suite-server {app} {port}'

For each class the command is started with ``{app}`` replaced by the class's
name, such as ``web_test.CookieTest``, and ``{port}`` by a free port. It has to
serve that class's handlers and settings on 127.0.0.1 until it gets SIGTERM, or
to end with status 64 if it has no such application. ``$WIRE_SPEC`` is a JSON
object with what it can't know by itself:

    app, port   as on the command line
    protocol    "http" or "https"
    data        the folder ``tornado/test``, with the files that tests read
    fixture     attribute of the test -> absolute path, of what its setUp made
    options     the arguments of ``HTTPServer``, for TLS certfile and keyfile

Some handlers report to the test object. A server does that by a line on its
standard output, ``@wire`` and a JSON object:

    @wire {"set": "close_future", "value": [1001, "goodbye"]}
    @wire {"set": "data", "bytes": "asdf"}            (bytes, as Latin-1)
    @wire {"call": "on_connection_close"}

and gets such a line on its standard input when the test sets an event:

    @wire {"set": "message_sent"}

What is known of single tests is in files beside this one:

    tests.toml        which can't work over the wire, need events, prove little
    not_served.toml   which need what tornado-web does not have yet
    deviations.toml   where tornado-web differs from Tornado on purpose
    expected.toml     how many pass, so that a fall is a failure
"""
