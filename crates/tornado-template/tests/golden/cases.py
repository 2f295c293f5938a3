"""The cases: expressions and templates, by hand and from a grammar."""

import random

# What expressions see.
NAMES = {
    "a": 7,
    "b": -3,
    "f": 2.5,
    "zero": 0,
    "s": "Hello, World",
    "u": "h\u00e9llo \u00df <b>&amp;</b> \u4e2d\u6587",
    "empty": "",
    "l": [3, 1, 2],
    "names": ["Kim", "anna", "Bob", "<x>"],
    "t": (1, "two", 3.0),
    "d": {"one": 1, "two": [1, 2], "items": "key"},
    "none": None,
    "yes": True,
    "no": False,
    "data": b"by\xc3\xa9tes",
    "rows": [{"id": 1, "name": "x", "price": 9.5}, {"id": 2, "name": "y", "price": 10.25}],
}

EXPRESSIONS = (r"""
1 + 2 * 3
(1 + 2) * 3
2 ** 10
2 ** -1
-2 ** 2
7 // 2
-7 // 2
7 // -2
-7 % 3
7 % -3
7.5 // 2
-7.5 % 2
7 / 2
6 / 2
1 / 3
0.1 + 0.2
1e20
1e16
1e15
123456789012345678.0
1.5e-5
0.0001
-0.0
1e-7
float("inf")
float("nan")
float("-inf")
1_000_000
0xff
0o17
0b101
1 << 10
1024 >> 3
6 & 3
6 | 3
6 ^ 3
~6
not a
not empty
a and b
zero and b
zero or b
none or empty or "last"
a if a > 3 else b
"x" if empty else "y"
1 < 2 < 3
1 < 3 < 2
a == 7 == 7.0
1 == True
1 == 1.0
"a" < "b"
[1, 2] < [1, 3]
(1, 2) < (1, 2, 3)
[1, 2] == [1, 2]
(1, 2) == [1, 2]
{"a": 1} == {"a": 1.0}
none is None
none is not None
a is not None
3 in l
4 not in l
"lo" in s
"one" in d
1 in t
5 in range(10)
a
s
u
empty
l
names
t
d
none
yes
data
rows
l[0]
l[-1]
l[1:]
l[::-1]
l[:-1]
l[0:2:1]
s[0]
s[-1]
s[2:5]
s[::-1]
s[:50]
s[100:]
u[1]
u[-2:]
t[1]
d["one"]
d["two"][0]
d.get("one")
d.get("nope")
d.get("nope", "default")
d.items
d["items"]
list(d.items())
list(d.keys())
list(d.values())
d.keys()
d.values()
d.items()
sorted(d)
len(d)
len(s)
len(u)
len(l)
"%s is %d" % ("x", 5)
"%5.2f|%-8s|%08.3f" % (3.14159, "ab", 2.5)
"%(one)s and %(two)s" % d
"%s" % a
"%s" % none
"%r" % s
"%x %X %o %#x" % (255, 255, 8, 255)
"%e %g %G" % (12345.678, 0.0001, 1e20)
"%c%c" % ("a", 98)
"%5d|%-5d|%05d|%+d" % (1, 2, 3, 4)
"%%"
"100%%" % ()
"%.3s" % "abcdef"
"%*d" % (5, 42)
"{} {}".format(1, 2)
"{1} {0}".format(1, 2)
"{name}: {value:.2f}".format(name="x", value=1.005)
"{0[one]} {1.real}".format(d, a)
"{:>10}|{:<10}|{:^10}|".format("r", "l", "c")
"{:*^9}".format("mid")
"{:,}".format(1234567)
"{:,.2f}".format(1234567.891)
"{:,d}".format(-1234)
"{:05d}".format(42)
"{:+}".format(5)
"{:x} {:#x} {:b} {:o}".format(255, 255, 5, 8)
"{:e}".format(12345.678)
"{:g}".format(0.00001)
"{:%}".format(0.25)
"{:.1%}".format(0.256)
"{:.3}".format("abcdef")
"{!r}".format("x")
"{!s:>5}".format("x")
"{{}}".format()
"{:{}}".format("x", 5)
"{:{w}.{p}f}".format(3.14159, w=10, p=2)
"{:010,}".format(1234567)
"{:_}".format(1234567)
f"{a} and {s}"
f"{a + 1:>5}|{f:.3f}"
f"{s!r}"
f"{a=}"
f"{{literal}} {a}"
f"{d['one']}"
f"{a:{a}d}"
f"{'nested'}"
f""
"implicit" " concatenation"
"a" f"{a}" "b"
r"raw\n"
"escapes \t \x41 \u00e9 \\ \' \101"
'single "quoted"'
"""+'"""triple "quoted" text"""'+r"""
b"bytes"
b"bytes\xff"
"a" + "b"
"ab" * 3
3 * "ab"
[1] + [2]
[0] * 3
(1,) + (2,)
()
(1,)
[]
{}
{1, 2, 2}
set()
{"a": 1, **{"b": 2}}
[*l, 4]
(*l, 4)
len({*l})
[x * 2 for x in l]
[x for x in l if x > 1]
[x + y for x in l for y in l if x != y]
[(x, y) for x, y in d.items()]
{x: x * x for x in l}
sorted({x % 2 for x in l})
sum(x for x in l)
list(x for x in l)
any(x > 2 for x in l)
all(x > 2 for x in l)
", ".join(x.title() for x in names)
", ".join(names)
"".join(["a", "b"])
s.lower()
s.upper()
s.title()
s.capitalize()
s.swapcase()
s.split()
s.split(",")
s.split(", ", 1)
s.rsplit(" ", 1)
"a b  c".split(" ")
" a  b ".split()
" a b c ".split(None, 1)
" a b c ".rsplit(None, 1)
"a,b,,c".split(",")
"line1\nline2\r\nline3".splitlines()
s.replace("l", "L")
s.replace("l", "L", 1)
s.find("o")
s.find("zz")
s.rfind("o")
s.index("W")
s.count("l")
s.startswith("Hell")
s.startswith(("x", "H"))
s.endswith("ld")
" pad ".strip()
" pad ".lstrip() + "|"
" pad ".rstrip() + "|"
"xxhixx".strip("x")
"abc".center(9, "*")
"abc".ljust(6) + "|"
"abc".rjust(6)
"42".zfill(5)
"-42".zfill(5)
"abc".partition("b")
"abc".rpartition("z")
"abc".isalpha()
"123".isdigit()
"a1".isalnum()
" ".isspace()
"ABC".isupper()
"abc".islower()
"Abc Def".istitle()
"a\tb".expandtabs(4)
"abc".removeprefix("a")
"abc".removesuffix("c")
u.encode("utf-8")
u.encode("ascii", "ignore")
u.encode("ascii", "xmlcharrefreplace")
data.decode("utf-8")
data.decode()
str(data, "utf-8")
u.upper()
"\u00df".upper()
"they're bill's".title()
str(1.0)
str(none)
str(yes)
str(l)
repr(s)
repr(u)
repr("it's")
repr('say "it\'s"')
repr("\n\t\\")
repr("\u200b\u00a0x")
repr(1.5)
int("42")
int(" 42 ")
int("ff", 16)
int(3.9)
int(-3.9)
int("1_000")
float("1.5")
float(3)
bool([])
bool("x")
list("abc")
list(range(3))
tuple([1, 2])
dict(a=1, b=2)
dict([("x", 1)])
set([1, 1])
range(5)
range(1, 10, 2)
list(range(5, 0, -1))
enumerate(l) and 1
list(enumerate(names))
list(enumerate(names, 1))
list(zip(l, names))
list(zip(l, names, t))
sorted(names)
sorted(names, key=str.lower)
sorted(l, reverse=True)
sorted(names, key=lambda x: len(x))
sorted(rows, key=lambda r: -r["id"])
sorted(d.items(), key=lambda kv: kv[0])
list(reversed(l))
list(map(str, l))
list(map(lambda x: x + 1, l))
list(filter(None, [0, 1, "", "x"]))
list(filter(lambda x: x > 1, l))
min(l)
max(l)
max(1, 5, 3)
min(names, key=len)
max([], default=0)
sum(l)
sum([0.1] * 3)
sum([[1], [2]], [])
abs(-5)
abs(-5.5)
round(2.5)
round(3.5)
round(2.675, 2)
round(1234.567, -2)
round(5)
round(0.5)
round(-1.5)
round(1e20 / 3, 2)
divmod(7, 2)
divmod(-7, 2)
pow(2, 5)
ord("a")
chr(233)
hex(255)
oct(8)
bin(5)
isinstance(s, str)
isinstance(l, (list, tuple))
isinstance(yes, int)
isinstance(a, bool)
type(a) is int
type(s) == str
type(a).__name__
s.__class__.__name__
hasattr(s, "upper")
hasattr(s, "nope")
getattr(s, "nope", "dflt")
getattr(s, "upper")()
callable(len)
len
str
ValueError
any([])
all([])
(lambda x, y=2: x + y)(1)
(lambda *args: args)(1, 2)
(lambda **kw: kw)(x=1)
(lambda *a, **k: (a, k))(1, b=2)
(lambda: a)()
[f(2) for f in [lambda x: x + 1]]
[f() for f in [lambda: i for i in range(3)]]
(n := 5) + n
l.index(2)
l.count(1)
l.copy()
t.index("two")
t.count(1)
[1, 2, 3].pop()
{"a": 1}.pop("a")
{"a": 1}.setdefault("b", 2)
{1, 2} & {2, 3}
{1, 2} - {2}
{1} | {2}
{1, 2} ^ {2, 3}
{1} <= {1, 2}
{1}.union([2])
{1, 2}.issuperset({1})
dict.fromkeys("ab", 0)
"x" in "xyz" and "yes" or "no"
escape("<a>")
xhtml_escape("'\"")
url_escape("a b/c")
url_escape("a b/c", False)
url_escape("a b/c", plus=False)
json_encode({"a": [1, 2.5, None, True], "b": "</script>"})
json_encode("\u00e9")
squeeze("a  b \n c")
linkify("see http://x.com now")
linkify("www.example.com", extra_params='rel="nofollow"')
datetime.datetime(2020, 1, 2, 3, 4, 5)
datetime.datetime(2020, 1, 2, 3, 4, 5, 678)
datetime.datetime(2020, 1, 2).strftime("%Y-%m-%d %H:%M:%S %a %A %b %B %d %j %U %w %W %y %I %p %f %%")
datetime.datetime(2020, 12, 31, 13, 5).strftime("%-d %e %l %-I:%M %p %D %F %T %R %G-W%V")
datetime.datetime(2020, 1, 2).strftime("%c | %x | %X")
datetime.date(2020, 2, 29)
datetime.date(2020, 2, 29).isoformat()
datetime.date(2020, 2, 29).weekday()
datetime.date(2020, 2, 29) + datetime.timedelta(days=1)
datetime.datetime(2020, 3, 1) - datetime.datetime(2020, 2, 1)
(datetime.datetime(2020, 3, 1) - datetime.datetime(2020, 2, 1)).days
datetime.datetime(2020, 3, 1) - datetime.timedelta(hours=1, minutes=30)
datetime.timedelta(days=1, seconds=5)
datetime.timedelta(seconds=-1)
datetime.timedelta(hours=25).total_seconds()
repr(datetime.timedelta(days=1, seconds=5))
repr(datetime.datetime(2020, 1, 2, 3, 4))
datetime.datetime.strptime("2020-05-06 07:08", "%Y-%m-%d %H:%M")
datetime.datetime.strptime("06 May 2020", "%d %b %Y")
datetime.datetime.utcfromtimestamp(0)
datetime.datetime.utcfromtimestamp(1234567890.5)
datetime.datetime(2020, 1, 2) < datetime.datetime(2020, 1, 3)
datetime.datetime(2020, 1, 2).replace(year=2021)
datetime.datetime(2020, 1, 2, 5).date()
datetime.datetime(2020, 1, 2, 5).isoformat()
datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)
"{:%Y/%m/%d}".format(datetime.datetime(2020, 1, 2))
f"{datetime.date(2020, 1, 2):%d.%m.%Y}"
max(datetime.date(2020, 1, 2), datetime.date(2021, 1, 2)).year
datetime.datetime(2020, 1, 2).isocalendar()[1]
"globals" in globals()
"s" in globals()
globals().get("nope", 1)
globals()["a"]
a  # a comment
[1,
 2]
a, b
*l, 1
x = 5
[[1, 2], [3]][0][1]
[i for i in range(10) if i % 2 if i > 3]
{"a": {"b": {"c": 1}}}["a"]["b"]["c"]
"%s" % (l,)
"%s %s" % tuple(names[:2])
"a\
b"
str.join(",", ["a", "b"])
1 if 0 else 2 if 0 else 3
not 1 == 2
- -1
+a
a<b
5 // 2 * 2 + 5 % 2
2 ** 3 ** 2
-a ** 2
yes + yes
yes & no
[] or {}
() or 0
"a" "b" if yes else "c"
"abc"[1:][0]
len("abc"[::2])
l[True]
range(10)[2:5]
range(10)[-1]
len(range(0, 10, 3))
list(range(10))[slice(1, 5, 2)]
bytes([104, 105])
b"a" + b"b"
b"abc"[0]
b"abc"[1:]
b"a,b".split(b",")
b"x".upper()
"caf\u00e9".encode("latin-1")
"{0} {0!r}".format("x")
"%s" % [1, "a"]
"%s" % {"a": 1}
str({"k": (1, [2, {3}])})
str((None, True, 1.0, b"x"))
[1, [2, [3]]]
str({"a": "it's", 'b"': '"'})
1e22
1.0e10
123456.789e3
5e-324
1.7976931348623157e308
0.1
100.0
1e100
3.0 * 2
10 % 3.5
2.0 ** 0.5
7 // 0.5
1_0.5_0
.5
5.
0 == -0.0
round(-0.4)
int("-0")
"".join(sorted("hello"))
"".join(reversed("abc"))
list("h\u00e9")
"\U0001f600"
len("\U0001f600")
repr("\U0001f600")
"x".join("abc")
"a-b_c".replace("-", "").replace("_", "")
s and s[0]
[r["name"] for r in rows if r["price"] > 9.9]
sum(r["price"] for r in rows)
"%.2f" % sum(r["price"] for r in rows)
max(rows, key=lambda r: r["price"])["name"]
{r["id"]: r["name"] for r in rows}
next(iter(l))
next((r for r in rows if r["id"] == 2), None)["name"]
next((r for r in rows if r["id"] == 3), None)
dict(zip(names, l))
list(d)
list(d.items())[0][1]
any(n.startswith("K") for n in names)
" ".join("%s=%s" % kv for kv in sorted({"b": 1, "a": 2}.items()))
isinstance(d, dict)
isinstance(none, type(None))
frozenset([1])
str(frozenset([1]))
"tab\there"
u"unicode"
""").split("\n")

