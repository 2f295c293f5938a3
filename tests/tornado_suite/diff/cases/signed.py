"""Signed cookies, both ways."""

from ..tokens import signed_v1, signed_v2

V1, V2 = signed_v1("s", "value"), signed_v2("s", "value")
OTHER_DIGIT = "1" if V2.endswith("0") else "0"

VALUES = {
    "v2": V2,
    "v1": V1,
    "v2 quoted": f'"{V2}"',
    "v2 empty": signed_v2("s", ""),
    "v1 empty": signed_v1("s", ""),
    "v2 other name": signed_v2("t", "value"),
    "v1 other name": signed_v1("t", "value"),
    "v2 other secret": signed_v2("s", "value", secret="x"),
    "v2 old": signed_v2("s", "value", timestamp=1000000000),
    "v2 future": signed_v2("s", "value", timestamp=9999999999),
    "v1 future": signed_v1("s", "value", timestamp=9999999999),
    "v1 ts 0": signed_v1("s", "value", timestamp="0170"),
    "v2 ts text": signed_v2("s", "value", timestamp="abc"),
    "v2 key version 1": signed_v2("s", "value", key_version=1),
    "v2 cut": V2[:-1],
    "v2 longer": V2 + "0",
    "v2 changed": V2[:-1] + OTHER_DIGIT,
    "v2 upper sig": V2[:-64] + V2[-64:].upper(),
    "v3": "3" + V2[1:],
    "v0": "0|x|y",
    "junk": "junk",
    "empty": "",
    "pipes": "|||",
    "2|": "2|",
    "1|x|y": "1|x|y",
    "20|x": "20|x",
    "bad length": V2.replace("1:s", "2:s"),
    "v2 utf8": signed_v2("s", "\u00e9\u4e2d"),
    "v2 minus length": V2.replace("1:s", "-1:s"),
    "999|": "999|x",
    "1000|": "1000|x",
}

SIGN = ["", "version=1", "version=2", "v=", "v=a%20b", "v=%C3%A9", "version=3", "version=1&v=%C3%A9"]


def add_cases(corpus):
    for name, value in VALUES.items():
        corpus.get(f"signed {name}", "/signed", f"Cookie: s={value}")
    corpus.get("signed none", "/signed")
    corpus.get("signed v1 min 2", "/signed?min=2", f"Cookie: s={V1}")
    corpus.get("signed v2 min 2", "/signed?min=2", f"Cookie: s={V2}")
    corpus.get("signed expired", "/signed?days=1", f"Cookie: s={V2}")
    corpus.get("signed expired v1", "/signed?days=1", f"Cookie: s={V1}")
    for query in SIGN:
        corpus.get(f"sign {query}", "/sign?" + query)
