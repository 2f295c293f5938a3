"""Asks Tornado and Python's gettext for what locales do: writes locales.json beside this file.

Run it with the Python that runs Tornado, after a change of the lists below:

    python crates/tornado-locale/tests/golden/locales.py

Bytes are written in hexadecimal. What is null is an error in Python.
"""

import datetime
import gettext
import io
import itertools
import json
import logging
import pathlib
import random
import struct
import tempfile
import types

import tornado.locale

RANDOM = random.Random(7)
LINES = []


class Lines(logging.Handler):
    def emit(self, record):
        LINES.append(record.getMessage())


logging.getLogger("tornado.general").addHandler(Lines(logging.WARNING))


def load(function, *args):
    """What a function of Tornado's module has loaded: translations and log lines, or null."""
    tornado.locale.Locale._cache = {}
    tornado.locale._use_gettext = False
    tornado.locale.set_default_locale("en_US")
    LINES.clear()
    try:
        function(*args)
    except Exception:
        return None
    return list(LINES)


# CSV files


def csv_case(data, encoding=None):
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "xx.csv").write_bytes(data)
        lines = load(tornado.locale.load_translations, directory, encoding)
    tables = None if lines is None else tornado.locale._translations["xx"]
    return {"file": data.hex(), "encoding": encoding, "tables": tables, "log": lines}


def csv_cases():
    texts = [
        "a,b", "a,b\n", '"a","b"\r\n"c","d"\r', "a\n\nb,c\n", 'a,"b ""x"" c"', 'a,"b"c"d', 'a,b"c"', "a,b,plural\na,c,singular\na,d,unknown\na,e,\n",
        "a,b,many\nc,d,Plural\ne,f, plural \n", " a , b \n\u00a0c\u2003,\x1fd\x85\n", '"a\nb","c\r\nd"\n', '"a,b\nc,d\n', 'a,"', "a,", ",b", ",", "", "\n",
        "a,b,plural,x", "\ufeffa,b", "a,b\x00c\n", "\u00e9,\u4e2d\U0001f600\n", "a,b,'\n", "a,b,it's\n", 'a,b,"it""s \'"\n', "a,b,\u00e9\n",
        "a,b\x0bc,d\x0ce,f\x1cg\u2028h,i\n", '"a" ,"b" ,plural', ' "a", "b"', "a\tb\tc", "a,b\n#c,d",
    ]
    soup = ["a", "b", '"', '"', ",", ",", "\n", "\r", " ", "plural", "\u00e9"]
    texts += ["".join(RANDOM.choice(soup) for _ in range(RANDOM.randrange(4, 24))) for _ in range(150)]
    for text in texts:
        yield csv_case(text.encode())
    for encoding in ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]:
        yield csv_case("school,\u00e9cole \U0001f600".encode(encoding))
    for data, encoding in [
        (b"\xff\xfe", None), (b"\xfe\xff\x00a\x00,\x00b", None), (b"\xff\xfea\x00,\x00b", None), (b"\xff\xfea\x00,\x00\x00\xd8", None),
        (b"a,\xff", None), (b"\xef\xbb\xbf\xef\xbb\xbfa,b", None), (b"a,\xe9", "latin1"), (b"a,\xe9", "ISO_8859-1"), (b"a,\xe9", "ascii"),
        (b"\xef\xbb\xbfa,b", "utf-8"), (b"a,b", "utf-16"), (b"", "utf-16"), (b"a,\xd0", "koi8-r"), (b"a,b", "nothing"), (b"a,\xa4", "iso-8859-15"),
        (b"a,\x80", "windows-1252"), (b"a,\xc6\xfc", "euc-jp"), (b"a,\x93\xfa", "shift_jis"), (b"a,\xc4\xe3", "gbk"), (b"a,\xb1\xcf", "euc-kr"), (b"a,\xc3", "iso-8859-5"),
    ]:
        yield csv_case(data, encoding)


# Plural forms

NUMBERS = [*range(-12, 26), 99, 100, 101, 102, 111, 1000, 1000000, 10**9]


def plural_case(text):
    try:
        index = gettext.c2py(text)
    except Exception:
        return [text, None]
    values = []
    for number in NUMBERS:
        try:
            value = index(number)
        except ZeroDivisionError:
            value = -1
        values.append(value if 0 <= value < 2**62 else -1)
    return [text, values]


