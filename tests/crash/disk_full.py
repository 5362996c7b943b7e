#!/usr/bin/env python3
"""`disk_full.py BINARY`: a disk that fills up and is freed again. Needs to mount a small tmpfs;
exits 77 (skipped) where it may not."""

import asyncio
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import counter as counters  # noqa: E402
import load as loads  # noqa: E402
import server as servers  # noqa: E402
import verify  # noqa: E402

DISK_MIB = 384  # freeing what fill() took leaves more than a memtable, which healing asks for
SKIPPED = 77


async def until(condition, what, patience=60):
    for _ in range(patience * 10):
        if await asyncio.to_thread(condition):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(what)


def fill(path):
    """Takes all space that is left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0")
        except OSError:
            pass


async def run(binary, disk, folder):
    counter = await counters.Counter().start()
    server = servers.Server(binary, os.path.join(disk, "data"),
                            ["--egress-allow", "127.0.0.0/8"], os.path.join(folder, "server.log"))
    ballast = os.path.join(disk, "ballast")
    try:
        await asyncio.to_thread(server.start)
        server.make_key()
        flows = await asyncio.to_thread(loads.publish_flows, server, counter.port)
        load = loads.Load({"pure": flows["pure"]}, text_bytes=20_000)  # eats what is preallocated
        load.port = server.port
        workers = [asyncio.create_task(load.worker("pure", keyed=False)) for _ in range(8)]
        await asyncio.sleep(0.5)
        fill(ballast)
        await until(lambda: server.ask("GET", "/ready")[0] == 503, "a full disk left it ready")
        status, _ = await asyncio.to_thread(server.ask, "GET", "/v1/flows/executions?limit=5")
        assert status == 200, f"reading answers {status} while the disk is full"
        hook = f"/hooks/{flows['pure']}/pure"
        status, _ = await asyncio.to_thread(server.ask, "POST", hook, {"n": -1})
        assert status == 503, f"a trigger is answered {status} while the disk is full"
        os.remove(ballast)
        await until(lambda: server.ask("GET", "/ready")[0] == 200, "space does not make it ready")
        before = len(load.sent)
        await until(lambda: any(entry.execution for entry in load.sent[before:]), "nothing gets in")
        load.stopped = True
        await asyncio.gather(*workers)
        await verify.settle(server)
        stored = await verify.check_executions(server, load.sent)
        print(f"{len(load.sent)} triggers over a full disk, {stored} executions, "
              f"{load.refused_busy} refused")
    finally:
        server.close()


def main():
    with tempfile.TemporaryDirectory(prefix="millrace-full-") as folder:
        disk = os.path.join(folder, "disk")
        os.mkdir(disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", disk],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            print("may not mount a tmpfs here")
            sys.exit(SKIPPED)
        try:
            asyncio.run(run(os.path.abspath(sys.argv[1]), disk, folder))
        finally:
            subprocess.run(["umount", disk], check=True)


if __name__ == "__main__":
    main()
