"""Asks Tornado which language a browser gets: writes browsers.json beside this file.

Run it with the Python that runs Tornado, after a change of the lists below:

    python crates/tornado-core/tests/golden/browsers.py
"""

import json
import pathlib
import types

import tornado.locale
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

HEADERS = [
    None, "", "*", ",", "fr", "fr-FR", "fr-CA", "FR", "FR_fr", "fr-fr", "de-DE, fr;q=0.5", "de;q=0.1, fr;q=0.5", "fr;q=0", "fr;q=-1", "fr;q=nan", "fr;q=inf, de", "fr;q=1_0, de;q=9", "fr;q= 0.5 , de;q=0.4",
    "fr; q=0.5, de;q=0.6", "fr;level=1;q=0, de;q=0.9", "fr;q =0, de;q=0.9", "fr;Q=0, de;q=0.9", "fr ;q=1, de;q=0.5", "zh-Hant-TW, de", "zh-Hant-TW", "xx, yy;q=0.5", "xx;q=, de;q=0.1", "en;q=2, de;q=1", "de,fr",
    "de;q=0.5,fr;q=0.5", "fr;q=1e999,de;q=1e998", "fr;q=0x1", "fr;;q=0", ";q=1", "de;q", "de;=", "pt-BR", "pt", "pt-PT;q=0.8, en", "en-US", "en-GB", "en", "en_", "-", "_", "fr\u00a0,de", "\u00a0fr;q=\u00a00.5", "\u00df-\u00df",
]


def browser_case(supported, default, header, fallback):
    tornado.locale._translations = dict.fromkeys(supported, {})
    tornado.locale._use_gettext = False
    tornado.locale.Locale._cache = {}
    tornado.locale.set_default_locale(default)
    headers = HTTPHeaders({"Host": "x"} if header is None else {"Host": "x", "Accept-Language": header})
    connection = types.SimpleNamespace(set_close_callback=lambda callback: None, context=None)
    request = HTTPServerRequest(start_line=RequestStartLine("GET", "/", "HTTP/1.1"), headers=headers, connection=connection)
    handler = RequestHandler(Application(), request)
    return [supported, default, header, fallback, handler.get_browser_locale(fallback).code]


def main():
    cases = [
        browser_case(supported, default, header, fallback)
        for supported, default, fallbacks in [([], "en_US", ["en_US", "fr"]), (["fr", "fr_FR", "de", "pt_BR"], "en_US", ["en_US", "de_AT"]), (["fr_FR", "en_US"], "de", ["en_US"])]
        for fallback in fallbacks
        for header in HEADERS
    ]
    rows = ",\n".join(json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{rows}\n]\n")


main()
