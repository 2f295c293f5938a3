"""What clients, proxies and forms of others send: one of each kind that somebody has had trouble with."""

from .static import AFTER, BEFORE, MODIFIED, TAG

FORM = "application/x-www-form-urlencoded"

FORMS = {
    "type in capitals": ("APPLICATION/X-WWW-FORM-URLENCODED", b"a=1"),
    "type with tab": ("application/x-www-form-urlencoded\t", b"a=1"),
    "type with charset": ("application/x-www-form-urlencoded; charset=utf-8", b"a=%C3%A9"),
    "type with latin charset": ("application/x-www-form-urlencoded; charset=iso-8859-1", b"a=%E9"),
    "type with comma": ("application/x-www-form-urlencoded, text/plain", b"a=1"),
    "type that begins so": ("application/x-www-form-urlencodedx", b"a=1"),
    "json as form": ("application/json", b'{"a": "1"}'),
    "json in a form": (FORM, b'{"a": "1"}'),
    "no type": (None, b"a=1"),
    "empty type": ("", b"a=1"),
    "line end": (FORM, b"a=1\r\n"),
    "line ends between": (FORM, b"a=1\r\n&a=2\n"),
    "mark of order": (FORM, b"\xef\xbb\xbfa=1"),
    "raw utf-8": (FORM, "a=é€&é=1".encode()),
    "raw latin-1": (FORM, b"a=\xe9"),
    "nul": (FORM, b"a=%00&b=\x00"),
    "half an escape": (FORM, b"a=%&b=%4&c=%G1&d=%%20"),
    "escape of a surrogate": (FORM, b"a=%ED%A0%80"),
    "overlong": (FORM, b"a=%C0%AF"),
    "above unicode": (FORM, b"a=%F5%80%80%80"),
    "plus and space": (FORM, b"a=1+2%2B3 4"),
    "semicolons": (FORM, b"a=1;a=2;b=3"),
    "many equals": (FORM, b"a==1&a=b=c&=x&a"),
    "brackets": (FORM, b"a[]=1&a[b][c]=2&a.b=3"),
    "php name": (FORM, b"a%5B%5D=1&a%5B%5D=2"),
    "empty values": (FORM, b"a=&a=&a=1"),
    "only blanks": (FORM, b"a=%20%09%0A%0B%0C%0D&a=%C2%A0&a=%E3%80%80"),
    "controls": (FORM, b"a=%01%02%7Fx%1F"),
    "ampersands": (FORM, b"&&&a=1&&&"),
    "query of an entity": (FORM, b"a=1&amp;a=2"),
    "long name": (FORM, b"n" * 5000 + b"=1&a=1"),
}


def part(disposition, content=b"x", *headers):
    head = [b"Content-Disposition: " + disposition, *headers]
    return b"--B\r\n" + b"\r\n".join(head) + b"\r\n\r\n" + content + b"\r\n"


END = b"--B--\r\n"
FIELD = part(b'form-data; name="a"', b"1")

