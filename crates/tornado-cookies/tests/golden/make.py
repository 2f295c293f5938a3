"""Makes the golden files beside it: questions about cookies and Tornado's answers.

Run it with Python 3.11 and Tornado 6.6.1: `python make.py`. The files change
only when Tornado does.
"""

import json
import logging
import pathlib

import tornado
from tornado import web

import peer

assert tornado.version == "6.6.1", tornado.version
logging.disable(logging.CRITICAL)

SECRET = "It's a secret to everybody"
KEYS = {"0": "key zero", "1": "key one", "7": "", "4294967295": "the last"}
NOW = 1300000000
DAY = 86400


def headers():
    yield from [
        "",
        "a",
        "=",
        ";;;",
        "=a",
        "a=",
        "a=;b",
        "a=1",
        " a = 1 ; b\t=\t2 ",
        "a=1;a=2",
        "a=1; b=2; a=3",
        "A=1; a=2",
        "a=1,b=2",
        "a==",
        "a=b=c",
        "chips=ahoy; vienna=finger",
        'keebler="E=mc2; L=\\"Loves\\"; fudge=\\012;"',
        "keebler=E=mc2",
        "key:term=value:term",
        "a=b; c=[; d=r; f=h",
        "a=b; Domain=example.com",
        "a=b; h=i; a=c",
        "first=IamTheFirst ; a=1; a=2 ;second=IamTheSecond",
        "unnamed; a=1",
        "$Version=1; a=1; $Path=/",
        "bad/name=1; good=2",
        "bad name=1; good=2",
        "bad@name=1; bad,=1; bad(=1; bad[=1; good=2",
        "\xe9=1; good=2",
        "a=\xe9; b=\xc3\xa9",
        '"a"=1; b=2',
    ]
    for name in ["comment", "Domain", "EXPIRES", "HttpOnly", "max-age", "path", "SameSite",
                 "secure", "version", "max_age", "paths", "pat"]:
        yield f"{name}=1; a=2"
    for value in ['"', '""', '"""', '"a', 'a"', '"a"b"', '"a b"', '"\\"', '"\\\\"', '"\\""',
                  '"\\073\\054"', '"\\351"', '"\\377\\000"', '"\\400"', '"\\08"', '"\\1"',
                  '"\\18"', '"\\x"', "\\073", '"\\\xe9"', '"\xe9\\073\xe9"', " \"a\" ", "'a'",
                  '"a\\"', '"\\\\073"', '"\\\\\\073"']:
        yield f"a={value}; z=1"
    for byte in [*range(0x09, 0x0e), *range(0x1c, 0x21), 0x7f, 0x80, 0x85, 0xa0, 0xad, 0xff]:
        char = chr(byte)
        yield f"{char}a{char}={char}1{char};b{char}c=2;d=3{char}4"


def set_cookies():
    for value in ["", "asdf", "a b", " ", '"', "\\", "a,b;c", "=", "a/b@c", "2|1:0|x==", "\x7f",
                  "\x80\x9f\xa0\xff", "é", "€", "\t", "\n", "\r", "\0", "\x1f", "()<>?[]{}",
                  "!#$%&'*+-.^_`|~:", "\\054", '"quoted"']:
        yield {"name": "a", "value": value}
    for code in range(0x20, 0x100):
        yield {"name": "a", "value": f"x{chr(code)}y"}
    for code in range(0x100):
        yield {"name": f"n{chr(code)}m", "value": "b"}
    for name in ["", "a", "€", "path", "Path", "VERSION", "comment", "expires", "paths", "__Host-a"]:
        yield {"name": name, "value": "b"}
    for text in ["", "/", "d.com", "/p", "a b", "a;b", "a\tb", "\n", "\x7f", "é", "€", '"', ",", "="]:
        yield {"name": "a", "value": "b", "domain": text}
        yield {"name": "a", "value": "b", "path": text}
    yield {"name": "a", "value": "b", "path": None}
    for seconds in [0, 1, -1, 5, 2**62, -(2**62)]:
        yield {"name": "a", "value": "b", "max_age": seconds}
    for days in [0, 1, 0.5, -1, 1 / 3, 30, 365, 2900000, 2999999, 4e6, -700000, -4e6, 1e300, -1e300]:
        yield {"name": "a", "value": "b", "expires_days": days}
        yield {"name": "a", "value": "b", "expires_days": days, "now": NOW + 0.75}
    for moment in [0, 1, -1, 1700000000, 951782400, 951868800, 4102444799, -62135596800, 253402300799]:
        yield {"name": "a", "value": "b", "expires": moment}
    yield {"name": "a", "value": "b", "expires": 1700000000, "expires_days": 1}
    for same_site in ["Strict", "Lax", "None"]:
        yield {"name": "a", "value": "b", "same_site": same_site}
    for flags in range(4):
        yield {"name": "a", "value": "b", "http_only": bool(flags & 1), "secure": bool(flags & 2)}
    yield {"name": "a", "value": "b_c", "domain": "d.com", "path": "/p", "expires": 1700000000,
           "max_age": 5, "http_only": True, "secure": True, "same_site": "Lax"}


