"""One container of a pod, for buildah: prints a shell's words to run it.

    pod.py POD.yaml CONTAINER VOLUMES

Volumes are directories below VOLUMES. What a container has of the pod's
security context is its user.
"""
import shlex
import sys

import yaml


def words(pod, name, volumes):
    spec = pod["spec"]
    one = next(c for c in spec["initContainers"] + spec["containers"]
               if c["name"] == name)
    context = {**spec.get("securityContext", {}),
               **one.get("securityContext", {})}
    user = f'{context["runAsUser"]}:{context["runAsGroup"]}'
    yield from ("--user", user)
    for env in one.get("env", []):
        yield from ("--env", f'{env["name"]}={env["value"]}')
    for mount in one.get("volumeMounts", []):
        flags = "ro" if mount.get("readOnly") else "rw"
        path = f'{volumes}/{mount["name"]}'
        yield from ("-v", f'{path}:{mount["mountPath"]}:{flags}')
    yield f'$(container_of {one["image"]})'
    yield "--"
    yield from one.get("command") or [f'$(command_of {one["image"]} Entrypoint)']
    yield from one.get("args", [])


def quoted(word):
    return word if word.startswith("$(") else shlex.quote(word)


with open(sys.argv[1]) as file:
    print(*(quoted(w) for w in words(yaml.safe_load(file), *sys.argv[2:])))