MULTIPARTS = {
    "curl": b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n"
    b"Content-Type: text/plain\r\n\r\nfile\r\n" + END,
    "quoted quote": part(b'form-data; name="f"; filename="a\\"b.txt"') + END,
    "percent quote": part(b'form-data; name="f"; filename="a%22b.txt"') + END,
    "backslash path": part(b'form-data; name="f"; filename="C:\\Users\\kim\\a.txt"') + END,
    "semicolon in quotes": part(b'form-data; name="f"; filename="a;b.txt"') + END,
    "equals in quotes": part(b'form-data; name="a=b"; filename="c=d.txt"') + END,
    "raw utf-8 name": part('form-data; name="é"; filename="ü€.txt"'.encode()) + END,
    "raw latin-1 name": part(b'form-data; name="\xe9"') + END,
    "star utf-8": part(b"form-data; name=\"f\"; filename*=UTF-8''%e2%82%ac.txt") + END,
    "star lower": part(b"form-data; name=\"f\"; filename*=utf-8'en'%C3%A9.txt") + END,
    "star cp1252": part(b"form-data; name=\"f\"; filename*=windows-1252''%80.txt") + END,
    "star latin-1": part(b"form-data; name=\"f\"; filename*=iso-8859-1''%E9.txt") + END,
    "star koi8": part(b"form-data; name=\"f\"; filename*=KOI8-R''%C1.txt") + END,
    "star shift_jis": part(b"form-data; name=\"f\"; filename*=Shift_JIS''%83%65.txt") + END,
    "star ascii": part(b"form-data; name=\"f\"; filename*=us-ascii''a.txt") + END,
    "star and plain": part(b"form-data; name=\"f\"; filename=\"a.txt\"; filename*=UTF-8''b.txt") + END,
    "star before plain": part(b"form-data; name=\"f\"; filename*=UTF-8''b.txt; filename=\"a.txt\"") + END,
    "star without quotes": part(b'form-data; name="f"; filename*=a.txt') + END,
    "star with one quote": part(b"form-data; name=\"f\"; filename*=UTF-8'a.txt") + END,
    "star half escape": part(b"form-data; name=\"f\"; filename*=UTF-8''%e2%82.txt") + END,
    "continued": part(b'form-data; name="f"; filename*0="a"; filename*1="b.txt"') + END,
    "continued star": part(b"form-data; name=\"f\"; filename*0*=UTF-8''%C3; filename*1*=%A9.txt") + END,
    "unquoted": part(b"form-data; name=f; filename=a.txt") + END,
    "unquoted space": part(b"form-data; name=f; filename=a b.txt") + END,
    "spaces around equals": part(b'form-data; name = "f"; filename = "a.txt"') + END,
    "capitals": part(b'Form-Data; NAME="f"; FileName="a.txt"') + END,
    "attachment": part(b'attachment; name="f"; filename="a.txt"') + END,
    "no name": part(b'form-data; filename="a.txt"') + END,
    "empty name": part(b'form-data; name=""') + END,
    "empty filename": part(b'form-data; name="f"; filename=""', b"") + END,
    "two names": part(b'form-data; name="a"; name="b"') + END,
    "folded": part(b'form-data;\r\n name="f";\r\n\tfilename="a.txt"') + END,
    "no disposition": b"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n" + END,
    "no headers": b"--B\r\n\r\nx\r\n" + END,
    "lf alone": b'--B\nContent-Disposition: form-data; name="a"\n\n1\n--B--\n',
    "no last line end": FIELD + b"--B--",
    "epilogue": FIELD + END + b"ignored",
    "no end": FIELD,
    "cut in the middle": FIELD + b'--B\r\nContent-Disposition: form-data; name="b"\r\n\r\nhal',
    "boundary with blanks": b'--B \t\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' + END,
    "boundary within": part(b'form-data; name="a"', b"x--By\r\n--Bz") + END,
    "line ends in value": part(b'form-data; name="a"', b"1\r\n2\r\n\r\n3\n") + END,
    "field charset": part(b'form-data; name="a"', b"\xe9", b"Content-Type: text/plain; charset=iso-8859-1") + END,
    "_charset_": part(b'form-data; name="_charset_"', b"iso-8859-1") + part(b'form-data; name="a"', b"\xe9") + END,
    "base64": part(b'form-data; name="a"', b"MQ==", b"Content-Transfer-Encoding: base64") + END,
    "8bit": part(b'form-data; name="a"', b"1", b"Content-Transfer-Encoding: 8bit") + END,
    "many headers": part(b'form-data; name="a"', b"1", *(b"X-%d: y" % n for n in range(50))) + END,
    "header without colon": part(b'form-data; name="a"', b"1", b"nonsense") + END,
    "type of many": part(b'form-data; name="f"; filename="a"', b"1", b"Content-Type: a/b", b"Content-Type: c/d") + END,
    "nul in value": part(b'form-data; name="a"', b"\0\1") + END,
    "nul in filename": part(b'form-data; name="f"; filename="a\0.txt"') + END,
    "same field twice": FIELD + part(b'form-data; name="a"', b"2") + END,
    "field and file": FIELD + part(b'form-data; name="a"; filename="a.txt"', b"2") + END,
    "nothing": END,
    "nothing at all": b"",
    "only a line end": b"\r\n" + END,
}