def clear_cookies():
    yield {"name": "foo"}
    yield {"name": "foo", "now": NOW + 0.999}
    yield {"name": "foo", "domain": "d.com", "path": "/p", "secure": True, "same_site": "None"}
    yield {"name": "foo", "http_only": True, "path": None}
    yield {"name": "foo", "max_age": 1}
    yield {"name": "foo", "expires": 1700000000}
    yield {"name": "foo", "path": "a b"}
    yield {"name": "path"}


def signs():
    values = [b"", b"v", b"va", b"val", b"value", "é".encode(), bytes(range(256)), b"|:=", b"\xff" * 3]
    for value in values:
        for version in (1, 2):
            yield {"secret": SECRET, "name": "key", "value": value.hex(), "version": version}
    for secret in ["", "s", "é€", "x" * 63, "x" * 64, "x" * 65, "x" * 200]:
        for version in (1, 2):
            yield {"secret": secret, "name": "key", "value": "00", "version": version}
    for name in ["", "a|b", "2:a", "n" * 300]:
        for version in (1, 2):
            yield {"secret": SECRET, "name": name, "value": "00", "version": version}
    for now in [0, 1, 9.99, 10, 999999999, 1300000000.999, 10**10]:
        for version in (1, 2):
            yield {"secret": SECRET, "name": "key", "value": "00", "version": version, "now": now}
    yield {"secret": {"3": "sec"}, "name": "k", "value": "c3a9", "key_version": 3}
    for version in [0, 1, 7, 8, 4294967295]:
        yield {"secret": KEYS, "name": "k", "value": "00", "key_version": version}
    yield {"secret": KEYS, "name": "k", "value": "00", "version": 1, "key_version": 1}


def signed(secret, text):
    return text + web._create_signature_v2(secret, text).decode()


