"""Signed values and XSRF tokens, made here from their formats alone.

So a request with one is also a test of the format.
"""

import base64
import hashlib
import hmac

# The `cookie_secret` of the contract.
SECRET = "diff-secret-0123456789"
NOVEMBER_2023 = 1700000000


def signed_v2(name, value, timestamp=NOVEMBER_2023, secret=SECRET, key_version=0):
    def field(text):
        return f"{len(text)}:{text}"

    encoded = base64.b64encode(value.encode()).decode()
    signed = "|".join(["2", field(str(key_version)), field(str(timestamp)), field(name), field(encoded), ""])
    return signed + hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def signed_v1(name, value, timestamp=NOVEMBER_2023, secret=SECRET):
    encoded = base64.b64encode(value.encode()).decode()
    signature = hmac.new(secret.encode(), digestmod=hashlib.sha1)
    for part in (name, encoded, str(timestamp)):
        signature.update(part.encode())
    return f"{encoded}|{timestamp}|{signature.hexdigest()}"


def xsrf_v2(token, mask, timestamp=NOVEMBER_2023):
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(token))
    return f"2|{mask.hex()}|{masked.hex()}|{timestamp}"