# Those that raise: the class and the text of the error are compared.
ERRORS = r"""
1 / 0
1 // 0
1 % 0
1.0 / 0
1.0 // 0
nope
nope.x
s.nope
none.x
none["x"]
l[10]
t[10]
s[100]
d["nope"]
l["x"]
s["x"]
a["x"]
a()
"a" + 1
1 + "a"
[1] + (1,)
l + s
s - s
"a" * "b"
none + 1
-s
1 < "a"
[1] < 1
none < 1
len(5)
len(none)
int("x")
int("12.5")
int(none)
float("x")
float([])
for_ 
min([])
max(5)
sum(["a"])
"".join([1])
"".join(5)
"%d" % "x"
"%s %s" % "x"
"%s" % (1, 2)
"%(x)s" % {"y": 1}
"%z" % 1
"{}".format()
"{x}".format()
"{0}{}".format(1, 2)
"{".format()
"}".format()
"{:d}".format("x")
"{:z}".format("x")
l.index(99)
s.index("zz")
l.nope()
d.nope
[x for x in 5]
list(5)
dict(5)
{[]: 1}
{l}
d[l]
sorted([1, "a"])
chr(-1)
ord("ab")
(lambda x: x)()
(lambda x: x)(1, 2)
(lambda x: x)(y=1)
next(iter([]))
round("x")
abs("x")
[].pop()
{}.pop("x")
{}.popitem()
[1].remove(2)
"a".encode("nope")
a.x
len.x
range(1, 2, 0)
l[::0]
"x" in 5
1 in "abc"
5 in none
datetime.datetime(2020, 13, 1)
datetime.datetime(2020, 2, 30)
datetime.datetime.strptime("x", "%Y")
datetime.datetime.strptime("2020x", "%Y")
datetime.nope
b"\xff".decode()
getattr(s, "nope")
isinstance(1, 5)
"a".center()
2 ** "a"
f"{nope}"
f"{s:d}"
globals()["nope"]
"abc".split("")
enumerate(5)
iter(5)
zip(5)
s.startswith(5)
reversed(5)
divmod(1, 0)
0 ** -1
0.0 ** -1
(1, 2, 3)["a"]
json_encode({1, 2})
""".split("\n")