BOUNDARIES = {
    "quoted": 'multipart/form-data; boundary="B"',
    "capitals": "Multipart/Form-Data; Boundary=B",
    "charset first": "multipart/form-data; charset=utf-8; boundary=B",
    "charset last": "multipart/form-data; boundary=B; charset=utf-8",
    "spaces": "multipart/form-data;  boundary=B ",
    "no space": "multipart/form-data;boundary=B",
    "empty": "multipart/form-data; boundary=",
    "none": "multipart/form-data",
    "other": "multipart/form-data; boundary=C",
    "twice": "multipart/form-data; boundary=B; boundary=C",
    "single quotes": "multipart/form-data; boundary='B'",
    "mixed": "multipart/mixed; boundary=B",
    "related": "multipart/related; boundary=B",
}

COOKIES = {
    "twice": ["Cookie: a=1; a=2"],
    "twice in two lines": ["Cookie: a=1", "Cookie: a=2"],
    "google": ['Cookie: _ga=GA1.1.1; __utmz=1.2.utmcsr=(direct)|utmccn=(direct); a=1'],
    "json": ['Cookie: a={"b":"c"}; d=1'],
    "json encoded": ["Cookie: a=%7B%22b%22%3A1%7D"],
    "comma": ["Cookie: a=1, b=2; c=3"],
    "quoted semicolon": ['Cookie: a="1;2"; b=3'],
    "quoted octal": ['Cookie: a="\\303\\251\\073\\054"'],
    "half octal": ['Cookie: a="\\30\\8\\"'],
    "quote inside": ['Cookie: a=x"y"; b="z'],
    "no name": ["Cookie: =1; a=2"],
    "no equals": ["Cookie: alone; a=2"],
    "empty": ["Cookie: "],
    "semicolons": ["Cookie: ;;a=1;;b=2;;"],
    "spaces": ["Cookie:   a = 1 ;  b=2  "],
    "tabs": ["Cookie: a=1;\tb=2"],
    "dollar": ["Cookie: $Version=1; a=1; $Path=/"],
    "reserved names": ["Cookie: path=/; domain=x; a=1; expires=never; Secure; HttpOnly"],
    "latin-1": ["Cookie: a=\xe9; b=1"],
    "utf-8": [b"Cookie: a=\xc3\xa9; b=1"],
    "base64": ["Cookie: a=YWJj+/=="],
    "equals": ["Cookie: a=b=c=="],
    "brackets": ["Cookie: a[0]=1; a(b)=2; a{c}=3; a@d=4"],
    "colon": ["Cookie: a:b=1"],
    "slash name": ["Cookie: a/b=1; c=2"],
    "control": ["Cookie: a=1\x7f; b=2"],
    "prefix": ["Cookie: __Host-a=1; __Secure-b=2"],
    "many": ["Cookie: " + "; ".join(f"c{n}=v" for n in range(300))],
    "long": ["Cookie: a=" + "x" * 4096 + "; b=1"],
}

HOSTS = [
    *("EXAMPLE.COM", "example.com.", "example.com:80", "example.com:", "example.com:99999", "EXAMPLE.COM:8888"),
    *("xn--mnchen-3ya.de", "127.0.0.1", "[::1]", "[::1]:80", "[::1", "::1", "a_b.example", "a..b", "-a-", "1"),
]

RANGES = [
    *("bytes=0-4,6-9", "bytes=0-4, -2", "bytes=00-04", "bytes=0-4;q=1", "bytes=\t0-4", "bytes=-1-4", "bytes=4-"),
    *("bytes=9223372036854775807-", "bytes=0-9223372036854775808", "bytes=-99999999999999999999", "bytes=1-0"),
    *("bytes=0-4,", ",bytes=0-4", "bytes 0-4", "bytes=0-4/26", "byte=0-4", "bytes=\xb2-\xb3", "bytes=٣-٤", "none=0-4"),
]

