"""Fixed cases with a few bytes changed by chance: a way to look for more.

What is found may be a difference that is meant in a form that no pattern is
written for, so these cases are no part of the gate.
"""

import dataclasses
import random

BYTES = [
    *(b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b";", b",", b'"', b"<", b"\\", b"=", b"%", b"/", b"?", b"#"),
    *(b"\x7f", b"\x80", b"\xe9", b"0", b"-", b"+", b"*", b"[", b"A"),
]
LONGEST = 1500
# A change may leave both sides waiting for more.
WAIT = 0.5


def change(chance, data):
    """Replaces, inserts, drops or repeats something."""
    at = chance.randrange(len(data))
    match chance.choice(["replace", "replace", "insert", "insert", "drop", "repeat"]):
        case "replace":
            data[at : at + 1] = chance.choice(BYTES)
        case "insert":
            data[at:at] = chance.choice(BYTES)
        case "drop":
            del data[at]
        case "repeat":
            data[at:at] = data[at : at + chance.randint(1, 20)]


def changed_cases(cases, seed, count):
    """As many changed cases, of those among `cases` that have one request."""
    chance = random.Random(seed)
    originals = [case for case in cases if len(case.data) <= LONGEST and len(case.methods) == 1]
    for i in range(count if originals else 0):
        original = chance.choice(originals)
        data = bytearray(original.data)
        for _ in range(chance.choice([1, 1, 2])):
            change(chance, data)
        name = f"changed {seed}.{i}: {original.name}"
        yield dataclasses.replace(original, name=name, data=bytes(data), wait=WAIT, origin=original.name)
