"""Forms of type multipart/form-data."""

BOUNDARY = b"b0undary"
CONTENT_TYPE = "multipart/form-data; boundary=b0undary"
DISPOSITION = b"Content-Disposition: form-data; "


def multipart(parts, end=True, newline=b"\r\n"):
    """A body of parts, each a head and a content."""
    start = b"--" + BOUNDARY
    body = b"".join(start + newline + head + newline + newline + content + newline for head, content in parts)
    return body + (start + b"--" + newline if end else b"")


def part(parameters, content=b"1"):
    return DISPOSITION + parameters, content


FIELD = part(b'name="a"')
FILE = part(b'name="f"; filename="t.txt"\r\nContent-Type: text/plain', b"hello")

# One part each.
PARTS = {
    "field": FIELD,
    "file": FILE,
    "file no ctype": part(b'name="f"; filename="t.txt"', b"x"),
    "empty filename": part(b'name="f"; filename=""', b"x"),
    "unquoted name": part(b"name=a"),
    "unquoted filename": part(b"name=f; filename=t.txt"),
    "no name": (b"Content-Disposition: form-data", b"1"),
    "empty name": part(b'name=""'),
    "no disposition": (b"Content-Type: text/plain", b"1"),
    "disposition attachment": (b'Content-Disposition: attachment; name="a"', b"1"),
    "lower-case header": (b'content-disposition: form-data; name="a"', b"1"),
    "filename* utf8": part(b"name=\"f\"; filename*=UTF-8''%C3%A9.txt"),
    "filename and filename*": part(b"name=\"f\"; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt"),
    "filename* bad": part(b"name=\"f\"; filename*=UTF-8''%FF"),
    "filename utf8 bytes": part('name="f"; filename="\u00e9.txt"'.encode()),
    "filename latin1 bytes": part(b'name="f"; filename="\xe9.txt"'),
    "filename quotes": part(b'name="f"; filename="a\\"b.txt"'),
    "filename backslash": part(b'name="f"; filename="C:\\dir\\a.txt"'),
    "filename semicolon": part(b'name="f"; filename="a;b.txt"'),
    "filename path": part(b'name="f"; filename="../../x"'),
    "name utf8": part('name="\u00e9"'.encode()),
    "value utf8": part(b'name="a"', "\u00e9\u4e2d".encode()),
    "value bad utf8": part(b'name="a"', b"\xff\xfe"),
    "value spaces": part(b'name="a"', b"  x  "),
    "value crlf": part(b'name="a"', b"l1\r\nl2\r\n"),
    "value boundary-like": part(b'name="a"', b"--b0undar\r\n--b0"),
    "binary file": part(b'name="f"; filename="b"', bytes(range(256))),
    "long part header": part(b'name="a"; x="' + b"y" * 11000 + b'"'),
    "bare cr in header": part(b'name="a\rb"'),
    "part transfer encoding": part(b'name="a"\r\nContent-Transfer-Encoding: base64', b"MQ=="),
}

# Whole bodies.
BODIES = {
    "two fields": multipart([FIELD, part(b'name="a"', b"2")]),
    "field and file": multipart([FIELD, FILE]),
    "files same name": multipart([FILE, FILE]),
    "no headers": b"--b0undary\r\n\r\n1\r\n--b0undary--\r\n",
    "no end": multipart([FIELD], end=False),
    "empty body": b"",
    "only end": b"--b0undary--\r\n",
    "preamble": b"preamble\r\n" + multipart([FIELD]),
    "epilogue": multipart([FIELD]) + b"epilogue",
    "lf newlines": multipart([FIELD], newline=b"\n"),
    "no final crlf": multipart([FIELD])[:-2],
    "99 parts": multipart([FIELD] * 99),
    "100 parts": multipart([FIELD] * 100),
    "101 parts": multipart([FIELD] * 101),
}

CONTENT_TYPES = {
    "quoted boundary": 'multipart/form-data; boundary="b0undary"',
    "extra ctype param": "multipart/form-data; charset=utf8; boundary=b0undary",
    "param after boundary": "multipart/form-data; boundary=b0undary; x=y",
    "upper-case type": "Multipart/Form-Data; boundary=b0undary",
    "no boundary": "multipart/form-data",
    "empty boundary": "multipart/form-data; boundary=",
    "other boundary": "multipart/form-data; boundary=other",
    "mixed": "multipart/mixed; boundary=b0undary",
}


def add_cases(corpus):
    def upload(name, body, content_type=CONTENT_TYPE, path="/upload"):
        corpus.send("POST", f"multipart {name}", path, f"Content-Type: {content_type}", body=body)

    for name, only in PARTS.items():
        upload(name, multipart([only]))
    for name, body in BODIES.items():
        upload(name, body)
    for name, content_type in CONTENT_TYPES.items():
        upload(name, multipart([FIELD]), content_type)
    upload("args on upload", multipart([FIELD]), path="/args?a=q")
