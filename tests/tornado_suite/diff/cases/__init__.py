"""The corpus: fixed cases by topic, and random ones."""

from ..case import Corpus
from . import (
    arguments,
    bodies,
    compression,
    conditional,
    connections,
    cookies,
    errors,
    kinds,
    multipart,
    output,
    randomly,
    redirects,
    routes,
    signed,
    static,
    syntax,
    text,
    xsrf,
)

TOPICS = [
    routes,
    arguments,
    multipart,
    bodies,
    syntax,
    cookies,
    signed,
    xsrf,
    redirects,
    conditional,
    static,
    errors,
    output,
    compression,
    connections,
    text,
    kinds,
]


def corpus(seeds, random_cases):
    """All cases: the fixed ones, and so many random ones for each seed."""
    collected = Corpus()
    for topic in TOPICS:
        topic.add_cases(collected)
    for seed in seeds:
        randomly.add_cases(collected, seed, random_cases)
    return collected.cases