# Those that can't be read.
SYNTAX = r"""
1 +
(1
[1, 2
a b
a.
if x
for
lambda
x y z
'unterminated
1 = 2
f() = 2
a ==
a = = b
f(a=1, 2)
f(a=1, a=2)
{1: }
[x for]
[for x in l]
not
a if b
*l
a..b
a[
a[]
f"{"
f"{}"
f"}"
0777
1__0
"a" b"b"
$x
a ? b : c
a && b
!a
def
class
return 1
None = 1
yield
print 1
""".split("\n")

TEMPLATES = [
    "{% import re %}{% raw [re.findall('$', 'a\\n'), re.sub(r'\\s*$', '', 'a \\n'), re.search('a$', 'a\\n').span(), re.findall('(?m)$', 'a\\nb'), re.findall('[$]', '$')] %}",
    "{% import re %}{% raw [re.sub(r'\\$$', '', '5$'), re.split('$', 'a\\n'), bool(re.match(r'a\\Z', 'a\\n')), bool(re.fullmatch('a|ab', 'ab'))] %}",
    "{{ xhtml_escape(none) }}",
    "{{ linkify(none) }}",
    "{{ url_escape(t) }}",
    "{{ max(1, 2, x=3) }}",
    # Tags.
    "Hello {{ s }}!",
    "{# comment #}x{% comment another %}y",
    "{{! not }} {%! not %} {#! not #}",
    "{{{ a }}}",
    "{ {a} {{ a }} }",
    "{", "a{", "{}", "}}{{ a }}%}", "",
    "{% if a %}yes{% end %}",
    "{% if zero %}yes{% else %}no{% end %}",
    "{% if zero %}1{% elif a > 10 %}2{% elif a > 5 %}3{% else %}4{% end %}",
    "{% if a %}{% end %}",
    "{% for x in l %}{{ x }},{% end %}",
    "{% for x in [] %}{{ x }}{% else %}none{% end %}",
    "{% for x in l %}{% if x == 1 %}{% break %}{% end %}{{ x }}{% else %}never{% end %}",
    "{% for x in range(5) %}{% if x % 2 %}{% continue %}{% end %}{{ x }}{% end %}",
    "{% for k, v in sorted({'b': 1, 'a': 2}.items()) %}{{ k }}={{ v }};{% end %}",
    "{% for i, (x, y) in enumerate([(1, 2), (3, 4)]) %}{{ i }}{{ x }}{{ y }} {% end %}",
    "{% for first, *rest in [[1, 2, 3]] %}{{ first }}{{ rest }}{% end %}",
    "{% for x in l %}{% for y in l %}{{ x * y }} {% end %}|{% end %}",
    "{% for x in 1, 2, 3 %}{{ x }}{% end %}",
    "{% for c in 'h\u00e9y' %}[{{ c }}]{% end %}",
    "{% for x in d %}{{ x }} {% end %}",
    "{% set i = 0 %}{% while i < 3 %}{{ i }}{% set i += 1 %}{% end %}",
    "{% set i = 0 %}{% while True %}{% set i += 1 %}{% if i > 3 %}{% break %}{% end %}{{ i }}{% end %}",
    "{% set i = 0 %}{% while i < 2 %}{% set i += 1 %}{{ i }}{% else %}done{% end %}",
    "{% set x = 1 %}{{ x }}{% set x = x + 1 %}{{ x }}",
    "{% set x, y = 1, 2 %}{{ x }}{{ y }}",
    "{% set x = y = 3 %}{{ x }}{{ y }}",
    "{% set [x, y] = l[:2] %}{{ x }}{{ y }}",
    "{% set x = {} %}{% set x['k'] = 1 %}{{ x }}",
    "{% set x = [] %}{% set x.append(5) %}{{ x }}",
    "{% set x = [1] %}{% set x += [2] %}{{ x }}",
    "{% set x = 1; y = 2 %}{{ x + y }}",
    "{% set x = [1, 2, 3] %}{% set x[0] += 5 %}{{ x }}",
    "{% set x = [1, 2, 3] %}{% set del x[0] %}{{ x }}",
    "{% for x in l %}{% set last = x %}{% end %}{{ last }}{{ x }}",
    "{% set fns = [lambda: n for n in range(3)] %}{{ [f() for f in fns] }}",
    "{% set n = 1 %}{% set f = lambda: n %}{% set n = 2 %}{{ f() }}",
    "{% set add = lambda x: (lambda y: x + y) %}{{ add(1)(2) }}",
    "{% set f = lambda n: 1 if n < 2 else n * f(n - 1) %}{{ f(10) }}",
    "{% set f = lambda n, f: 1 if n < 2 else n * f(n - 1, f) %}{{ f(10, f) }}",
    "{% try %}{{ 1 / 0 }}{% except ZeroDivisionError %}caught{% end %}",
    "{% try %}{{ nope }}{% except NameError as e %}{{ e }}{% end %}",
    "{% try %}{{ d['x'] }}{% except (KeyError, IndexError) as e %}{{ e }}{% end %}",
    "{% try %}{{ d['x'] }}{% except LookupError %}lookup{% end %}",
    "{% try %}{{ d['x'] }}{% except %}bare{% end %}",
    "{% try %}{{ a }}{% except %}no{% else %}else{% finally %}finally{% end %}",
    "{% try %}a{{ 1 / 0 }}{% except Exception %}b{% finally %}c{% end %}",
    "{% try %}{% try %}{{ 1 / 0 }}{% finally %}inner{% end %}{% except %}outer{% end %}",
    "{% try %}{{ 1 / 0 }}{% except KeyError %}no{% except ArithmeticError %}yes{% end %}",
    "{% for x in l %}{% try %}{% if x == 1 %}{% break %}{% end %}{{ x }}{% finally %}f{% end %}{% end %}",
    "{% for x in l %}{% try %}{% continue %}{% finally %}f{{ x }}{% end %}{% end %}",
    "{% for x in l %}{% try %}{{ 1 / 0 }}{% except %}{% continue %}{% end %}never{% end %}ok",
    "{% for x in l %}{% try %}{% try %}{% break %}{% finally %}1{% end %}{% finally %}2{% end %}{% end %}",
    "{% for x in l %}{% try %}{{ 1 / 0 }}{% finally %}{% break %}{% end %}{% end %}swallowed",
    "{% try %}{% apply upper %}a{{ 1 / 0 }}{% end %}{% except %}x{% end %}y",
    "{% try %}{% for x in l %}{{ x }}{{ 1 / 0 }}{% end %}{% except %}x{% end %}{% for x in l %}{{ x }}{% end %}",
    "{% try %}{% raw 1 / 0 %}{% except ZeroDivisionError as e %}{{ repr(e) }} {{ type(e).__name__ }}{% end %}",
    "{% try %}{% set raise ValueError('bad') %}{% except ValueError as e %}{{ e }}{% end %}",
    "{% try %}{% set assert a == 8, 'no' %}{% except AssertionError as e %}{{ e }}{% end %}",
    "{% try %}{{ e }}{% except NameError %}unset{% end %}",
    "{% try %}{% try %}{{ 1 / 0 }}{% except Exception as e %}{{ nope }}{% end %}{% except NameError as n %}{{ n }}{% end %}{% try %}{{ e }}{% except NameError as n %}{{ n }}{% end %}",
    "{% for x in l %}{% try %}{{ 1 / 0 }}{% except Exception as e %}{{ e }}{% break %}{% end %}{% end %}{% try %}{{ e }}{% except NameError as n %}{{ n }}{% end %}",
    "{% for x in l %}{% try %}{{ 1 / 0 }}{% except Exception as e %}{% try %}{% continue %}{% finally %}{{ e }}{% end %}{% end %}{% end %}done",
    "{{ '\u4e2dx ab1c_d'.title() }}",
    "{% raw '<b>' %}{{ '<b>' }}",
    "{{ data }}{% raw data %}",
    "{% apply upper %}hello {{ s }}{% end %}",
    "{% apply upper %}{% apply squeeze %}a   b{% end %} c   d{% end %}",
    "{% apply xhtml_escape %}<{{ '<' }}>{% end %}",
    "{% set x = 1 %}{% apply upper %}{% set x = 2 %}{{ x }}{% end %}{{ x }}",
    "{% for x in l %}{% apply upper %}{{ x }}a{% end %}{% end %}",
    "{% apply upper %}{% for x in l %}{% if x == 1 %}{% break %}{% end %}{{ x }}b{% end %}{% end %}",
    "{% autoescape None %}{{ '<b>' }}",
    "{{ '<b>' }}{% autoescape None %}{{ '<b>' }}",
    "{% autoescape upper %}{{ s }}{% raw s %}",
    "{% autoescape xhtml_escape %}{{ '<' }}",
    "{% autoescape url_escape %}{{ 'a b' }}{{ 5 }}",
    "{% set escape = upper %}{{ 'a<' }}",
    "{% set xhtml_escape = upper %}{{ 'a<' }}",
    "{% import json %}{{ json.dumps([1]) }}",
    "{% from math import floor, ceil as up %}{{ floor(1.5) }}{{ up(1.5) }}",
    "{% import os.path %}{{ os.path.basename('a/b.txt') }}",
    "{% import datetime as dt %}{{ dt.date(2020, 1, 1) }}",
    "{% from urllib.parse import quote, urlencode %}{{ quote('a b/c') }} {{ urlencode({'a': 'b c'}) }}",
    "{% import re %}{{ re.sub('[aeiou]', '_', s) }} {{ re.findall('o.', s) }} {{ bool(re.match('H', s)) }}",
    "{% from tornado.escape import xhtml_escape as e %}{{ e('<') }}",
    "{% block x %}in{% end %}{% block y %}{{ a }}{% end %}",
    "{{ name = 5 }}{{ name }}",
    "{% whitespace all %}a   b\n\n  c",
    "{% whitespace single %}a   b\n\n  c \t d",
    "{% whitespace oneline %}a   b\n\n  c",
    "{% whitespace single %}<pre>a   b\n\n</pre>{{ a }}  x  ",
    "a\n\n  b {% whitespace oneline %} c\n\nd {% whitespace all %} e\n\nf",
    "{{ locals()['zz'] if 'zz' in locals() else 'no' }}{% set zz = 1 %}{{ locals()['zz'] }}",
    "{% for i in range(3) %}{% if i %}, {% end %}{{ i }}{% end %}",
    "{% set total = 0 %}{% for r in rows %}{% set total += r['price'] %}{% end %}{{ '%.2f' % total }}",
    "{% for r in rows %}{{ r['id'] }}: {{ r['name'] }} ({{ '%.2f' % r['price'] }})\n{% end %}",
    "{{ a if a else b }}{{ [x for x in l] }}{{ x if 'x' in globals() else 'unbound' }}",
    "{% if a and (b or\n c) %}x{% end %}",
    "{% set x = {\n'a': 1,\n} %}{{ x }}",
    "{% for x in l %}\n  {{ x }}\n{% end %}\n",
    "\u4e2d\u6587 {{ u }} \u00e9",
    "{% set \u00e9t\u00e9 = 1 %}{{ \u00e9t\u00e9 }}",
    "{{ [i for i in l][0] }}{{ {i: j for i, j in zip('ab', l)} }}",
    "{{ (lambda x: [x + y for y in l])(10) }}",
    "{% set x = 5 %}{{ [x for x in l] }}{{ x }}",
    "{% set k = 2 %}{{ [x * k for x in l] }}",
    "{% set k = 2 %}{{ list(map(lambda x: x * k, l)) }}",
    "{{ [y := 1, y] }}{{ y }}",
    "{% if (n := len(l)) > 2 %}{{ n }}{% end %}",
    # Python in several lines, indented as the code that Tornado makes.
    "{% set x = 1\n    y = 2 %}{{ x + y }}",
    "{% set x = a\n    if x > 5:\n        x = x - 4\n    elif x > 3:\n        x = 0\n    else:\n        x = 1\n    if x:\n        z = 'z'\n    %}{{ x }}{{ z }}",
    "{% if a %}{% set x = 1\n        if x: x = 2; y = 3 %}{{ x }}{{ y }}{% end %}",
    "{% for i in l %}{% set t = 0\n        for j in range(i):\n            if j == 2: break\n            t += j\n        else:\n            t += 10 %}{{ t }},{% end %}",
    "{% set i = 0\n    # a comment\n\n    while i < 3:\n        i += 1\n        if i == 2:\n            continue\n    %}{{ i }}",
    "{% set for x in l: pass %}{{ x }}",
    "{% set if a: q = 1 %}{{ q }}",
    "{% for x in l %}{% set if x == 1: break %}{{ x }}{% end %}",
    "{% set x = [\n1,\n  2] %}{{ x }}",
    "{% set x = 'a\\\nb' %}{{ x }}",
    "{% apply upper %}{% set x = 'a'\n        x += 'b' %}{{ x }}{% end %}",
]

