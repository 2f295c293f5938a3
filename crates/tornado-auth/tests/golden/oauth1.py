"""Writes oauth1.json beside this file: signatures of requests, as Tornado makes them.

usage: python oauth1.py
"""

import json
import sys
from pathlib import Path

import tornado
from tornado.auth import _oauth10a_signature, _oauth_signature

if tornado.version != "6.6.1":
    sys.exit(f"this is Tornado {tornado.version}, not 6.6.1")

URLS = ["http://www.example.com/api/asdf", "https://API.Example.com:8443/1.1/users/show.json", "HTTP://localhost/"]
PARAMETERS = [
    {"foo": "bar"},
    {"oauth_nonce": "a b+c", "oauth_callback": "http://localhost/?x=1&y=%20", "text": "é~*'()!"},
]
SECRETS = [("qwer", None), ("a b&c%~", "5678"), ("é", "t/k+=")]

cases = []
for version, sign in [("1.0", _oauth_signature), ("1.0a", _oauth10a_signature)]:
    for url in URLS:
        for parameters in PARAMETERS:
            for consumer, token in SECRETS:
                method = "GET" if token is None else "POST"
                signature = sign(
                    {"key": "k", "secret": consumer},
                    method,
                    url,
                    parameters,
                    token and {"key": "t", "secret": token},
                )
                cases.append(
                    {
                        "version": version,
                        "method": method,
                        "url": url,
                        "parameters": parameters,
                        "consumer": consumer,
                        "token": token,
                        "signature": signature.decode(),
                    }
                )
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