CONDITIONS = {
    "list of tags": [f'If-None-Match: "x", {TAG}, "y"'],
    "list without spaces": [f'If-None-Match: "x",{TAG}'],
    "unquoted tag": [f"If-None-Match: {TAG.strip(chr(34))}"],
    "two lines of tags": ['If-None-Match: "x"', f"If-None-Match: {TAG}"],
    "lower weak": [f"If-None-Match: w/{TAG}"],
    "star in a list": ['If-None-Match: "x", *'],
    "gzip tag": [f'If-None-Match: {TAG[:-1]}-gzip"'],
    "empty tag": ["If-None-Match: "],
    "since with spaces": [f"If-Modified-Since:   {MODIFIED}  "],
    "since in lower case": [f"If-Modified-Since: {MODIFIED.lower()}"],
    "since utc": [f"If-Modified-Since: {MODIFIED.replace('GMT', 'UTC')}"],
    "since without day": [f"If-Modified-Since: {MODIFIED[5:]}"],
    "since two lines": [f"If-Modified-Since: {BEFORE}", f"If-Modified-Since: {AFTER}"],
    "since with length": [f"If-Modified-Since: {MODIFIED}; length=26"],
    "since number": ["If-Modified-Since: 1600000000"],
    "since year 10000": ["If-Modified-Since: Fri, 01 Jan 10000 00:00:00 GMT"],
    "since bad day": ["If-Modified-Since: Wed, 30 Feb 2022 00:00:00 GMT"],
    "since leap second": ["If-Modified-Since: Sat, 31 Dec 2016 23:59:60 GMT"],
    "unmodified": [f"If-Unmodified-Since: {BEFORE}"],
    "match": ['If-Match: "x"'],
}


def add_cases(corpus):
    for name, (content_type, body) in FORMS.items():
        headers = [] if content_type is None else [f"Content-Type: {content_type}"]
        corpus.send("POST", f"kind form {name}", "/args", *headers, body=body)
    for name, body in MULTIPARTS.items():
        corpus.send("POST", f"kind multipart {name}", "/upload", "Content-Type: multipart/form-data; boundary=B", body=body)
    for name, content_type in BOUNDARIES.items():
        corpus.send("POST", f"kind boundary {name}", "/upload", f"Content-Type: {content_type}", body=FIELD + END)
    for name, headers in COOKIES.items():
        corpus.get(f"kind cookies {name}", "/cookies", *headers)
    for host in HOSTS:
        corpus.get(f"kind host {host}", "/fullurl", host=host)
        corpus.get(f"kind host rule {host}", "/host", host=host)
    for value in RANGES:
        corpus.get(f"kind range {value!r}", "/static/robots.txt", f"Range: {value}".encode())
    for name, headers in CONDITIONS.items():
        corpus.get(f"kind condition {name}", "/static/robots.txt", *headers)
    for name, target in {
        "encoded slash": "/path/a%2Fb/c",
        "encoded question": "/path/a%3Fb/c%23d",
        "double encoded": "/path/a%252Fb/c",
        "plus": "/path/a+b/c+d",
        "dots": "/path/./../c",
        "semicolon": "/path/a;b=c/d;e",
        "encoded nul": "/path/a%00b/c",
        "encoded line end": "/path/a%0D%0Ab/c",
        "latin-1": "/path/%E9/c",
        "double slash": "//path/a/b",
    }.items():
        corpus.get(f"kind path {name}", target)
    for name, value in {
        "two": "X-Forwarded-For: 1.1.1.1, 2.2.2.2",
        "proto": "X-Forwarded-Proto: https",
        "host": "X-Forwarded-Host: evil.example",
        "forwarded": "Forwarded: for=1.1.1.1;proto=https",
    }.items():
        corpus.get(f"kind proxy {name}", "/echo", value)
    accepts = ["de", "en-US,en;q=0.9", "*", "", "de;q=x", "q=1", "en_US", "EN-us", "de-CH-1996", ";;,,", "x" * 300]
    for value in accepts:
        corpus.get(f"kind language {value[:20]!r}", "/locale", f"Accept-Language: {value}")
    for url in ["//evil.example", "/\\evil.example", "javascript:alert(1)", "/a b", "/é", "/a%0d%0ab", "?x=1", "#x", ""]:
        corpus.send("GET", f"kind redirect {url!r}", request_target(url))


def request_target(url):
    quoted = "".join(chr(byte) if chr(byte).isalnum() else f"%{byte:02X}" for byte in url.encode())
    return f"/redirect?url={quoted}"