# Those that raise or can't be read.
BROKEN = [
    "{% set x = 1\n  y = 2 %}", "{% set x = 1\ny = 2 %}", "{% set if a:\n    x = 1 %}", "{% set x = 1\n    if x:\n    y = 1 %}", "{% set break %}", "{% set if a %}", "{% set else: x = 1 %}",
    "{{ a\n + 1 }}", "{% if a\n and b %}{% end %}", "{% set x = a\n    + 1 %}{{ x }}", "{% set if a: x = 1\n    elif b: x = 2\n    else: x = 3\n        y = 4 %}",
    "{% if %}x{% end %}", "{% if a %}", "{% end %}", "{{ }}", "{% %}", "{{ a", "{% if a", "{# x",
    "{% foo %}", "{% 'x %}", "{% else %}", "{% elif a %}", "{% except %}", "{% finally %}",
    "{% for x in l %}{% elif a %}{% end %}", "{% if a %}{% except %}{% end %}",
    "{% break %}", "{% continue %}", "{% for x in l %}{% apply upper %}{% break %}{% end %}{% end %}",
    "{% extends %}", "{% include %}", "{% block %}{% end %}", "{% apply %}{% end %}", "{% set %}",
    "{% import %}", "{% from %}", "{% whitespace bogus %}", "{% try %}x{% end %}",
    "{% if a %}{% else %}{% else %}{% end %}", "{% if a %}{% else %}{% elif b %}{% end %}",
    "{% for x in l %}{% else %}{% else %}{% end %}", "{% for x %}{% end %}", "{% for 1 in l %}{% end %}",
    "{% while %}{% end %}", "{% if a, b %}{% end %}", "{% set 1 = x %}", "{% set x = %}",
    "{% try %}{% except %}{% except KeyError %}{% end %}", "{% try %}{% else %}{% end %}",
    "a\nb\n{{ 1 / 0 }}", "\n\n{% if a %}\n{{ nope }}{% end %}", "{% for x in 5 %}{% end %}",
    "{% for x, y in l %}{% end %}", "{% for x, y in [(1, 2, 3)] %}{% end %}", "{% set x, y = 1, 2, 3 %}", "{% set x, y = [1] %}",
    "{{ x }}{% set x = 1 %}", "{% set a = a + 1 %}", "{% if zero %}{% set q = 1 %}{% end %}{{ q }}",
    "{% set x = 1 %}{% set del x %}{{ x }}", "{% apply upper %}{{ s2 }}{% end %}",
    "{% apply nope %}x{% end %}", "{% autoescape nope %}{{ a }}", "{% import nope_module %}",
    "{% from json import nope_name %}", "{% try %}{{ 1 / 0 }}{% finally %}x{% end %}",
    "{% try %}{{ 1 / 0 }}{% except KeyError %}x{% end %}", "{% module X() %}",
    "{% apply len %}x{% end %}", "{% raw nope %}", "{% set raise ValueError('boom') %}",
    "{% set x = lambda: nope %}\n{{ x() }}", "{{ [1 / i for i in [1, 0]] }}",
    "{% for x in {'a': 1} %}{{ globals()['d'].update({x + 'z': 1}) }}{% end %}{{ 1 / 0 }}",
    "{% extends \"x.html\" %}",
]