def expression(depth):
    kind = RANDOM.randrange(12 if depth else 3)
    if kind < 2:
        return "n"
    if kind < 3:
        return str(RANDOM.randrange(12))
    if kind < 4:
        return f"({expression(depth - 1)})"
    if kind < 5:
        return "!" + expression(depth - 1)
    if kind < 6:
        return f"{expression(depth - 1)}?{expression(depth - 1)}:{expression(depth - 1)}"
    operator = RANDOM.choice("|| && == != < > <= >= + - * / %".split())
    return f"{expression(depth - 1)}{RANDOM.choice(['', ' '])}{operator}{RANDOM.choice(['', ' '])}{expression(depth - 1)}"


def plural_cases():
    known = [
        "0", "n != 1", "n!=1", "n>1", "n==1 ? 0 : n==2 ? 1 : 2", "n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2",
        "n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2", "n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2",
        "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2", "(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2",
        "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2", "n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3",
        "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
    ]
    odd = [
        "", " ", "n +", "(n", "n)", "()", "n n", "2n", "n2", "N", "x", "n = 1", "n & 1", "-n", "n ? 1", "n ? : 1", "n ? 1 : 2 : 3", "1.5", "0x1", "010", "n\n", "\tn", "!n", "!!!n",
        "!n == 1", "n == !n", "n && !n", "n == !n < 2", "(!n) == 1", "!n < 1 < 2", "n < 1 < 2", "n < 2 == 1", "n == 2 < 1", "n == 1 == 1", "n/0", "n%0", "1/n", "n || 1/0", "0 && 1/0",
        "n && 5", "n || 7", "n ? n ? 1 : 2 : 3", "(" * 20 + "n" + ")" * 20, "(" * 21 + "n" + ")" * 21, "n" + "+n" * 499, "n" + "+n" * 500, "n\u00e9", "\u0661", "n ! 1", "n !", "1 + !n", "n*!n",
        "9" * 30, "n == 1 ? 0 : !n ? 1 : 2", "n - 5 - 3", "7 / 2 * 2", "n % 10 / 3", "((((n) == 1) < 2) == 1) != 0",
    ]
    soup = "n n 1 2 ( ) ! ? : || && == != < >= + - * / %".split()
    texts = known + odd + [expression(RANDOM.randrange(1, 5)) for _ in range(500)]
    texts += [" ".join(RANDOM.choice(soup) for _ in range(RANDOM.randrange(2, 9))) for _ in range(400)]
    return [plural_case(text) for text in dict.fromkeys(texts) if len(text) < 1100]


# .mo files


def mo(entries, order="<", magic=0x950412DE, version=0):
    """A file of these texts, as bytes."""
    count = len(entries)
    start = 28 + 16 * count
    tables, data = [[], []], b""
    for side in (0, 1):
        for entry in entries:
            tables[side].append((len(entry[side]), start + len(data)))
            data += entry[side] + b"\0"
    words = [magic, version, count, 28, 28 + 8 * count, 0, 0, *itertools.chain(*tables[0], *tables[1])]
    return struct.pack(f"{order}{len(words)}I", *words) + data


def header(*lines):
    return (b"", "\n".join(lines).encode() + b"\n")


UTF8 = "Content-Type: text/plain; charset=UTF-8"
GERMAN = [
    header("Project-Id-Version: x", UTF8, "Plural-Forms: nplurals=2; plural=(n != 1);"),
    (b"cat\0cats", "Katze\0Katzen".encode()), (b"yes", b"Ja"), (b"law\x04right", b"Recht"), (b"pub\x04club\0pub\x04clubs", b"Verein\0Vereine"), (b"odd\x04x", b"a\x04b"), (b"x", b"X"),
    (b"caf\xc3\xa9", "Caf\u00e9".encode()), (b"more\0mores", b"eins\0zwei\0drei"), (b"nul", b"a\0b"), (b"none", b""), (b"club\0clubs", b"Keule\0Keulen"), (b"lonely\0lonelies", b"allein"),
]
CALLS = [
    *(["translate", text] for text in ["", "yes", "no", "cat", "cats", "caf\u00e9", "more", "nul", "none", "law\x04right", "x", "lonely"]),
    *(["translate", *texts, count] for texts in [("cat", "cats"), ("more", "mores"), ("yes", "yesses"), ("dog", "dogs"), ("cat", "?"), ("lonely", "lonelies")] for count in [-1, 0, 1, 2, 3, 5]),
    *(["pgettext", *texts] for texts in [("law", "right"), ("good", "right"), ("odd", "x"), ("none", "x"), ("pub", "club"), ("", "yes")]),
    *(["pgettext", *texts, count] for texts in [("pub", "club", "clubs"), ("stick", "club", "clubs"), ("a", "b", "c"), ("law", "right", "rights")] for count in [0, 1, 2]),
]


