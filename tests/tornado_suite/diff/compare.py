"""Finds the differences between two normalized outcomes.

A difference is a line of text, `kind: Tornado's | ours`, so that a pattern can
say which ones a deviation explains. The kinds are `replies` (how many),
`status`, `version`, `reason`, `framing`, `complete`, `body`, `header NAME`,
`header order` and `header case` (both when strict), and `connection`. Length
and entity tag of bodies that differ are not said again.
"""

import collections

# What a body decides, where both sides have it.
FOLLOW_FROM_BODY = {"content-length", "etag"}


def by_name(headers):
    lines = collections.defaultdict(list)
    for name, value in headers:
        lines[name.lower()].append(value)
    return lines


def header_differences(theirs, ours, known, strict):
    left, right = by_name(theirs), by_name(ours)
    for name in sorted(left.keys() | right.keys()):
        if name in known and name in left and name in right:
            continue
        if left.get(name) != right.get(name):
            sides = [" & ".join(side[name]) if name in side else "absent" for side in (left, right)]
            yield f"header {name}", *sides
    if strict:
        shared = left.keys() & right.keys()
        names = [[name for name, _ in headers if name.lower() in shared] for headers in (theirs, ours)]
        if [name.lower() for name in names[0]] != [name.lower() for name in names[1]]:
            yield "header order", ", ".join(names[0]), ", ".join(names[1])
        elif names[0] != names[1]:
            yield "header case", ", ".join(names[0]), ", ".join(names[1])


def reply_differences(theirs, ours, strict):
    for kind in ("status", "version", "reason", "framing", "complete", "body"):
        if theirs[kind] != ours[kind]:
            yield kind, theirs[kind], ours[kind]
    known = FOLLOW_FROM_BODY if theirs["body"] != ours["body"] else set()
    yield from header_differences(theirs["headers"], ours["headers"], known, strict)


def differences(theirs, ours, strict=False):
    """The differences, one line each; none if the outcomes are equal."""
    found = []
    counts = len(theirs["replies"]), len(ours["replies"])
    if counts[0] != counts[1]:
        found.append(("replies", *counts))
    for pair in zip(theirs["replies"], ours["replies"]):
        found += reply_differences(*pair, strict)
    if theirs["connection"] != ours["connection"]:
        found.append(("connection", theirs["connection"], ours["connection"]))
    return [f"{kind}: {left} | {right}" for kind, left, right in found]
