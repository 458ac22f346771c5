"""Libraries from the npm registry for tests, as a lock file pins them."""

import os
import shutil
import subprocess

INSTALL_SECONDS_MAX = 240


def missing_program() -> str:
    """Empty, or which program is not there."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return f"there is no {program} on this machine"
    return ""


def install(source: str, folder: str) -> str:
    """Copies the scripts of `source` to `folder` and installs its libraries there; the source tree
    stays as it is. Empty, or why it did not work. What is there already and of the same lock file
    stays."""
    os.makedirs(folder, exist_ok=True)
    for name in sorted(os.listdir(source)):
        if name.endswith((".js", ".json")):
            shutil.copy(os.path.join(source, name), os.path.join(folder, name))
    lock = os.path.join(source, "package-lock.json")
    done = os.path.join(folder, "installed-lock.json")
    if os.path.exists(done) and open(done, "rb").read() == open(lock, "rb").read():
        return ""
    try:
        ran = subprocess.run(["npm", "ci", "--no-fund", "--no-audit", "--ignore-scripts"],
                             cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, timeout=INSTALL_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return f"npm ci took more than {INSTALL_SECONDS_MAX} s"
    if ran.returncode != 0:
        return f"npm ci failed (is there a registry in reach?):\n{ran.stdout[-2000:]}"
    shutil.copy(lock, done)
    return ""
