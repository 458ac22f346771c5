#!/usr/bin/env python3
"""Runs the client libraries of package.json against a live server.

    run.py GANGLION MODEL_MAKER FOLDER

FOLDER gets the libraries, which come from the npm registry as the lock file pins them; the source
tree stays as it is. Exits with 77 and says why where they cannot be had.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from live_server import SKIP, LiveServer  # noqa: E402
from npm_packages import install, missing_program  # noqa: E402

NODE_MAJOR_MIN = 20  # of @langchain/openai; the others would do with 18
TEST_SECONDS_MAX = 300


def skip(why: str) -> int:
    print(f"SKIPPED: {why}")
    return SKIP


def node_major() -> int:
    text = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"v(\d+)", text)
    return int(found.group(1)) if found else 0


def main() -> int:
    ganglion, model_maker, folder = sys.argv[1:4]
    why = missing_program()
    if why:
        return skip(why)
    if node_major() < NODE_MAJOR_MIN:
        return skip(f"the libraries need node {NODE_MAJOR_MIN}, this is node {node_major()}")
    tests = sorted(name for name in os.listdir(HERE) if name.endswith(".test.js"))
    why = install(HERE, folder)
    if why:
        return skip(why)
    with LiveServer(ganglion, model_maker, os.path.join(folder, "server")) as server:
        environment = dict(os.environ, GANGLION_TEST_URL=server.url, GANGLION_TEST_KEY=server.key)
        command = ["node", "--test", "--test-concurrency=1", "--test-timeout=60000", *tests]
        ran = subprocess.run(command, cwd=folder, env=environment, timeout=TEST_SECONDS_MAX,
                             check=False)
        if ran.returncode != 0:
            print(f"the server's log ends with:\n{server.log_text()}")
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
