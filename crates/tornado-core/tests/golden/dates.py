"""Asks Python how it reads the dates of headers: writes dates.json beside this file.

Run it with the Python that runs Tornado, after a change of the list below:

    python crates/tornado-core/tests/golden/dates.py

Each case is a text and seconds since 1970, or null where Python reads no date.
"""

import datetime
import email.utils
import json
import pathlib
import random

RANDOM = random.Random(11)
TEXTS = [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "sun, 06 nov 1994 08:49:37 gmt", "06 Nov 1994 08:49:37 GMT", "6 Nov 1994 08:49 GMT", "Sun,06 Nov 1994 08:49:37 GMT",
    "Sun 06 Nov 1994 08:49:37 GMT", "Sun, 06 November 1994 08:49:37 GMT", "Sun, Nov 06 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 68 08:49:37 GMT", "Sun, 06 Nov 69 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 +0100", "Sun, 06 Nov 1994 08:49:37 -0130", "Sun, 06 Nov 1994 08:49:37 EST",
    "Sun, 06 Nov 1994 08:49:37 PDT", "Sun, 06 Nov 1994 08:49:37 XYZ", "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37+0100", "Sun, 06 Nov 1994 08:49:37-0000", "Sun, 06 Nov 1994 08.49.37 GMT",
    "Sun, 06 Nov 1994 08.49 GMT", "Sun, 06 Nov 1994 08:49:37 +9999", "Sun, 06 Nov 1994 08:49:37 +2400",
    "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:60 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 0 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 08:49:37 1994 GMT", "Sun, 06 Nov GMT 08:49:37 1994", "Sun, 06, Nov 1994, 08:49:37, GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 10000 23:59:59 GMT", "", " ", "not a date", "0", "1", "now",
    "1994-11-06T08:49:37Z", "1994-11-06", "06-Nov-94", "06-Nov-94 08:49:37", "Sun,", ",", ", , , , ,",
    "Sun, 06 Nov 1994", "Sun, 06 Nov", "Sun, 06 Nov 1994 GMT", "Sun, 06 Nov , 08:49:37 GMT", "Sun, 06 Nov 1994 8:9:7 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT extra words", "Sun, 06 Nov 1994 :49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 +8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37.5 GMT", "a, 6 may 7 1:2 z",
    "Sun, 29 Feb 2000 00:00:00 GMT", "Sun, 29 Feb 1900 00:00:00 GMT", "Mon, 06 Sept 2004 00:00:00 GMT",
]
WORDS = ["Sun,", "Sun", "06", "6", "Nov", "november", "1994", "94", "08:49:37", "8:49", "GMT", "+0100", "-0500", "EST", ",", "06-Nov-94"]
TEXTS += [" ".join(RANDOM.choice(WORDS) for _ in range(RANDOM.randrange(3, 7))) for _ in range(200)]


def read(text):
    try:
        date = email.utils.parsedate_to_datetime(text)
        if date.tzinfo is None:
            date = date.replace(tzinfo=datetime.timezone.utc)
        return int((date - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds())
    except Exception:
        return None


lines = ",\n".join(json.dumps([text, read(text)]) for text in TEXTS)
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