# Several files; the first is the page.
FAMILIES = [
    {"p.html": '{% extends "b.html" %}ignored{% block x %}child{% end %}', "b.html": "<{% block x %}base{% end %}|{% block y %}y{% end %}>"},
    {"p.html": '{% extends "m.html" %}{% block x %}p{% end %}', "m.html": '{% extends "b.html" %}{% block x %}m{% end %}{% block y %}my{% end %}', "b.html": "{% block x %}{% end %}{% block y %}{% end %}"},
    {"p.html": '{% include "i.html" %}{% include "i.html" %}', "i.html": "[{{ a }}]"},
    {"p.html": '{% for x in l %}{% include "i.html" %}{% end %}', "i.html": "{{ x }}{% set seen = x %}"},
    {"p.html": '{% set z = 1 %}{% include "i.html" %}{{ z }}', "i.html": "{% set z = z + 1 %}"},
    {"d/p.html": '{% extends "../b.html" %}{% block x %}{% include "i.html" %}{% end %}', "b.html": "({% block x %}{% end %})", "d/i.html": "i"},
    {"p.html": '{% include "i.html" %}{% block x %}outer{% end %}', "i.html": "{% block x %}inner{% end %}"},
    {"p.html": '{% extends "b.html" %}{% block x %}{{ "<" }}{% end %}', "b.html": '{% autoescape None %}{{ "<" }}{% block x %}{% end %}{% block y %}{{ ">" }}{% end %}'},
    {"p.html": '{% autoescape None %}{% extends "b.html" %}{% block x %}{{ "<" }}{% end %}', "b.html": '{{ "<" }}{% block x %}{% end %}'},
    {"p.html": '{% include "i.html" %}{{ "<" }}', "i.html": '{% autoescape None %}{{ "<" }}'},
    {"p.html": "{% extends b.html %}{% block x %}1{% end %}", "b.html": "{% block x %}{% end %}"},
    {"p.html": "{% extends 'b.html' %}{% block a %}{% block b %}new{% end %}{% end %}", "b.html": "{% block a %}A{% block b %}B{% end %}{% end %}"},
    {"p.txt": "a   b\n\n c{% include 'i.html' %}", "i.html": "x    y\n\n z"},
    {"p.html": '{% extends "b.html" %}{% set t = 1 %}{% block x %}{{ a }}{% end %}', "b.html": "{% block x %}{% end %}"},
    {"p.html": '{% extends "b.html" %}{% block x %}{% if a %}{% block z %}z{% end %}{% end %}{% end %}', "b.html": "{% for i in l %}{% block x %}{% end %}{% end %}"},
    # With errors.
    {"p.html": '{% extends "b.html" %}\n{% block x %}\n{{ 1 / 0 }}{% end %}', "b.html": "\n\n{% block x %}{% end %}"},
    {"p.html": '\n{% include "i.html" %}', "i.html": "\n\n{{ 1 / 0 }}"},
    {"p.html": '\n{% include "i.html" %}', "i.html": "\n{% include 'j.html' %}", "j.html": "\n\n\n{% set x = nope %}"},
    {"p.html": '{% extends "b.html" %}', "b.html": "\n{{ 1 / 0 }}"},
    {"p.html": '{% extends "b.html" %}{% block x %}\n{% include "i.html" %}{% end %}', "b.html": "\n{% block x %}{% end %}", "i.html": "{{ nope }}"},
    {"p.html": '{% extends "missing.html" %}'},
    {"p.html": '{% include "missing.html" %}'},
    {"p.html": '{% include "i.html" %}', "i.html": "{% if %}"},
    {"p.html": '{% include "i.html" %}', "i.html": "{{ }}"},
    {"p.html": '{% include "i.html" %}', "i.html": '{% extends "b.html" %}', "b.html": "b"},
    {"p.html": '{% if a %}{% extends "b.html" %}{% end %}', "b.html": "b"},
]


