"""Holds the manifests of examples/container/kubernetes against the API's types.

    manifests.py TYPES.json FILE...

Says what is wrong, a line each: unknown or missing fields, values of another
type, mounts of volumes that are not there; in a MutatingAdmissionPolicy also
what its expression constructs, and in a ClusterPolicy the pods it patches.
"""
import json
import re
import sys

import yaml

KINDS = {
    "v1/Pod": "V1Pod",
    "v1/ConfigMap": "V1ConfigMap",
    "admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy":
        "V1beta1MutatingAdmissionPolicy",
    "admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding":
        "V1beta1MutatingAdmissionPolicyBinding",
}
PLAIN = {"string": str, "boolean": bool, "number": int, "Date": str,
         "IntOrString": (int, str), "any": object}
wrong = []


def say(where, what):
    wrong.append(f"{where}: {what}")


def fields_of(name):
    return {field.rstrip("!"): kind for field, kind in types[name].items()}


def check(value, kind, where, whole=True):
    """whole: what must be there is there; a patch may leave it out."""
    listed = re.fullmatch(r"Array<(.*)>", kind)
    keyed = re.fullmatch(r"\{ \[key: string\]: (.*); \}", kind)
    if listed and isinstance(value, list):
        for i, one in enumerate(value):
            check(one, listed[1], f"{where}[{i}]", whole)
    elif keyed and isinstance(value, dict):
        for key, one in value.items():
            check(one, keyed[1], f"{where}.{key}", whole)
    elif kind in types and isinstance(value, dict):
        check_fields(value, kind, where, whole)
    elif kind not in PLAIN or not isinstance(value, PLAIN[kind]) or (
            kind == "number" and isinstance(value, bool)):
        say(where, f"{value!r} is no {kind}")


def check_fields(value, kind, where, whole):
    known = fields_of(kind)
    for field, one in value.items():
        if field not in known:
            say(where, f"{kind} has no {field}")
        else:
            check(one, known[field], f"{where}.{field}", whole)
    for field in types[kind]:
        if whole and field.endswith("!") and field[:-1] not in value:
            say(where, f"{field[:-1]} is missing")


def check_mounts(spec, where):
    volumes = {volume["name"] for volume in spec["volumes"]}
    for one in spec.get("initContainers", []) + spec["containers"]:
        for mount in one.get("volumeMounts", []):
            if mount["name"] not in volumes:
                say(where, f'no volume {mount["name"]}')


def type_at(path):
    """Object.spec.containers -> V1Container"""
    kind = "V1Pod"
    for field in path.split(".")[1:]:
        kind = fields_of(kind).get(field, "nothing")
        kind = re.sub(r"^Array<(.*)>$", r"\1", kind)
        if kind not in types:
            return None
    return kind


def check_constructed(expression, where):
    """Object.spec.volumes{name: ...}: are these the fields of a volume?"""
    token = re.compile(r'"(?:[^"\\]|\\.)*"|Object[\w.]*(?=\{)|(\w+):|[{}()\[\]]')
    stack, coming = [], None
    for found in token.finditer(expression):
        text = found[0]
        if text.startswith("Object"):
            coming = type_at(text) or say(where, f"{text} is nothing")
        elif text in "{([":
            stack.append((text, coming))
            coming = None
        elif text in "})]":
            opened = stack.pop()[0] if stack else ""
            if opened + text not in ("{}", "()", "[]"):
                say(where, f"{opened or 'nothing'} is closed by {text}")
        elif found[1] and stack and stack[-1][1]:
            if found[1] not in fields_of(stack[-1][1]):
                say(where, f"{stack[-1][1]} has no {found[1]}")
    if stack:
        say(where, f"{stack[-1][0]} is never closed")


def check_patches(policy, where):
    for rule in policy["spec"]["rules"]:
        mutate = rule["mutate"]
        for part in [mutate] + mutate.get("foreach", []):
            patch = json.loads(json.dumps(part.get("patchStrategicMerge", {}))
                               .replace('"(name)"', '"name"'))
            check(patch, "V1Pod", f'{where} {rule["name"]}', whole=False)


def check_document(document, where):
    name = f'{document["apiVersion"]}/{document["kind"]}'
    where = f'{where} {document["kind"]}'
    if name == "kyverno.io/v1/ClusterPolicy":
        return check_patches(document, where)
    if name not in KINDS:
        return say(where, f"{name} is not known")
    check(document, KINDS[name], where)
    if name == "v1/Pod":
        check_mounts(document["spec"], where)
    for mutation in document.get("spec", {}).get("mutations", []):
        check_constructed(mutation["applyConfiguration"]["expression"], where)


with open(sys.argv[1]) as file:
    types = json.load(file)
types.pop("from")
for path in sys.argv[2:]:
    with open(path) as file:
        for document in yaml.safe_load_all(file):
            check_document(document, path.rsplit("/", 1)[-1])
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(bool(wrong))