def mo_case(data):
    try:
        translations = gettext.GNUTranslations(io.BytesIO(data))
    except Exception:
        return {"file": data.hex(), "answers": None}
    locale = tornado.locale.GettextLocale("xx", translations)
    answers = []
    for method, *args in CALLS:
        try:
            answers.append(getattr(locale, method)(*args))
        except ZeroDivisionError:
            answers.append(None)
    return {"file": data.hex(), "answers": answers}


def mo_cases():
    whole = mo(GERMAN)
    yield from map(mo_case, [whole, mo(GERMAN, ">"), mo(GERMAN, version=1 << 16), mo(GERMAN, version=5), mo(GERMAN, version=2 << 16), mo(GERMAN, magic=1), mo([]), b"", whole[:20], whole[:27]])
    rest = GERMAN[1:]
    for lines in [
        [], ["Content-Type: text/plain; charset=ascii"], ["Content-Type: text/plain"], ["Content-Type: text/plain; charset=CHARSET"], ["Content-Type: text/plain; charset="],
        [UTF8, "Plural-Forms: nplurals=1; plural=0;"], [UTF8, "Plural-Forms: nplurals=3; plural=n"], [UTF8, "Plural-Forms: nplurals=2; plural=m;"], [UTF8, "Plural-Forms: nplurals=2"],
        [UTF8, "plural-forms : x ; plural=n%3 "], [UTF8, "Plural-Forms: nplurals=2;", " plural=n;"], ["#-#-#-#-#  x.po  #-#-#-#-#", UTF8], [UTF8, "no colon", "", "X: y"],
        ["Content-Type: text/plain; charset=latin1"], [UTF8, "Plural-Forms: x; plural=1/n;"], ["CONTENT-TYPE:charset=utf8"], [UTF8, UTF8.replace("UTF-8", "latin1")],
    ]:
        yield mo_case(mo([header(*lines), *rest]))
    yield mo_case(mo(rest[:2]))
    yield mo_case(mo([*rest[:2], header(UTF8), *rest[2:]]))
    yield mo_case(mo([header(UTF8), (b"a\0b\0c", b"x")]))
    yield mo_case(mo([header(UTF8), (b"cat\0cats", b"1\0002\0003"), (b"cat\0katzen", b"4\0005")]))
    yield mo_case(mo([(b"", b"\xff")]))
    yield mo_case(mo([header(UTF8), (b"a", b"\xff")]))
    for at in range(0, 28 + 16 * len(GERMAN)):
        if RANDOM.random() < 0.1:
            yield mo_case(whole[:at] + bytes([RANDOM.randrange(256)]) + whole[at + 1 :])
    for _ in range(5):
        yield mo_case(whole[: RANDOM.randrange(28, len(whole))])


# Directories


def tree_case(languages):
    """What each language of a tree has for the name of a directory."""
    texts = sorted(languages)
    with tempfile.TemporaryDirectory() as directory:
        for language in languages:
            folder = pathlib.Path(directory, language, "LC_MESSAGES")
            folder.mkdir(parents=True)
            entries = [header(UTF8), (b"me", language.encode()), (b"in " + language.encode(), b"yes")]
            folder.joinpath("app.mo").write_bytes(mo(entries))
        lines = load(tornado.locale.load_gettext_translations, directory, "app")
        assert lines == [], lines
        found = {}
        for language in sorted(tornado.locale._translations):
            locale = tornado.locale.Locale.get(language)
            found[language] = [locale.translate("me"), *(text for text in texts if locale.translate("in " + text) == "yes")]
    return {"languages": languages, "found": found}


# Dates, lists, numbers

NOW = datetime.datetime(2024, 3, 1, 12, 30, 30, tzinfo=datetime.UTC)


