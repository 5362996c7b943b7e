"""Prints an execution, as the API answers it on standard input, as a table for people."""

import datetime
import json
import sys

SHOWN_CHARS = 60


def short(value):
    text = "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS - 1] + "…"


def milliseconds(run):
    if not run.get("ended_at"):
        return ""
    begin, end = (datetime.datetime.fromisoformat(run[name].replace("Z", "+00:00"))
                  for name in ("started_at", "ended_at"))
    return str(round((end - begin).total_seconds() * 1000))


def main():
    run = json.load(sys.stdin)["data"]
    print(f"execution {run['id']} of {run.get('flow_name') or run['flow_id']}, "
          f"version {run['flow_version']}: {run['status']}")
    rows = [("node", "type", "status", "attempt", "ms", "output")]
    for node in run["node_runs"]:
        outcome = node.get("error") or node.get("output")
        rows.append((node["node_id"], node["node_type"], node["status"], str(node["attempt"]),
                     milliseconds(node), short(outcome)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


if __name__ == "__main__":
    main()
