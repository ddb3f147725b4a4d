"""Runs a command as a container's engine would: with the capabilities it gives
by default, and under its seccomp profile.

    engine_seccomp.py PROFILE.json COMMAND...

Capabilities are taken from the bounding set, so that what is executed as root
has no more of them. Rules that an engine leaves out for such a container, or
for this machine, are left out here.
"""
import errno
import json
import os
import platform
import sys

import seccomp

CAPABILITIES = """chown dac_override fowner fsetid kill net_bind_service setfcap
setgid setpcap setuid sys_chroot""".split()

COMPARE = {
    "SCMP_CMP_NE": seccomp.NE, "SCMP_CMP_LT": seccomp.LT,
    "SCMP_CMP_LE": seccomp.LE, "SCMP_CMP_EQ": seccomp.EQ,
    "SCMP_CMP_GE": seccomp.GE, "SCMP_CMP_GT": seccomp.GT,
    "SCMP_CMP_MASKED_EQ": seccomp.MASKED_EQ,
}


def action(name, number):
    if name == "SCMP_ACT_ALLOW":
        return seccomp.ALLOW
    if name == "SCMP_ACT_ERRNO":
        return seccomp.ERRNO(errno.EPERM if number is None else number)
    return seccomp.KILL_PROCESS


def kernel():
    return [int(n) for n in platform.release().split("-")[0].split(".")[:2]]


def applies(when):
    """Is all of this so, for such a container on this machine?"""
    caps = {"CAP_" + name.upper() for name in CAPABILITIES}
    least = [int(n) for n in when.get("minKernel", "0.0").split(".")]
    return (set(when.get("caps", [])) <= caps and kernel() >= least and
            ("arches" not in when or "amd64" in when["arches"]))


def excluded(when):
    caps = {"CAP_" + name.upper() for name in CAPABILITIES}
    return bool(caps & set(when.get("caps", []))
                or "amd64" in when.get("arches", []))


def arguments(rule):
    for arg in rule.get("args") or []:
        one, two = arg["value"], arg.get("valueTwo", 0)
        compare = COMPARE[arg["op"]]
        yield (seccomp.Arg(arg["index"], compare, one, two)
               if arg["op"] == "SCMP_CMP_MASKED_EQ"
               else seccomp.Arg(arg["index"], compare, one))


def filter_of(profile):
    default = action(profile["defaultAction"], profile.get("defaultErrnoRet"))
    made = seccomp.SyscallFilter(default)
    made.set_attr(seccomp.Attr.CTL_NNP, False)
    for arch in seccomp.Arch.X86, seccomp.Arch.X32:
        made.add_arch(arch)
    for rule in profile["syscalls"]:
        if not applies(rule.get("includes") or {}) or \
                excluded(rule.get("excludes") or {}):
            continue
        do = action(rule["action"], rule.get("errnoRet"))
        if rule["action"] == profile["defaultAction"] and \
                rule.get("errnoRet") == profile.get("defaultErrnoRet"):
            continue
        for name in rule["names"]:
            try:
                made.add_rule(do, name, *arguments(rule))
            except (RuntimeError, ValueError, OSError):
                pass  # not one of this machine's calls, or said before
    return made


def main():
    with open(sys.argv[1]) as file:
        filter_of(json.load(file)).load()
    keep = ",".join("+" + name for name in CAPABILITIES)
    os.execvp("setpriv", ["setpriv", "--inh-caps=-all," + keep,
                          "--bounding-set=-all," + keep] + sys.argv[2:])


main()
