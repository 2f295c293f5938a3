"""Runs the cases against both sides."""

import asyncio
import dataclasses

from .case import Case
from .compare import differences
from .normalize import normalize
from .sender import Patience, exchange

# A difference must show again when there is all the time in the world: the
# first look is quick, and a busy machine makes a server look different.
SECOND_LOOK = Patience(reply=15.0, idle=1.0)


@dataclasses.dataclass
class Result:
    """A case, and the differences between the two sides."""

    case: Case
    differences: list


async def compare_case(case, ports, strict, patience):
    async def outcome(port):
        return normalize(await exchange(port, case, patience), port)

    return differences(*await asyncio.gather(*map(outcome, ports)), strict)


async def run_case(case, ports, strict):
    found = await compare_case(case, ports, strict, Patience())
    if found:
        patient = dataclasses.replace(case, wait=case.wait and 2 * case.wait)
        found = await compare_case(patient, ports, strict, SECOND_LOOK)
    return Result(case, found)


async def run_cases(cases, servers, strict, jobs):
    limit = asyncio.Semaphore(jobs)

    async def limited(case):
        async with limit:
            return await run_case(case, servers.ports(case), strict)

    return await asyncio.gather(*map(limited, cases))


def run(cases, servers, strict=False, jobs=8):
    """The result of each case, in their order."""
    return asyncio.run(run_cases(cases, servers, strict, jobs))