class Grammar:
    """Random expressions of what templates use."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *items):
        return self.random.choice(items)

    def number(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.3:
            return self.pick("a", "b", "f", "zero", "1", "2", "10", "0.5", "-1", "l[0]", "len(s)", "yes", "3.75", "1e3")
        if r < 0.6:
            return f"({self.number(depth - 1)} {self.pick('+', '-', '*', '/', '//', '%')} {self.number(depth - 1)})"
        if r < 0.65:
            return f"{self.pick('abs', 'int', 'float', 'round')}({self.number(depth - 1)})"
        if r < 0.7:
            return f"round({self.number(depth - 1)}, {self.pick(0, 1, 2)})"
        if r < 0.75:
            return f"{self.pick('max', 'min', 'sum', 'len')}({self.list(depth - 1)})"
        if r < 0.8:
            return f"({self.number(depth - 1)} if {self.test(depth - 1)} else {self.number(depth - 1)})"
        if r < 0.85:
            return f"{self.text(depth - 1)}.{self.pick('find', 'count')}({self.text(0)})"
        if r < 0.9:
            return f"({self.number(depth - 1)} {self.pick('and', 'or')} {self.number(depth - 1)})"
        return f"d.get({self.text(0)}, {self.number(depth - 1)})"

    def text(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.2:
            return self.pick("s", "u", "empty", "'x'", "'a,b'", "names[0]", "'<&>'", "'one'", "\"it's\"", "'  pad '", "'%s|'", "'\\u00e9\\n'")
        if r < 0.3:
            return f"({self.text(depth - 1)} + {self.text(depth - 1)})"
        if r < 0.45:
            return f"{self.text(depth - 1)}.{self.pick('upper', 'lower', 'title', 'strip', 'capitalize', 'swapcase', 'lstrip')}()"
        if r < 0.5:
            return f"str({self.any(depth - 1)})"
        if r < 0.55:
            return f"repr({self.any(depth - 1)})"
        if r < 0.6:
            return f"{self.text(depth - 1)}[{self.index()}]"
        if r < 0.67:
            spec = self.pick("%s", "%r", "%5s|", "%-6s|", "<%s>", "%.2f", "%d", "%05.1f", "%x", "%g", "%+d", "%e")
            return f"('{spec}' % ({self.any(depth - 1)},))"
        if r < 0.75:
            spec = self.pick("{}", "{:>8}", "{:<8}|", "{!r}", "{:.2f}", "{:,}", "{:05}", "{:^9}", "{:x}", "{:g}", "{:.3}", "{:+.1f}", "{:e}", "{:%}", "{:_.1f}")
            return f"'{spec}'.format({self.any(depth - 1)})"
        if r < 0.8:
            return f"{self.text(0)}.join({self.texts(depth - 1)})"
        if r < 0.85:
            return f"{self.text(depth - 1)}.replace({self.text(0)}, {self.text(0)})"
        if r < 0.9:
            return f"({self.text(depth - 1)} if {self.test(depth - 1)} else {self.text(depth - 1)})"
        if r < 0.95:
            return f"{self.text(depth - 1)}.{self.pick('center', 'ljust', 'rjust', 'zfill')}({self.pick(3, 8, 11)})"
        return f"({self.text(depth - 1)} * {self.pick(0, 1, 2)})"

    def index(self):
        part = lambda: self.pick("", "0", "1", "-1", "2", "-3", "10")
        return self.pick(self.pick("0", "-1", "1"), f"{part()}:{part()}", f"{part()}:{part()}:{self.pick('', '1', '-1', '2', '-2')}")

    def texts(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.4:
            return self.pick("names", "[s, 'x']", "s", "sorted(d)", "s.split()", "'a,b,,c'.split(',')")
        if r < 0.7:
            return f"[{self.pick('str(x)', 'x.upper()', 'x + x', 'x[:2]')} for x in {self.texts(depth - 1)}]"
        return f"{self.pick('sorted', 'list', 'reversed', 'set')}({self.texts(depth - 1)})".replace("set(", "sorted(")

    def list(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.3:
            return self.pick("l", "[1, 2]", "[]", "range(3)", "(4, 5)", "[0.5, 2]", "sorted(l)")
        if r < 0.5:
            return f"[{self.number(depth - 1)}, {self.number(depth - 1)}]"
        if r < 0.7:
            return f"[x {self.pick('* 2', '+ a', '% 2', '- 1')} for x in {self.list(depth - 1)}{self.pick('', ' if x', ' if x > 1')}]"
        if r < 0.8:
            return f"{self.pick('sorted', 'list', 'tuple')}({self.list(depth - 1)})"
        if r < 0.9:
            return f"list({self.list(depth - 1)})[{self.random.choice(['::-1', '1:', ':-1', ':2'])}]"
        return f"list(map(lambda x: x * {self.number(0)}, {self.list(depth - 1)}))"

    def test(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.2:
            return self.pick("yes", "no", "a", "empty", "none", "l", "zero", "d")
        if r < 0.5:
            operator = self.pick("<", "<=", ">", ">=", "==", "!=")
            return f"{self.number(depth - 1)} {operator} {self.number(depth - 1)}"
        if r < 0.6:
            return f"{self.text(depth - 1)} {self.pick('in', 'not in')} {self.text(depth - 1)}"
        if r < 0.7:
            return f"(not {self.test(depth - 1)})"
        if r < 0.85:
            return f"({self.test(depth - 1)} {self.pick('and', 'or')} {self.test(depth - 1)})"
        if r < 0.92:
            return f"{self.any(depth - 1)} {self.pick('is', 'is not')} None"
        return f"{self.number(depth - 1)} < {self.number(depth - 1)} <= {self.number(depth - 1)}"

    def any(self, depth):
        r = self.random.random()
        if r < 0.3:
            return self.number(depth)
        if r < 0.6:
            return self.text(depth)
        if r < 0.75:
            return self.list(depth)
        if r < 0.85:
            return f"({self.test(depth)})"
        if r < 0.9:
            return self.pick("none", "d", "t", "data", "rows", "d.items()", "dict(zip(l, names))")
        return f"({self.any(depth - 1)}, {self.any(depth - 1)})" if depth > 0 else "t"

    def body(self, depth):
        """A template of tags and expressions."""
        r = self.random.random()
        if depth <= 0 or r < 0.3:
            return self.pick(" text ", "<b>", "{{ " + self.any(1) + " }}", "{% raw " + self.text(1) + " %}", "{{ v }}", "{{ w }}")
        if r < 0.45:
            return self.body(depth - 1) + self.body(depth - 1)
        if r < 0.6:
            tail = self.pick("", "{% else %}" + self.body(depth - 1), "{% elif " + self.test(1) + " %}" + self.body(depth - 1))
            return "{% if " + self.test(2) + " %}" + self.body(depth - 1) + tail + "{% end %}"
        if r < 0.72:
            jump = self.pick("", "", "{% if " + self.test(1) + " %}{% break %}{% end %}", "{% if " + self.test(1) + " %}{% continue %}{% end %}")
            tail = self.pick("", "", "{% else %}E")
            return "{% for " + self.pick("v", "w", "x") + " in " + self.list(2) + " %}" + self.body(depth - 1) + jump + self.body(depth - 2) + tail + "{% end %}"
        if r < 0.82:
            return "{% set " + self.pick("v", "w", "v = w") + " = " + self.any(1) + " %}" + self.body(depth - 1)
        if r < 0.9:
            name = self.pick("", " Exception", " KeyError", " (TypeError, ValueError)", " Exception as w")
            tail = self.pick("", "{% finally %}F", "{% else %}O")
            return "{% try %}" + self.body(depth - 1) + "{% except" + name + " %}!" + self.body(depth - 2) + tail + "{% end %}"
        return "{% apply " + self.pick("upper", "squeeze", "escape") + " %}" + self.body(depth - 1) + "{% end %}"

    def spec(self):
        """A format spec, most of them right."""
        fill = self.pick("", "", "", "<", ">", "^", "=", "*<", "0>", "x^", "_=")
        return fill + self.pick("", "", "", "+", " ", "-") + self.pick("", "", "", "#") + self.pick("", "", "0") + self.pick("", "1", "5", "12") + self.pick("", "", ",", "_") + self.pick("", "", ".0", ".1", ".3", ".10") + self.pick("", "d", "s", "f", "e", "g", "%", "x", "X", "b", "o", "c", "n", "F", "E", "G", "q")

    def percent(self):
        return "%" + self.pick("", "-", "0", "+", " ", "#", "-0", "+0") + self.pick("", "3", "8") + self.pick("", ".0", ".2", ".7") + self.pick("s", "r", "a", "d", "i", "u", "f", "e", "g", "x", "X", "o", "c", "F", "E", "G", "%", "y")

    def scalar(self):
        return self.pick("0", "1", "-1", "7", "255", "65", "-1234567", "99999", "0.0", "-0.0", "0.5", "1.5", "2.5", "1234.5678", "-0.001", "1e-5", "1e16", "1.0e300", "123456789.0", "float('inf')", "-float('inf')", "float('nan')", "True", "None", "'x'", "'65'", "'h\\u00e9'", "''", "b'x'", "(1,)", "[]", "1/3", "2/3", "1e22", "0.1+0.2", "100.0", "5e-324")

    def piece(self):
        return self.pick("''", "'a'", "'b'", "' '", "'ab'", "'l'", "','", "'A'", "'\\u00e9'", "None", "1", "0", "-1", "2", "s", "'xy'", "5", "True")

    def string(self):
        return self.pick("s", "u", "''", "'a,b,,c'", "' a  b '", "'ABC def'", "'l\\nm\\r\\nn'", "'\\tx\\ty'", "'abcabc'", "'-12'", "'12.5'", "'\\u00df\\u0130\\u01c6'", "'a1b2'", "'\\u0661\\u00b2'", "'__x'", "'it\\'s'")

    def call(self):
        """A call of a method or of a function, with arguments that may be wrong."""
        r = self.random.random()
        args = ", ".join(self.piece() for _ in range(self.pick(0, 1, 1, 2, 2, 3)))
        if r < 0.35:
            name = self.pick("capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill")
            return f"{self.string()}.{name}({args})"
        if r < 0.42:
            name = self.pick("count", "index", "append", "extend", "insert", "pop", "remove", "copy", "reverse", "sort", "clear")
            return f"(lambda x: (x.{name}({args}), x))([3, 'a', 1.0, None, 'a'])"
        if r < 0.5:
            name = self.pick("get", "pop", "setdefault", "keys", "values", "items", "copy", "update", "popitem", "clear")
            return f"(lambda x: (x.{name}({args}), x))({{'a': 1, 1: 'b', None: 2}})"
        if r < 0.62:
            return f"format({self.scalar()}, '{self.spec()}')"
        if r < 0.72:
            return f"'{self.percent()}' % ({self.scalar()},)"
        if r < 0.8:
            operator = self.pick("+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", "in", "is", "and", "or", "&", "|", "^", ">>")
            return f"{self.scalar()} {operator} {self.scalar()}"
        if r < 0.88:
            name = self.pick("int", "float", "str", "repr", "bool", "abs", "round", "len", "list", "tuple", "sorted", "max", "min", "sum", "ord", "chr", "hex", "oct", "bin", "divmod", "range", "enumerate", "reversed", "any", "all", "isinstance", "ascii", "set", "dict", "type", "bytes")
            # Whole numbers of more than 64 bits are one of the differences.
            args = ", ".join(self.scalar() for _ in range(self.pick(1, 1, 1, 2)))
            return f"{name}({args})".replace("1.0e300", "1.0e3").replace("1e22", "1e2").replace("1e16", "1e6")
        if r < 0.94:
            date = self.pick("datetime.datetime(2020, 2, 29, 23, 59, 58, 7)", "datetime.datetime(1999, 12, 31)", "datetime.date(2024, 1, 1)", "datetime.datetime(2021, 1, 3, 12)", "datetime.datetime(2000, 7, 4, 0, 30, tzinfo=datetime.timezone.utc)")
            return f"{date}.strftime('{''.join(self.pick('%Y', '%m', '%d', '%H', '%I', '%M', '%S', '%p', '%a', '%A', '%b', '%B', '%j', '%U', '%W', '%w', '%u', '%V', '%G', '%y', '%C', '%e', '%c', '%x', '%X', '%f', '%z', '%Z', '%-d', '%-H', '%D', '%T', '%F', '%%', '%h', '%k', '%l', '%n', ' ') for _ in range(4))}')"
        if r < 0.97:
            delta = lambda: f"datetime.timedelta({self.pick('days', 'hours', 'seconds', 'minutes', 'weeks', 'microseconds')}={self.pick(0, 1, -1, 36, 0.5, 1000, -90)})"
            return self.pick(f"{delta()}", f"repr({delta()})", f"{delta()} + {delta()}", f"{delta()} - {delta()}", f"{delta()} * {self.pick(2, -1, 0.5)}", f"{delta()} / 2", f"{delta()}.days", f"{delta()}.seconds", f"{delta()}.total_seconds()", f"{delta()} < {delta()}", f"datetime.datetime(2020, 2, 29) + {delta()}", f"datetime.date(2020, 3, 1) - {delta()}")
        return f"{self.string()}[{self.index()}]"

    # Further forms, which are by themselves so that the cases above stay as they are.

    def value(self, depth):
        """What real files have beside numbers and texts."""
        r = self.random.random()
        if depth <= 0 or r < 0.1:
            return self.any(0)
        inner = depth - 1
        if r < 0.2:
            quote = self.pick("'", '"')
            parts = (self.pick("a", "<", "{{{{", "}}}}", "\\u00e9", " ", "{%s}" % self.inline(), "{%s!r}" % self.inline(), "{%s:%s}" % (self.pick("a", "f", "b"), self.pick(">6", "05", ".1f", "+", "{a}", "")), "{%s=}" % self.pick("a", "s", "l"), "{d[%s]}" % ('"one"' if quote == "'" else "'one'")) for _ in range(self.pick(1, 2, 3)))
            text = f"f{quote}{''.join(parts)}{quote}"
            # What ends a tag is not for an f-string.
            return "s" if "{{" in text or "}}" in text or "%}" in text else text
        if r < 0.28:
            clause = self.pick("for k, v in d.items()", "for k, v in sorted(d.items(), key=lambda p: str(p[1]))", "for k, v in enumerate(names)", "for k, v in zip(l, names)", "for k in l for v in names if k > 1", "for k, *v in [(1, 2, 3), (4,)]")
            element = self.pick("[k, v]", "(v, k)", "str(k) + str(v)", "{k: v}", "k if v else v", "'%s=%s' % (k, v)")
            return self.pick(f"[{element} {clause}]", f"list({element} {clause})", f"', '.join(str({element}) {clause})", f"{{str(k): {element} {clause}}}", f"sorted({{str({element}) {clause}}})", f"len({{str({element}) {clause}}})")
        if r < 0.36:
            function = self.pick("(lambda x, y=2: (x, y))", "(lambda *p, **q: (p, sorted(q.items())))", "(lambda x=a: x)", "(lambda x, *p: [x] + list(p))", "dict", "max", "min")
            args = self.pick("a, b", "*l", "a, *l", "*l, *t[:1]", "1", "", "x=1", "1, y=5", "**{'x': 3}", "a, **{'y': b}")
            return f"{function}({args})"
        if r < 0.44:
            return self.pick("xhtml_escape", "url_escape", "json_encode", "squeeze", "escape", "url_escape", "linkify") + f"({self.pick(self.text(inner), self.text(inner), self.any(inner))})"
        if r < 0.52:
            pattern = self.pick("r'\\\\w+'", "r'(\\\\w)(\\\\w)?'", "'[aeiou]'", "r'\\\\s*,\\\\s*'", "'(?i)H'", "r'(?P<n>o)'", "'$'", "'x*'", "r'\\\\d+|\\\\W'", "'l(?=o)'").replace("\\\\\\\\", "\\\\")
            pattern = pattern.replace("\\\\", "\\")
            text = self.text(0)
            return self.pick(f"re.sub({pattern}, {self.pick('1', '2').join([chr(39) + '<', '>' + chr(39)])}, {text})", f"re.findall({pattern}, {text})", f"re.split({pattern}, {text})", f"bool(re.match({pattern}, {text}))", f"[m.span() for m in re.finditer({pattern}, {text})]", f"re.sub({pattern}, lambda m: m.group(0).upper(), {text})", f"(re.search({pattern}, {text}) or [None])[0]")
        if r < 0.58:
            return f"json.dumps({self.pick(self.any(inner), self.list(inner), 'd', 'rows')})"
        if r < 0.64:
            return f"urllib.parse.{self.pick('quote', 'quote_plus', 'unquote')}({self.text(inner)})"
        if r < 0.7:
            return f"math.{self.pick('floor', 'ceil', 'sqrt', 'fabs', 'trunc')}({self.number(inner)})"
        if r < 0.76:
            return f"{self.pick('l', 't', 'names', 's', 'u', 'list(d)', 'range(7)')}[{self.index()}]"
        if r < 0.82:
            operator = self.pick("|", "&", "-", "^", "<=", "==", "<", ">=")
            sets = lambda: self.pick("set(l)", "{1, 2}", "set()", "frozenset([2, 3])", "set([7])")
            return f"(lambda x: sorted(x) if isinstance(x, (set, frozenset)) else x)({sets()} {operator} {sets()})"
        if r < 0.88:
            return f"[{self.value(inner)}, {self.value(inner)}]"
        if r < 0.94:
            return f"({self.value(inner)} if {self.test(inner)} else {self.value(inner)})"
        return f"{self.pick('str', 'repr', 'bool', 'type')}({self.value(inner)})"

    def inline(self):
        return self.pick("a", "f", "s", "l", "none", "a + b", "l[0]", "a / 3", "u", "t")

    def block(self, depth):
        """Tags, those of real files."""
        r = self.random.random()
        inner = depth - 1
        if depth <= 0 or r < 0.3:
            return self.pick(" text\n", "\n\n", "  <b>  x </b>\n", "{{ " + self.value(2) + " }}", "{% raw " + self.value(1) + " %}", "{{ " + self.any(2) + " }}", "{{ x }}", "{{ y }}", "{# note #}", "{% comment note %}", "{{! left }}", "{%! left %}")
        if r < 0.42:
            return self.block(inner) + self.block(inner)
        if r < 0.5:
            return "{% for " + self.pick("x in l", "x, y in d.items()", "x, y in enumerate(names)", "x in reversed(l)", "x in sorted(names, key=str.lower)", "x in s[:3]", "(x, y), z in zip(d.items(), l)", "x in range(3, 0, -1)", "row in rows") + " %}" + self.block(inner) + self.pick("", "{% if x == 1 %}{% break %}{% end %}", "{% else %}none" + self.block(inner)) + "{% end %}"
        if r < 0.56:
            return "{% set n = " + self.pick("3", "2", "0") + " %}{% while n %}{% set n -= 1 %}" + self.block(inner) + self.pick("", "{% if n == 1 %}{% continue %}{% end %}.", "{% else %}done") + "{% end %}"
        if r < 0.66:
            return "{% set " + self.pick("x = " + self.value(1), "x, y = l[:2]", "x = y = " + self.value(1), "z += 1", "d['one'] = " + self.value(1), "x, *y = names", "(x, y) = t[:2]", "x = x + 1", "y = []", "d2 = dict(d, x=1)") + " %}" + self.block(inner)
        if r < 0.74:
            return "{% if " + self.test(2) + " %}" + self.block(inner) + "{% elif " + self.test(1) + " %}" + self.block(inner) + "{% else %}" + self.block(inner) + "{% end if %}"
        if r < 0.82:
            return "{% try %}" + self.block(inner) + "{% except " + self.pick("", "Exception as e", "(KeyError, NameError) as e", "ZeroDivisionError") + " %}" + self.pick("!", "{{ x }}", self.block(inner)) + self.pick("", "{% else %}" + self.block(inner)) + self.pick("", "{% finally %}" + self.block(inner)) + "{% end %}"
        if r < 0.88:
            return "{% apply " + self.pick("upper", "squeeze", "escape", "url_escape") + " %}" + self.block(inner) + "{% end %}"
        if r < 0.92:
            return "{% autoescape " + self.pick("None", "xhtml_escape", "url_escape", "upper") + " %}" + self.block(inner)
        if r < 0.95:
            return "{% whitespace " + self.pick("all", "single", "oneline") + " %}" + self.block(inner)
        if r < 0.98:
            return "{% import " + self.pick("json", "math", "re", "datetime as dt", "urllib.parse") + " %}" + self.block(inner)
        return "{% from " + self.pick("math import floor", "json import dumps as j", "datetime import datetime as dt, timedelta") + " %}" + self.block(inner)

    def page(self):
        """A page of some files: a base, a child, an include."""
        start = "{% import re, json, math, urllib.parse %}" if self.random.random() < 0 else "{% import re %}{% import json %}{% import math %}{% import urllib.parse %}"
        ending = self.pick(".html", ".html", ".txt", ".js")
        name = lambda stem: stem + ending
        if self.random.random() < 0.5:
            return {name("page"): start + self.block(4)}
        child = "{% extends " + self.pick('"base%s"', "base%s") % ending + " %}" + self.pick("", start)
        for block in ("head", "body", "foot"):
            if self.random.random() < 0.6:
                child += "{% block " + block + " %}" + start + self.block(3) + "{% end %}\n"
        base = "<html>" + start + self.block(1) + "{% block head %}H" + self.block(1) + "{% end %}\n{% block body %}" + self.pick("", "{% include part" + ending + " %}", "{% block foot %}inner{% end %}") + "{% end %}" + self.block(2) + "{% include \"part" + ending + "\" %}</html>"
        part = self.pick("", "{% autoescape None %}", "{% whitespace oneline %}") + start + "<p> {{ s }} \n " + self.block(2) + "</p>"
        return {name("page"): child, name("base"): base, name("part"): part}
