#!/usr/bin/env python3
"""README's first program: its build line works with what was installed, and it prints what README says."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile


def block(section, language):
    return re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL).group(1)


def find(folder, name):
    return next(pathlib.Path(folder).rglob(name))


def installed_environment(installed):
    library = find(installed, "libzw.so").parent
    programs = find(installed, "bin/ntobj").parent
    return dict(
        os.environ,
        PATH=f"{programs}:{os.environ['PATH']}",
        LD_LIBRARY_PATH=str(library),
        PKG_CONFIG_PATH=str(library / "pkgconfig"),
        PKG_CONFIG_SYSROOT_DIR=str(installed),
        NTOBJD=str(programs / "ntobjd"),
    )


def main():
    readme, build = sys.argv[1:]
    text = pathlib.Path(readme).read_text(encoding="utf-8")
    section = text.split("## A first program\n", 1)[1].split("\n## ", 1)[0]
    with tempfile.TemporaryDirectory() as folder:
        installed = pathlib.Path(folder, "installed")
        install = ["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", installed]
        subprocess.run(install, check=True)
        pathlib.Path(folder, "app.c").write_text(block(section, "c"), encoding="utf-8")
        shell = ["sh", "-e", "-c", block(section, "sh")]
        printed = subprocess.run(
            ["ntobj", "session", "run", "--timeout", "60", "--", *shell],
            cwd=folder,
            env=installed_environment(installed),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    wanted = block(section, "text")
    assert printed == wanted, f"printed:\n{printed}\nwanted:\n{wanted}"


if __name__ == "__main__":
    main()