class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def date_cases():
    tornado.locale.datetime = types.SimpleNamespace(datetime=Frozen, timedelta=datetime.timedelta, UTC=datetime.UTC)
    flags = list(itertools.product([False, True], repeat=3))
    minute, hour, day = 60, 3600, 86400
    ages = [
        0, 1, 2, 49, 50, 59, 89, 90, 91, 149, 150, 151, 10 * minute, 49 * minute + 59, 50 * minute, 89 * minute, 90 * minute, 91 * minute, 150 * minute, 12 * hour, 23 * hour + 59 * minute, day - 1, day, day + 1,
        day + 11 * hour, day + 13 * hour, 2 * day - 1, 2 * day, 4 * day, 5 * day - 1, 5 * day, 30 * day, 334 * day - 1, 334 * day, 366 * day, 10000 * day, -1, -59, -60, -61, -3600, -day, -400 * day,
    ]
    for code in CODES:
        locale = tornado.locale.Locale.get(code)
        for age, (relative, shorter, full_format) in itertools.product(ages, flags):
            if code == "en_US" or RANDOM.random() < 0.25:
                offset = RANDOM.choice([0, 0, 0, -60, 300, -720, 1440, 33])
                zone = RANDOM.choice([0, 0, 0, 2, -7])
                date = (NOW - datetime.timedelta(seconds=age)).astimezone(datetime.timezone(datetime.timedelta(hours=zone)))
                text = locale.format_date(date, offset, relative, shorter, full_format)
                yield [code, age, zone, offset, [relative, shorter, full_format], text]


def day_cases():
    for code in CODES:
        locale = tornado.locale.Locale.get(code)
        for age in [0, 86400, 200 * 86400]:
            for offset, dow in [(0, True), (0, False), (-720, True), (800, False)]:
                yield [code, age, offset, dow, locale.format_day(NOW - datetime.timedelta(seconds=age), offset, dow)]


CODES = ["de_DE", "en", "en_US", "fa_IR", "zh_CN"]
GERMAN_CSV = """\
1 second ago,vor 1 Sekunde,singular
%(seconds)d seconds ago,vor %(seconds)d Sekunden,plural
%(minutes)d minutes ago,vor %(minutes)s Minuten (100%%),plural
%(month_name)s %(day)s,%(day)s. %(month_name)s
"%(month_name)s %(day)s, %(year)s","%(day)s. %(month_name)s %(year)s"
yesterday at %(time)s,gestern um %(time)s
March,März
Friday,Freitag
%(commas)s and %(last)s,%(commas)s und %(last)s
"""


def main():
    cases = {"csv": list(csv_cases()), "numbers": NUMBERS, "plural": plural_cases(), "calls": CALLS, "mo": list(mo_cases())}
    trees = [["de", "de_AT", "fr"], ["pt", "pt_PT", "pt_BR"], ["es_LA", "es", "es_ES"], ["zh_CN", "zh", "zh_TW"], ["en", "en_US"], ["fr_FR"], ["sr@latin", "sr", "sr_RS", "sr_RS@latin"], ["de_DE.UTF-8", "de"], ["xx", "xx_YY"], ["nn", "nb", "no"]]
    cases["trees"] = [tree_case(languages) for languages in trees]
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "de_DE.csv").write_text(GERMAN_CSV)
        for code in CODES:
            if code != "de_DE":
                pathlib.Path(directory, code + ".csv").write_text("")
        assert load(tornado.locale.load_translations, directory) == []
    cases["translations"] = GERMAN_CSV
    cases["dates"] = list(date_cases())
    cases["days"] = list(day_cases())
    lists = [[], ["A"], ["A", "B"], ["A", "B", "C"], ["100%", "%(last)s", "x"]]
    cases["lists"] = [[code, parts, tornado.locale.Locale.get(code).list(parts)] for code in CODES for parts in lists]
    numbers = [0, 1, 12, 999, 1000, 123456, 1234567, 10**18, -1, -999, -1000, -1234567]
    cases["friendly"] = [[code, number, tornado.locale.Locale.get(code).friendly_number(number)] for code in CODES for number in numbers]
    lines = []
    for name, values in cases.items():
        if isinstance(values, list):
            rows = ",\n".join(json.dumps(value) for value in values)
            lines.append(f"{json.dumps(name)}: [\n{rows}\n]")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(values)}")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    pathlib.Path(__file__).with_suffix(".json").write_text(text)


main()
