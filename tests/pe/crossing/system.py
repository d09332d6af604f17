"""Threads, time, and what is known of the system."""

from .script import SELF, THREAD, attributes, quads

BAD = ["0", "~na", "~odd", "~ro"]
LENGTHS = [0, 1, 4, 7, 8, 0x10, 0x18, 0x20, 0x28, 0x2C, 0x30, 0x40, 0x58, 0x100]


def times(script):
    for pointer in ["b8:", *BAD]:
        script.scene("times")
        script.call("NtQuerySystemTime", pointer)
        script.call("NtQueryPerformanceCounter", pointer, script.one(["b8:8", "0", "~na"]))
        script.call("NtQueryTimerResolution", pointer, "b4:", "b4:")
        script.call("NtSetTimerResolution", 10000, script.one([0, 1]), pointer)
        script.call("NtSetSystemTime", pointer, "0")
        script.call("NtDelayExecution", 0, pointer if pointer == "~na" else quads(-1))
        script.call("NtAllocateLocallyUniqueId", pointer)
        script.call("NtAllocateUuids", pointer, "b4:", "b4:", "b6:")
        script.call("NtQueryDefaultLocale", 0, pointer if pointer != "b8:" else "b4:4")
        script.call("NtQueryDefaultLocale", 1, pointer if pointer != "b8:" else "b4:4")
        script.call("NtQueryDefaultUILanguage", pointer if pointer != "b8:" else "b2:2")
        script.call("NtQueryInstallUILanguage", pointer if pointer != "b8:" else "b2:2")


def system(script):
    for cls, length in script.some(260, list(range(0, 110)) + [200, -1], LENGTHS):
        if cls in (5, 11, 16, 57, 64, 66, 8):  # processes, modules, handles: as large as the machine's are
            continue
        script.scene("system-information")
        script.call("NtQuerySystemInformation", cls, f"b{length:X}:", length, script.one(["&n1", "0"]))
        script.call("NtQuerySystemInformation", cls, script.one(["0", "~na"]), length, script.one(["&n1", "0", "~na"]))
    for cls in (0, 23, 107, 200):
        script.scene("system-information-ex")
        script.call("NtQuerySystemInformationEx", cls, script.one(["0", "x00000000", "~na"]), script.one([0, 4]), "b40:", 0x40, "&n1")
        script.call("NtSetSystemInformation", cls, "~na", 4)


def threads(script):
    for cls, length in script.some(160, list(range(0, 50)) + [-1], LENGTHS):
        script.scene("query-thread")
        script.call("NtQueryInformationThread", THREAD, cls, f"b{length:X}:", length, script.one(["&n1", "0", "~na"]))
        script.call("NtQueryInformationThread", script.one(["0", "4444", SELF]), cls, script.one(["0", "~na", "b100:"]), length, "&n1")
    for access, identity in script.some(60, [0, 1, 0x40, 0x800, 0x1FFFFF, 0x2000000], [quads(0, 0), quads(0, 0x7FFFFFF0), quads(4, 4), "0", "~na", "~odd"]):
        script.scene("open-thread")
        script.call("NtOpenThread", script.one(["&h1", "&h1", "~na", "0"]), access, script.one([attributes(), attributes(), "0", "~na", attributes("x")]), identity)
        script.call("NtOpenThread", "&h1", access, attributes(), identity)
    for handle in ["0", "4444", SELF]:
        script.scene("thread-handles")
        script.call("NtTerminateThread", handle if handle != "0" else "4444", 1)
        script.call("NtTerminateProcess", handle if handle == "4444" else "4448", 1)
        script.call("NtSuspendThread", handle, script.one(["&n1", "0", "~na"]))
        script.call("NtResumeThread", handle, script.one(["&n1", "0", "~na"]))
        script.call("NtFlushInstructionCache", script.one([SELF, handle]), 0, 0)
        script.call("NtCreateThreadEx", "&h2", 0x1FFFFF, 0, handle, 0, 0, 1, 0, 0, 0, 0) if handle != SELF else None
        script.call("NtCreateThreadEx", "~na", 0x1FFFFF, 0, SELF, 0, 0, 1, 0, 0, 0, 0)
    for cls, length in script.some(80, list(range(0, 50)) + [-1], [0, 4, 8]):
        script.scene("set-process")
        script.call("NtSetInformationProcess", script.one(["0", "4444", THREAD]), cls, script.one(["0", "~na"]), length)


def others(script):
    for handle in ["0", "4444"]:
        script.scene("others")
        script.call("NtFlushProcessWriteBuffers")
        script.call("NtQueryDebugFilterState", script.one([0, 101, 0x1000]), script.one([0, 3]))
        script.call("NtSetDebugFilterState", 0x1000, 3, 1)
        script.call("NtRaiseHardError", 0x50000018, 0, 0, "~na", 99, "~na")
        script.call("NtShutdownSystem", 99)
        script.call("NtDisplayString", "~na" if handle == "0" else "u|nl=2|nm=2|nb=~na")
        script.call("NtImpersonateAnonymousToken", handle)
        for service in ("NtGetTickCount", "NtGetCurrentProcessorNumber", "NtYieldExecution"):
            script.call(f"{service}")  # what they return is no status, and never twice the same


def add(script):
    times(script)
    system(script)
    threads(script)
    others(script)
