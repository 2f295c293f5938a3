"""Runs Tornado's own `template_test.py`, unmodified, and writes what its templates
gave: files, options, arguments, and the page or the error.

`template_test.rs` runs this, and makes the same pages in Rust.
"""

import json
import os
import re
import sys
import traceback
import unittest

from tornado import template
from tornado.test import template_test

RECORDS = []
TEST = None
DEPTH = 0

init = template.Template.__init__
generate = template.Template.generate


def value(x):
    if isinstance(x, bytes):
        return {"bytes": x.decode()}
    if isinstance(x, range):
        return {"list": list(x)}
    if callable(x):
        return {"function": x.__name__}
    return {"json": x}


def files(loader, name, text):
    if isinstance(loader, template.DictLoader):
        texts = dict(loader.dict)
    elif loader is not None:
        texts = {
            file: open(os.path.join(loader.root, file), encoding="utf-8").read()
            for file in os.listdir(loader.root)
        }
    else:
        texts = {}
    texts.setdefault(name, text.decode() if isinstance(text, bytes) else text)
    return texts


def record(made, **outcome):
    RECORDS.append({"test": TEST, **made, **outcome})


def recording_init(self, template_string, name="<string>", loader=None, *args, **kwargs):
    global DEPTH
    self.made = {
        "files": files(loader, name, template_string),
        "name": name,
        "autoescape": kwargs.get("autoescape", loader.autoescape if loader else "xhtml_escape"),
        "whitespace": kwargs.get("whitespace", loader.whitespace if loader else None),
        "namespace": {k: value(v) for k, v in (loader.namespace if loader else {}).items() if k != "_tt_modules"},
        "kwargs": {},
    }
    DEPTH += 1
    try:
        init(self, template_string, name, loader, *args, **kwargs)
    except template.ParseError as error:
        if DEPTH == 1:
            # The order of a set changes from run to run.
            text = str(error).replace("{'while', 'for'}", "{'for', 'while'}")
            record(self.made, parse_error=text, filename=error.filename, lineno=error.lineno)
        raise
    finally:
        DEPTH -= 1


def recording_generate(self, **kwargs):
    global DEPTH
    made = {**self.made, "kwargs": {k: value(v) for k, v in kwargs.items()}}
    DEPTH += 1
    try:
        page = generate(self, **kwargs)
    except Exception as error:
        if DEPTH == 1:
            # The innermost last, as in a traceback.
            places = re.findall(r"# (\S+:\d+(?: \(via [^)]*\))?)$", traceback.format_exc(), re.M)
            record(made, error=type(error).__name__, message=str(error), places=places)
        raise
    else:
        if DEPTH == 1:
            record(made, page=page.decode())
        return page
    finally:
        DEPTH -= 1


class Watched(unittest.TextTestResult):
    def startTest(self, test):
        global TEST
        TEST = ".".join(test.id().split(".")[-2:])
        super().startTest(test)


template.Template.__init__ = recording_init
template.Template.generate = recording_generate
suite = unittest.defaultTestLoader.loadTestsFromModule(template_test)
result = unittest.TextTestRunner(stream=sys.stderr, resultclass=Watched).run(suite)
if not result.wasSuccessful():
    sys.exit("Tornado's own tests have failed")
json.dump({"tests": result.testsRun, "skipped": len(result.skipped), "records": RECORDS}, sys.stdout)
