"""Installs what the clients need, under conformance/target, once: what is there already is left alone."""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import venv

from harness.places import CONFORMANCE, PROJECT, TARGET

_apt_updated = False


def run(command, **options):
    """Runs to the end; on failure the whole output is in the exception."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def program(name, package, *, aliases=()):
    """The path of a program, installing Debian's package when it is missing and this is root."""
    for each in (name, *aliases):
        found = shutil.which(each)
        if found:
            return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise RuntimeError(f"{name} is missing; install it: apt install {package}")
    global _apt_updated
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not _apt_updated:
        run(["apt-get", "update", "-qq"], env=env)
        _apt_updated = True
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env=env)
    return shutil.which(name) or shutil.which(aliases[0] if aliases else name)


def python(name, requirements):
    """The python of a virtual environment that holds the requirements."""
    place = TARGET / ".venv" / name
    executable = place / "bin" / "python"
    stamp = place / "requirements.sha256"
    wanted = hashlib.sha256(json.dumps([requirements, sys.version]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return executable
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True)
    run([executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements])
    stamp.write_text(wanted)
    return executable


def python_version(executable, package):
    return run([executable, "-c", f"import importlib.metadata as m; print(m.version('{package}'))"]).strip()


def node_modules(name, packages):
    """A folder with the packages in node_modules and our suites beside them, where imports find them."""
    place = TARGET / name
    place.mkdir(parents=True, exist_ok=True)
    for source in sorted((CONFORMANCE / "node").iterdir()):
        if source.is_file():
            shutil.copy(source, place / source.name)
    stamp = place / "packages.json"
    wanted = json.dumps(packages)
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(place / "node_modules", ignore_errors=True)
        run(["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", *packages], cwd=place)
        stamp.write_text(wanted)
    return place


def node_version(place, package):
    return json.loads((place / "node_modules" / package / "package.json").read_text())["version"]


def java_home():
    script = f'. "{PROJECT}/.mvn/find-jdk.sh"; printf %s "$JAVA_HOME"'
    return run(["sh", "-c", script]).strip()


def java_tests():
    """Compiles the Java suite; gives the class path that runs it and the documentation's Java samples."""
    listing = TARGET / "java.classpath"
    run(
        [
            PROJECT / "mvnw",
            "-q",
            "-Pconformance",
            "-pl",
            "conformance",
            "test-compile",
            "dependency:build-classpath",
            f"-Dmdep.outputFile={listing}",
            "-Dmdep.includeScope=test",
        ],
        cwd=PROJECT,
    )
    return listing.read_text().strip()


def go_module():
    """A folder where Go finds the pinned client; `go run` fetches it on first use."""
    place = TARGET / "go"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(CONFORMANCE / "go" / name, place / name)
    return place


def dw(executable, destination):
    """The existing `dw` binary of PyPI. It names glibc 2.39 for two symbols that it can do without; where glibc is
    older, the copy used here has that need marked weak, which is what the loader then ignores."""
    source = executable.parent.parent / "lib"
    binary = next(source.glob("python*/site-packages/dw_cli/bin/dw"))
    content = bytearray(binary.read_bytes())
    _weaken(content, "GLIBC_2.39")
    destination.write_bytes(content)
    destination.chmod(0o755)
    return destination


def _weaken(elf, version):
    """Sets VER_FLG_WEAK on one needed version of a little-endian ELF64 file (see elf(5), `.gnu.version_r`)."""
    offset = struct.unpack_from("<Q", elf, 0x28)[0]
    size, count = struct.unpack_from("<HH", elf, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]
    needs = next(section for section in sections if section[1] == 0x6FFFFFFE)
    strings, need = sections[needs[6]][4], needs[4]
    for _ in range(needs[7]):
        _, entries, _, first, following = struct.unpack_from("<HHIII", elf, need)
        entry = need + first
        for _ in range(entries):
            _, flags, _, name, next_entry = struct.unpack_from("<IHHII", elf, entry)
            start = strings + name
            if elf[start : elf.index(0, start)].decode() == version:
                struct.pack_into("<H", elf, entry + 4, flags | 2)
            entry += next_entry
        need += following
