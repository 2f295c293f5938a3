"""Statuses, reasons and error pages."""

STATUSES = [
    *(400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 429, 431, 451, 500, 501, 503, 599, 600, 682),
    *(200, 204, 304, 302, 299),
]
REASONS = ["Custom", "a%20b", "%3Cscript%3E", "%C3%A9", "a%0D%0AX:1", "a%00", "%09", ""]
CODES = [200, 201, 202, 203, 206, 207, 226, 299, 300, 400, 404, 418, 500, 799, 999]
CODES_WITHOUT_BODY = [100, 101, 204, 304, 205]


def add_cases(corpus):
    for status in STATUSES:
        corpus.get(f"error {status}", f"/error?status={status}")
    for reason in REASONS:
        corpus.get(f"error reason {reason}", f"/error?status=400&reason={reason}")
        corpus.get(f"status reason {reason}", f"/status?code=200&reason={reason}")
        corpus.get(f"senderr reason {reason}", f"/senderr?status=400&reason={reason}")
    for code in CODES:
        corpus.get(f"status {code}", f"/status?code={code}")
    for code in CODES_WITHOUT_BODY:
        corpus.get(f"status without body {code}", f"/status?code={code}&body=")
    corpus.get("status 204 with body", "/status?code=204&body=x")
    corpus.get("status 304 with body", "/status?code=304&body=x")
    corpus.get("senderr", "/senderr")
    corpus.get("crash", "/crash")
    corpus.send("POST", "crash post", "/crash", body="x")
    corpus.get("bad int", "/error?status=abc")
    corpus.get("jsonerr", "/jsonerr")
    corpus.get("jsonerr 404", "/jsonerr?status=404")
    corpus.send("POST", "jsonerr 405", "/jsonerr", body="")
