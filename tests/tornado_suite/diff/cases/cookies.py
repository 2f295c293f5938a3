"""Plain cookies, both ways."""

COOKIES = [
    *("a=b", "a=b; c=d", "a=b;c=d", "a=b; a=c", "a", "=b", "a=", ";", "a=b;", " a = b ", "a=b=c"),
    *('a="b c"', 'a="b;c"', 'a="b\\073c"', "a=b\\073c", 'a="b\\"c"', 'a="unclosed', "a='b'"),
    *("a=\xe9", "a=\xc3\xa9", "a=%20", "a=b, c=d", "$Version=1; a=b", "a b=c", "a@b=c", "/=x; a=b"),
    *("a=b; expires=x", 'a={"j":1}', "A=1; a=2", "a=" + "x" * 3000, "a=b\tc", "__Host-x=1"),
    *('a="\\303\\251"', "a=b;;c=d", "a;b=c", 'a=""', 'a="b"c'),
]

SET_COOKIES = [
    *("", "name=n&value=v", "value=", "value=a%20b", "value=a;b", "value=a%3Bb", "value=a%22b", "value=a,b"),
    *("value=a=b", "value=a%5Cb", "value=%C3%A9", "value=%0A", "value=%00", "value=a%7Fb", "name=a%20b"),
    *("name=a;b", "name=a%3Bb", "name=a=b", "name=a%0Ab", "name=%C3%A9", "name=a,b", "name=$x", "name="),
    *("name=expires", "name=Path", "domain=example.com", "domain=a%3Bb", "domain=a%0Db", "path=/x", "path="),
    *("path=/a%3Bb", "samesite=Lax", "samesite=x%3By", "max_age=10", "max_age=0", "max_age=-1"),
    *("expires_days=10", "expires_days=0", "expires_days=-1", "httponly=1", "httponly=0", "secure=1", "secure=0"),
    "httponly=1&secure=1&samesite=Strict&domain=d&path=/p&max_age=5&expires_days=1",
    *("value=a'b(c)<d>@e[f]{g}/h?i:j", "value=a+b", "value=%C2%80"),
]


def add_cases(corpus):
    for cookie in COOKIES:
        corpus.get(f"cookie {cookie[:30]!r}", "/cookies", f"Cookie: {cookie}")
    for name in ["\xa0__Host-x", "__Secure-x\x85", "\x85 __http-x"]:
        good = name.strip()
        corpus.get(f"cookie prefix {good}", "/cookies", f"Cookie: {good}=1; {name}=2")
        corpus.get(f"cookie in spaces {good}", "/cookies", f"Cookie: {good}=1;\t {good} \t=2")
        corpus.get(f"cookie without prefix {good}", "/cookies", f"Cookie: {name.replace('__', '_')}=2")
    corpus.get("two cookie headers", "/cookies", "Cookie: a=1", "Cookie: b=2")
    corpus.get("no cookies", "/cookies")
    for query in SET_COOKIES:
        corpus.get(f"setcookie {query[:40]}", "/setcookie?" + query)
    corpus.get("clearcookie", "/clearcookie", "Cookie: x=1; y=2")
    corpus.get("clearcookie none", "/clearcookie")
