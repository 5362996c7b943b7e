"""`nightly.py BINARY JUNIT_FILE`: the long cases, with number, name, status and seconds of each."""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
# Number and name as in the reliability contract; the command, and what it finds in its environment.
CASES = [
    (2, "crash.kill9_long", ["{python}", "{here}/crash/kill9.py", "{binary}", "{kills}"], {}),
    (11, "sideeffect.duplicates",
     ["{python}", "{here}/crash/sideeffect.py", "{binary}", "10000", "100"], {}),
    (16, "schedule.dst_whole_years",
     ["{here}/../build/sanitized/tests/unit/schedule/schedule_test", "--gtest_filter=schedule.dst"],
     {"MILLRACE_SCHEDULE_WHOLE_YEARS": "1"}),
    (20, "order.per_contact",
     ["{python}", "{here}/crash/order.py", "{binary}", "10000", "20", "20"], {}),
    (42, "sse.resume_long", ["{python}", "{here}/crash/stream.py", "{binary}", "100"], {}),
]
SKIPPED = 77


def main():
    binary, junit = os.path.abspath(sys.argv[1]), sys.argv[2]
    kills = os.environ.get("NIGHTLY_KILLS", "1000")
    suite = ElementTree.Element("testsuite")
    failed = False
    for number, name, arguments, variables in CASES:
        command = [argument.format(python=sys.executable, here=HERE, binary=binary, kills=kills)
                   for argument in arguments]
        begun = time.monotonic()
        done = subprocess.run(command, env={**os.environ, **variables}, check=False)
        seconds = time.monotonic() - begun
        status = {0: "passed", SKIPPED: "skipped"}.get(done.returncode, "failed")
        print(f"{number:>3}  {name:<30} {status:<8} {seconds:.0f} s", flush=True)
        case = ElementTree.SubElement(suite, "testcase", name=name, status="run")
        if status != "passed":
            ElementTree.SubElement(case, "skipped" if status == "skipped" else "failure")
        failed = failed or status == "failed"
    ElementTree.ElementTree(suite).write(junit)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