def decodes():
    def question(value, **rest):
        return {"secret": SECRET, "name": "key", "value": value, **rest}

    v1 = web.create_signed_value(SECRET, "key", "value", version=1, clock=lambda: NOW).decode()
    v2 = web.create_signed_value(SECRET, "key", "value", version=2, clock=lambda: NOW).decode()
    for value in (v1, v2):
        yield question(value)
        yield question(value, name="keys")
        yield question(value, name="")
        yield question(value, secret="another")
        for version in (1, 2):
            yield question(value, min_version=version)
        for days in (0, -1, 0.5, 1, 30, 31, 10**6, -(10**6)):
            for now in (NOW - 40 * DAY, NOW - 31 * DAY, NOW - 31 * DAY - 1, NOW - DAY, NOW, NOW + 0.5,
                        NOW + DAY, NOW + 31 * DAY, NOW + 31 * DAY + 0.25, NOW + 400 * DAY):
                yield question(value, max_age_days=days, now=now)
        for end in range(len(value)):
            yield question(value[:end])
        for tail in ["|", "0", " ", "\n", "é", "|a"]:
            yield question(value + tail)
            yield question(tail + value)
        for place in range(len(value)):
            for char in "0|:A=\xe9":
                yield question(value[:place] + char + value[place + 1:])
        yield question(value.upper())
    signature = v2.rsplit("|", 1)[1]
    # Those of Tornado's own tests.
    for prefix in ["2|1:0|10:1300000000|3:key|8:dmFsdWU=|", "2|1:1|10:1300000000|3:key|8:dmFsdWU=|",
                   "2|1:0|10:130000000|3:key|8:dmFsdWU=|", "2|1:0|10:1300000000|3:keey|8:dmFsdWU=|",
                   "2|1:0|12:1300000000|3:key|8:dmFsdWU=|", "2|1:0|9:1300000000|3:key|8:dmFsdWU=|",
                   "2|1:0|10:1300000000|13:key|8:dmFsdWU=|", "2|1:0|10:1300000000|3:key|9:dmFsdWU=|",
                   "2|1:0|10:1300000000|3:key|", "2|", "3|1:0|10:1300000000|3:key|8:dmFsdWU=|",
                   "02|1:0|10:1300000000|3:key|8:dmFsdWU=|", "1000|1:0|10:1300000000|3:key|8:dmFsdWU=|"]:
        yield question(prefix + signature)
    # The time takes digits of the value.
    name, value = "foo", bytes.fromhex("d76df8e7aefc")
    cookie = web.create_signed_value(SECRET, name, value, version=1, clock=lambda: NOW).decode()
    encoded, time, signature = cookie.split("|")
    for taken in range(9):
        moved = f"{encoded[:len(encoded) - taken]}|{encoded[len(encoded) - taken:]}{time}|{signature}"
        yield question(moved, name=name)
    given = f"{encoded}0|{time[1:]}|{signature}"
    yield question(given, name=name)
    for value, time in [("AAAA", "0300000000"), ("AAAA", "x"), ("AAAA", ""), ("A", str(NOW)),
                        ("AA", str(NOW)), ("AA==AA==", str(NOW)), ("A-A=_=", str(NOW)), ("", str(NOW))]:
        signature = web._create_signature_v1(SECRET, "key", value, time).decode()
        yield question(f"{value}|{time}|{signature}")
    # Signed rightly, and odd.
    for fields in ["1:0|10:1300000000|3:key|8:dmFsdWU=|", "1:9|10:1300000000|3:key|8:dmFsdWU=|",
                   "2:00|10:1300000000|3:key|8:dmFsdWU=|", "1:x|10:1300000000|3:key|8:dmFsdWU=|",
                   "0:|10:1300000000|3:key|8:dmFsdWU=|", "1:0|1:x|3:key|8:dmFsdWU=|",
                   "1:0|0:|3:key|8:dmFsdWU=|", "1:0|1:0|3:key|8:dmFsdWU=|",
                   "1:0|30:" + "9" * 30 + "|3:key|8:dmFsdWU=|", "1:0|10:1300000000|3:key|0:|",
                   "1:0|10:1300000000|3:key|1:Z|", "1:0|10:1300000000|3:key|2:Zg|",
                   "1:0|10:1300000000|3:key|4:Zh==|", "1:0|10:1300000000|3:key|8:Zg==Zg==|",
                   "1:0|10:1300000000|3:key|6:Z-g=_=|", "1:0|10:1300000000|3:key|4:Zg=9|",
                   "1:0|10:1300000000|3:key|8:dmFsdWU=|5:extra|"]:
        yield question(signed(SECRET, "2|" + fields))
        yield question(signed(SECRET, "3|" + fields))
    # Several keys.
    for version in (0, 1, 7, 4294967295):
        value = web.create_signed_value(peer.key(KEYS), "key", "value", clock=lambda: NOW,
                                        key_version=version).decode()
        yield question(value, secret=KEYS)
        yield question(value, secret={"1": "key one"})
        yield question(value, secret=KEYS[str(version)])


def key_versions():
    v1 = web.create_signed_value(SECRET, "key", "value", version=1, clock=lambda: NOW).decode()
    yield v1
    for text in ["", "2", "2|", "2|1", "2|1:", "2|1:3|", "2|1:3|1:1|1:1|1:1|", "2|1:3|1:1|1:1|1:1|x",
                 "2|1:3|1:1|1:1|1:1", "2|1:x|1:1|1:1|1:1|", "2|0:|1:1|1:1|1:1|", "2|2:03|1:1|1:1|1:1|",
                 "2|10:4294967295|1:1|1:1|1:1|", "1|1:3|1:1|1:1|1:1|", "3|1:3|1:1|1:1|1:1|",
                 "9|1:3|1:1|1:1|1:1|", "10|1:3|1:1|1:1|1:1|", "999|1:3|1:1|1:1|1:1|",
                 "1000|1:3|1:1|1:1|1:1|", "02|1:3|1:1|1:1|1:1|", " 2|1:3|1:1|1:1|1:1|",
                 "2|1:3|1:1|1:1|1:1|\n", "2|1:3|1:1|1:1|1:1|\nx", "2|1:3|1:\n|1:1|1:1|x"]:
        yield text


def write(name, questions):
    lines = [json.dumps({"ask": question, "answer": peer.answer(question)}) for question in questions]
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (pathlib.Path(__file__).parent / name).write_text(text)


def do(act, questions, **more):
    return [{"do": act, **more, **question} for question in questions]


write("read.json", do("read", [{"header": header} for header in headers()]))
write("set_cookie.json", do("set", set_cookies(), now=NOW) + do("clear", clear_cookies(), now=NOW))
write("signed.json", do("sign", signs(), now=NOW) + do("decode", decodes(), now=NOW)
      + do("key_version", [{"value": value} for value in key_versions()]))
