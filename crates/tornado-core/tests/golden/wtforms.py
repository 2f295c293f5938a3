"""Writes wtforms.json: the messages that the catalogs of WTForms translate.

    pip download --no-deps wtforms==3.3.2 && unzip -p wtforms-*.whl wtforms/locale/wtforms.pot | python wtforms.py
"""

import ast
import json
import pathlib
import sys

lines = (line.partition(" ") for line in sys.stdin)
messages = [ast.literal_eval(text) for word, _, text in lines if word in ("msgid", "msgid_plural")]
text = json.dumps([message for message in messages if message], indent=1)
pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
