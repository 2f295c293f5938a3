"""Runs tests, one at a time."""

import signal
import time
import traceback
import unittest
from dataclasses import dataclass

from . import harness, lists
from .names import class_name
from .session import Session

PASSED = "passed"
FAILED = "failed"
NOT_SERVED = "not yet served"
NOT_PORTABLE = "not portable"
DEVIATION = "deviation"


@dataclass
class Result:
    """What has become of a test.

    `outcome` is one of the constants above; `reason` says why it did not have
    to pass, `message` why it did not.
    """

    test: str
    outcome: str
    reason: str = ""
    message: str = ""
    seconds: float = 0.0
    weak: bool = False


class TestTimeout(KeyboardInterrupt):
    """Raised by the alarm; asyncio lets a KeyboardInterrupt through."""


class Runner:
    def __init__(self, session: Session, known: lists.Lists, timeout: float):
        self.session = session
        self.known = known
        self.timeout = timeout
        # Classes that the server does not have.
        self.missing: set[str] = set()

    def run(self, cls: type, method: str) -> Result:
        """Runs a test, unless a list says that it is of no use."""
        name = f"{class_name(cls)}.{method}"
        row = lists.find(self.known.not_portable, name)
        if row:
            return Result(name, NOT_PORTABLE, reason=row.text)
        if class_name(cls) in self.missing:
            return self._judge(Result(name, NOT_SERVED))
        test = cls(method)
        has_events = lists.find(self.known.events, name) is not None
        self.session.begin(test, fresh=has_events)
        start = time.monotonic()
        result = Result(name, *_run_with_alarm(test, self.timeout))
        result.seconds = round(time.monotonic() - start, 3)
        result.weak = lists.find(self.known.weak, name) is not None
        if result.outcome == PASSED and not self.session.connections:
            result.outcome = FAILED
            result.message = "it passed without asking the server under test"
        if result.outcome == NOT_SERVED:
            self.missing.add(class_name(cls))
        # A server that a test has failed on may be in any state; one with files
        # of the test is of no use to the next.
        own = has_events or harness.fixture_of(test)
        self.session.end(keep_servers=result.outcome == PASSED and not own)
        return self._judge(result)

    def _judge(self, result: Result) -> Result:
        """Weighs what the lists expect of a test that has run."""
        not_served = lists.find(self.known.not_served, result.test)
        deviation = self.known.deviation(result.test)
        excuse = not_served or deviation
        if result.outcome == PASSED and excuse:
            kind = "not yet served" if not_served else f"the deviation {deviation.id}"
            result.outcome = FAILED
            result.message = f"it passes, but is listed as {kind}: take it off the list"
        elif result.outcome == NOT_SERVED and not not_served:
            result.outcome = FAILED
            result.message = "the server has no such application"
        elif not_served and result.outcome != PASSED:
            result.outcome, result.reason = NOT_SERVED, f"needs {not_served.text}"
        elif deviation and result.outcome == FAILED:
            result.outcome, result.reason = DEVIATION, deviation.id
        return result


def _run_with_alarm(test: unittest.TestCase, timeout: float) -> tuple[str, str, str]:
    """Outcome, reason and message of a test."""

    def alarm(_number, _frame):
        raise TestTimeout

    result = unittest.TestResult()
    previous = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        test.run(result)
    except TestTimeout:
        return FAILED, "", f"still running after {timeout} s"
    except Exception:
        return FAILED, "", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    if problems := result.errors + result.failures:
        text = "\n".join(text for _, text in problems)
        return (NOT_SERVED, "", "") if "NotServed: " in text else (FAILED, "", text)
    if result.skipped:
        return FAILED, "", f"it skipped itself: {result.skipped[0][1]}"
    return PASSED, "", ""
