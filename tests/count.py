"""The closing line: sums the JUnit files of a folder. Exits 1 when anything failed or none ran."""

import glob
import os
import sys
import xml.etree.ElementTree


def main():
    passed = failed = skipped = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.xml"))):
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            status = case.get("status")
            if case.find("skipped") is not None or status in ("notrun", "disabled"):
                skipped += 1
                print(f"skipped: {case.get('name')}")
            elif case.find("failure") is not None or status == "fail":
                failed += 1
                print(f"failed: {case.get('name')} ({os.path.basename(path)})")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
