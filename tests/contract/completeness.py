"""What the cases have met, against what the sources can say: a row of the route table that no case
has asked with success, a keyed one that has not refused, an error of the Orbit dialect that no case
was told. Rows and errors are read from the sources, so that a new one wants a case."""

import glob
import json
import os
import re

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BASES = ["/orbit/api/v1", "/orbit/v1", "/api/v1", "/v1"]
# What the tables hold and no request brings about, and why.
NEVER_TOLD = {
    (409, "IDEMPOTENCY_KEY_PENDING"): "a duplicate waits for the first one's answer",
    (500, "INTERNAL_ERROR"): "a belief of ours was wrong; the voice of it: answers_test",
    (502, "BAD_GATEWAY"): "outgoing calls fail their node, not an answer",
    (503, "CANCELLED"): "given up at the end of the process",
    (504, "TIMEOUT"): "a caller whose run takes long is told 202",
}


def source(*parts):
    with open(os.path.join(ROOT, *parts), encoding="utf-8") as text:
        return text.read()


def sources():
    for path in sorted(glob.glob(os.path.join(ROOT, "http", "**", "*.cpp"), recursive=True)):
        yield source(path)


def routes():
    """(method, pattern, needs a key) of every row; patterns of a dialect without its base."""
    found = []
    for text in sources():
        rows = re.findall(r'\{"([A-Z]+)",\s*"(/[^"]*)",\s*Scope::', text)
        tables = re.findall(r"std::array<Row, (\d+)>", text)
        if len(rows) < sum(map(int, tables)):
            raise RuntimeError(f"{len(rows)} rows read of a table of {tables}")
        found += [(*row, True) for row in rows]
        added = re.findall(r'add_row\(\s*\w+,[^"]*"([A-Z]+)",\s*"(/[^"]*)",\s*(\w+)Access', text)
        added += re.findall(r'\.add\(\{"([A-Z]+)",\s*"(/[^"]*)",\s*(\w+)Access', text)
        found += [(method, pattern, access == "Key") for method, pattern, access in added]
        hooks = re.findall(r'\.pattern = "([^"]*)"', text)
        found += [("POST", pattern, False) for pattern in hooks]
    return found


def errors():
    """(status, code) of every error that the sources name."""
    statuses = {}
    for codes, status in re.findall(r"((?:case ErrorCode::\w+:\s*)+)return (\d+);",
                                    source("http", "status.cpp")):
        statuses.update({code: int(status) for code in re.findall(r"::(\w+):", codes)})
    found = set()
    table = source("http", "dialects", "orbit", "errors.cpp")
    for codes, told in re.findall(r"((?:case ErrorCode::\w+:\s*)+)return ([^;]+);", table):
        for code in re.findall(r"::(\w+):", codes):
            found |= {(statuses[code], word) for word in re.findall(r'"([A-Z_]+)"', told)}
    for text in sources():
        found |= {(int(status), code)
                  for status, code in re.findall(r'\{(\d{3}),\s*"([A-Z_]+)"', text)}
    return found


def row_of(rows, method, path):
    """The row that answers; static words stand before captures, as in the router."""
    path = path.split("?")[0]
    base = next((base for base in BASES if path.startswith(base + "/")), "")
    words = path.removeprefix(base).strip("/").split("/")
    fitting = []
    for row in rows:
        pattern = row[1].strip("/").split("/")
        rest = pattern[-1].endswith("...}")
        if row[0] != method or (len(words) < len(pattern) - 1 if rest
                                else len(words) != len(pattern)):
            continue
        static = [not word.startswith("{") for word in pattern]
        if all(word == wanted for word, wanted, fixed in zip(words, pattern, static) if fixed):
            fitting.append((static, row))
    return max(fitting)[1] if fitting else None


def code_in(body):
    """The code of an error in the dialect's envelope or in RFC 9457's form."""
    try:
        told = json.loads(body)
        return told["error"]["code"] if "error" in told else told.get("code")
    except (ValueError, TypeError, KeyError):
        return None


class Sightings:
    """What was asked and answered, over all servers of a run."""

    def __init__(self):
        self.statuses = {}  # row -> statuses
        self.errors = set()
        self.rows = routes()

    def note(self, method, path, status, body):
        row = row_of(self.rows, method, path)
        if row:
            self.statuses.setdefault(row, set()).add(status)
        if status >= 400:
            self.errors.add((status, code_in(body)))

    def missing(self):
        """What no case has met, in words."""
        for row in self.rows:
            method, pattern, keyed = row
            met = self.statuses.get(row, set())
            if not any(200 <= status < 300 for status in met):
                yield f"no case succeeds with {method} {pattern}"
            for status in (401, 403) if keyed else ():
                if status not in met:
                    yield f"no case meets {status} at {method} {pattern}"
        for status, code in sorted(errors() - self.errors - set(NEVER_TOLD)):
            yield f"no case is told {status} {code}"
        for status, code in sorted(self.errors & set(NEVER_TOLD)):
            yield f"{status} {code} was told, and is listed as never told"
