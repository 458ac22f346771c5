#!/usr/bin/env python3
"""Executes every `curl` example of README.md against a live server.

    readme_examples.py GANGLION MODEL_MAKER FOLDER README

An example is an indented line that begins with `curl`, with the lines up to its closing quote.
Each must end well, with a status of success (curl gets --fail-with-body), and print something.
"""

import shutil
import subprocess
import sys

from live_server import SKIP, LiveServer

ADDRESS = "127.0.0.1:8080"  # in the examples
EXAMPLE_SECONDS_MAX = 60


def examples(readme: str) -> list[str]:
    found: list[str] = []
    is_open = False
    for line in readme.splitlines():
        if is_open and not line.startswith("    "):
            raise ValueError(f"an example does not end: {found[-1]}")
        if is_open:
            found[-1] += "\n" + line
        elif line.startswith("    curl "):
            found.append(line.strip())
        else:
            continue
        is_open = found[-1].count("'") % 2 == 1
    return found


def main() -> int:
    ganglion, model_maker, folder, path = sys.argv[1:5]
    if shutil.which("curl") is None:
        print("SKIPPED: there is no curl on this machine")
        return SKIP
    with open(path, encoding="utf-8") as file:
        commands = examples(file.read())
    passed = 0
    with LiveServer(ganglion, model_maker, folder, needs_key=False) as server:
        for command in commands:
            if ADDRESS not in command:
                print(f"not for {ADDRESS}: {command}")
                continue
            command = command.replace(ADDRESS, f"127.0.0.1:{server.port}")
            command = command.replace("curl ", "curl --fail-with-body --silent --show-error ", 1)
            ran = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True,
                                 text=True, timeout=EXAMPLE_SECONDS_MAX, check=False)
            if ran.returncode == 0 and ran.stdout.strip():
                passed += 1
                continue
            print(f"{command}\nended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    failed = len(commands) - passed
    print(f"examples: {passed} passed, {failed} failed")
    return 0 if commands and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
