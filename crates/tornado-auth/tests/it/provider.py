"""A login provider of the package oidc-provider-mock, on a port that is free."""

import logging
import os
import sys
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from oidc_provider_mock import User, run_server_in_thread

logging.getLogger("werkzeug").setLevel(logging.ERROR)
kim = User(sub="kim", claims={"name": "Kim Lee", "email": "kim@example.com", "email_verified": True})
with run_server_in_thread(user_claims=[kim]) as server:
    print(f"listening on http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
    while True:
        time.sleep(3600)
