#!/usr/bin/env python3
"""Every service that the public headers declare, under both its names, is called by a Windows program.

    test-services.py CALLER.exe IMAGE.exe HEADERS

caller makes the calls of tests/pe/crossing under ntrun, each through checked_call(): a service that loses a
register, or takes a parameter from the wrong place, shows here. A service that no call names fails the test.
Exit code: 0 all is well, 1 not.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import comparing
import crossing
import worlds

HERE = pathlib.Path(__file__).resolve().parent
SHARE = 0.05


def declared(headers):
    done = subprocess.run(
        [sys.executable, HERE / "support/services.py", "names", headers], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def main():
    caller, image, headers = sys.argv[1:]
    called, succeeded, complaints = set(), set(), []
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ntobj-files-"))
    shutil.copy(image, folder / "image.exe")
    with worlds.Ntrun() as world:
        for noun, script in crossing.scripts("services", SHARE):
            answers = comparing.answers(world, caller, script.text(), folder)
            for label, calls in comparing.scenes(script.text()):
                lines = answers.get(label, [])
                if len(lines) != len(calls):
                    complaints.append(f"{noun}: {label}: {len(lines)} answers to {len(calls)} calls")
                for line in lines:
                    called.add(line.split()[0])
                    if comparing.succeeded(line):
                        succeeded.add(line.split()[0])
                    if any(word in line for word in ("BROKEN", "ENDED", "NOT-THERE", "NO-SUCH")):
                        complaints.append(f"{noun}: {label}: {line}")
    shutil.rmtree(folder, ignore_errors=True)
    missing = sorted(declared(headers) - called)
    complaints += [f"{name} is called by nothing in tests/pe/crossing" for name in missing]
    for complaint in complaints:
        print(complaint)
    print(f"{len(called)} services called, of which {len(succeeded)} with success too")
    sys.exit(1 if complaints else 0)


main()
