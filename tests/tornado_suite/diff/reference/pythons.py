"""Makes all Pythons answer alike, as tornado-web does, so that it does not
matter which one a machine has."""

import http.client
import http.cookies

# Python 3.13 has those of RFC 9110.
PHRASES_OF_PYTHON_3_12 = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def answer_alike():
    http.client.responses.update(PHRASES_OF_PYTHON_3_12)
    # Refused since the fix of CVE-2026-0672. Systems have put it into Pythons
    # of any version, so the version does not tell.
    if hasattr(http.cookies, "_has_control_character"):
        http.cookies._has_control_character = lambda *_: False
