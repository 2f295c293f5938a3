"""Makes all Pythons answer alike."""

import http.cookies


def allow_control_characters_in_cookies():
    """What Python did up to the fix of CVE-2026-0672, which systems have put
    into their Pythons of any version: so that is no way to tell which it is."""
    if hasattr(http.cookies, "_has_control_character"):
        http.cookies._has_control_character = lambda *_: False
