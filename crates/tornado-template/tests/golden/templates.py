"""Asks Tornado what its templates give, for tests/golden.rs.

    target/python/bin/python crates/tornado-template/tests/golden/templates.py

writes templates.json beside this file.
"""

import json
import logging
import os
import sys
import traceback
import warnings

from tornado import escape
from tornado.template import DictLoader, ParseError

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases  # noqa: E402

# How many random pages of several files there are; more of them for a look by hand.
PAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 1000

# Where chance begins.
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1

HERE = os.path.dirname(os.path.abspath(__file__))

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


# Functions of `apply` get bytes, with us a text: these make a text of it.


def upper(text):
    return escape.to_unicode(text).upper()


def squeeze(text):
    return escape.squeeze(escape.to_unicode(text))


def place(error):
    """The comment of the last line of a template in a traceback."""
    found = None
    for frame, lineno in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.endswith(".generated.py"):
            code = frame.f_globals["__loader__"].get_source("")
            found = code.splitlines()[lineno - 1].rpartition("#")[2].strip()
    return found


def run(files, **options):
    """What the first of some files gives: ["ok", page] or what is wrong."""
    name = next(iter(files))
    try:
        template = DictLoader(files, **options).load(name)
    except ParseError as error:
        return ["parse", str(error)]
    except KeyError as error:
        return ["missing", str(error)]
    except Exception as error:
        return ["syntax", type(error).__name__]
    try:
        import copy

        page = template.generate(upper=upper, squeeze=squeeze, **copy.deepcopy(cases.NAMES))
    except Exception as error:
        return ["error", type(error).__name__, str(error), place(error)]
    if not isinstance(page, bytes):
        # `yield` makes a generator of the page.
        return ["syntax", "SyntaxError"]
    try:
        return ["ok", page.decode("utf-8")]
    except UnicodeDecodeError:
        return None


def main():
    out = []

    def add(kind, files):
        result = run(files)
        # An address or the order of a set is not for a file.
        if result is None or " at 0x" in result[-1 if result[0] != "error" else 2]:
            return
        out.append([kind, files, result])

    def one(text):
        return {"t.txt": text}

    def lines(texts):
        return [text for text in texts if text.strip()]

    joined, pending = [], None
    for text in cases.EXPRESSIONS:
        # A line that ends in a backslash or an open bracket goes on.
        text = text if pending is None else pending + "\n" + text
        pending = None
        if text.endswith("\\") or text.endswith("[1,"):
            pending = text
        else:
            joined.append(text)
    for text in lines(joined):
        add("expression", one("{{ %s }}" % text))
        add("raw", one("{%% raw %s %%}" % text))
    for text in lines(cases.ERRORS):
        add("error", one("{{ %s }}" % text))
    for text in lines(cases.SYNTAX):
        add("syntax", one("{{ %s }}" % text))
    for text in cases.TEMPLATES + cases.BROKEN:
        add("template", one(text))
        add("template", {"t.html": text})
    for files in cases.FAMILIES:
        add("family", files)
    grammar = cases.Grammar(SEED)
    for _ in range(1500):
        add("generated", one("{{ %s }}" % grammar.any(3)))
    for _ in range(1000):
        add("generated", one(grammar.body(4)))
    for _ in range(1500):
        add("call", one("{%% raw %s %%}" % grammar.call()))
    for _ in range(PAGES):
        add("page", grammar.page())
    with open(os.path.join(HERE, "templates.json"), "w", encoding="utf-8") as file:
        file.write("[\n")
        file.write(",\n".join(json.dumps(case, ensure_ascii=True) for case in out))
        file.write("\n]\n")
    print(len(out), "cases")


main()
