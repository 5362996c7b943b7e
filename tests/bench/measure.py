"""`measure.py BUILD [NAME…]`: measures, and prints medians as a table and as JSON."""

import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

import server as servers  # noqa: E402

RUNS = int(os.environ.get("RUNS", "5"))
SECONDS_EACH = int(os.environ.get("SECONDS_EACH", "5"))
PROBE = os.environ.get("PROBE", "")
CONNECTIONS = 32
LISTS_COUNT = int(os.environ.get("LISTS_COUNT", "10000000"))
WRITER_COUNTS = {1: 2_000, 100: 60_000, 1_000: 120_000, 20_000: 200_000}
MIB = 1 << 20


class Bench:
    def __init__(self, build, scratch):
        self.binary = os.path.join(build, "millrace")
        self.program = os.path.join(build, "tests", "bench", "millrace_bench")
        self.scratch = scratch
        self.rows = []  # (name, unit, median, all)

    def add(self, name, unit, values):
        self.rows.append((name, unit, statistics.median(values), values))
        print(f"  {name:<44} {statistics.median(values):>12,.1f} {unit}", flush=True)

    def folder(self, name):
        path = os.path.join(self.scratch, name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def inside(self, *arguments):
        """One measurement of millrace_bench."""
        done = subprocess.run(
            [self.program, *arguments], capture_output=True, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])

    def engine(self):
        found = [self.inside("engine") for _ in range(RUNS)]
        self.add("engine, turns of a 3-node pure flow", "/s",
                 [one["turns_per_second"] for one in found])
        self.add("engine, bytes of its record", "B", [one["record_bytes"] for one in found])

    def writer(self):
        for live, count in WRITER_COUNTS.items():
            found = [self.inside("writer", self.folder("writer"), str(live), str(count))
                     for _ in range(RUNS)]
            self.add(f"writer, synced, {live:,} live", "records/s",
                     [one["records_per_second"] for one in found])

    def memory(self):
        count = 100_000
        parked, live = [], []
        for _ in range(RUNS):
            empty = self.inside("opened", self.folder("empty"))["resident_bytes"]
            folder = self.folder("parked")
            grown = self.inside("parked", folder, str(count))
            again = self.inside("opened", folder)["resident_bytes"]
            parked.append((grown["resident_growth_bytes"], again - empty))
            one = self.inside("live", self.folder("live"), "10000")
            live.append(one["resident_growth_bytes"] / one["live"])
        self.add("100,000 parked, resident, memtables included", "MiB",
                 [a / MIB for a, _ in parked])
        self.add("100,000 parked, resident, process restarted", "MiB", [b / MIB for _, b in parked])
        self.add("a live execution (open call), resident", "B", live)

    def wrk(self, url, script, connections=CONNECTIONS, run_seconds=SECONDS_EACH):
        environment = dict(os.environ, BODY=os.path.join(HERE, "body.json"))
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{run_seconds}s", "--timeout", "10s", "--latency",
             "-s", os.path.join(HERE, script), url],
            capture_output=True, text=True, check=True, env=environment)
        return json.loads(done.stdout.splitlines()[-1])

    def trigger_run(self):
        """One run against a fresh server: the load's figures and the health rate."""
        server = servers.Server(self.binary, self.folder("triggers")).start()
        try:
            server.make_key()
            flow = publish_pure(server)
            url = f"http://127.0.0.1:{server.port}"
            self.wrk(f"{url}/hooks/{flow}/bench", "post.lua", run_seconds=1)
            before = cpu_seconds(server.process.pid)
            found = self.wrk(f"{url}/hooks/{flow}/bench", "post.lua")
            spent = cpu_seconds(server.process.pid) - before
            found["cpu_us"] = spent * 1e6 / found["requests"]
            found["health"] = self.wrk(f"{url}/health", "get.lua", run_seconds=2)["per_second"]
            server.terminate(40)
        finally:
            server.close()
        return found

    def probe_run(self):
        folder = self.folder("probe")
        os.makedirs(folder)
        process = subprocess.Popen([PROBE, "18097", os.path.join(folder, "db"), "group", "1"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(18097)
            self.wrk("http://127.0.0.1:18097/hook", "post.lua", run_seconds=1)
            return self.wrk("http://127.0.0.1:18097/hook", "post.lua")
        finally:
            process.terminate()
            process.wait()

    def triggers(self):
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(self.trigger_run())
            if PROBE:
                theirs.append(self.probe_run())
        self.add(f"triggers, durable, wrk -c{CONNECTIONS}", "/s",
                 [one["per_second"] for one in ours])
        self.add("triggers, p50", "ms", [one["p50_ms"] for one in ours])
        self.add("triggers, p99", "ms", [one["p99_ms"] for one in ours])
        self.add("triggers, CPU of the server", "us", [one["cpu_us"] for one in ours])
        self.add("triggers, errors", "", [one["errors"] for one in ours])
        self.add("/health, the same server", "/s", [one["health"] for one in ours])
        if PROBE:
            self.add("probe beside it, group mode", "/s", [one["per_second"] for one in theirs])
            self.add("triggers / probe, of each pair", "",
                     [a["per_second"] / b["per_second"] for a, b in zip(ours, theirs)])

    def disk(self):
        """Bytes at rest of executions that came over HTTP."""
        found = []
        for _ in range(RUNS):
            folder = self.folder("disk")
            server = servers.Server(self.binary, folder).start()
            try:
                server.make_key()
                flow = publish_pure(server)
                count = self.wrk(f"http://127.0.0.1:{server.port}/hooks/{flow}/bench", "post.lua",
                                 run_seconds=2)["requests"]
                server.terminate(40)
            finally:
                server.close()
            found.append(self.inside("compact", folder)["bytes"] / count)
        self.add("disk, an execution, compacted", "B", found)

    def lists(self):
        """A page of a list by flow and status, with few and with many executions stored."""
        for count in (10_000, LISTS_COUNT):
            found = self.inside("lists", self.folder("lists"), str(count))
            for page in ("first_page", "deep_page"):
                for figure in ("p50_us", "p99_us", "cold_us"):
                    self.add(f"{count:,} executions, {page}, {figure[:-3]}", "us",
                             [found[page][figure]])
            self.add(f"{count:,} executions, stored in", "s", [found["filled_seconds"]])


def publish_pure(server):
    node = lambda name, kind, data: {"id": name, "type": kind, "data": data}
    edge = lambda source, target, handle="default": {
        "source": source, "target": target, "sourceHandle": handle}
    return server.publish("bench", "webhook", [
        node("hook", "trigger", {"path": "bench"}),
        node("mark", "set", {"assignments": [
            {"name": "total", "value": "{{trigger.body.order.total * 2}}"},
            {"name": "who", "value": "{{trigger.body.contact.name}}"}]}),
        node("large", "condition", {"expression": "{{vars.total > 100}}"}),
        node("yes", "end", {"output": {"total": "{{vars.total}}"}}),
        node("no", "end", {})], [
            edge("hook", "mark"), edge("mark", "large"), edge("large", "yes", "true"),
            edge("large", "no", "false")])


def cpu_seconds(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")


def machine():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "load": os.getloadavg()[0]}


def main():
    names = sys.argv[2:] or ["engine", "writer", "triggers", "disk", "memory"]
    print(f"medians of {RUNS} runs on {machine()}")
    place = os.environ.get("SCRATCH")
    with tempfile.TemporaryDirectory(prefix="millrace-bench-", dir=place) as scratch:
        bench = Bench(os.path.abspath(sys.argv[1]), scratch)
        for name in names:
            getattr(bench, name)()
    print(json.dumps({"machine": machine(), "runs": RUNS, "measures": [
        {"name": name, "unit": unit, "median": median, "values": values}
        for name, unit, median, values in bench.rows]}))


if __name__ == "__main__":
    main()
