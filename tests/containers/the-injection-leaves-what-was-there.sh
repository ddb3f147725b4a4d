#!/bin/sh
# The expression of kubernetes/inject.yaml, evaluated on pods: each container gets
# the library, its policy and a place for journals, keeps what it had, and has its
# own LD_PRELOAD behind ours. What comes out is a pod again, and is not changed twice.
. "$(dirname "$0")/../lib/test.sh"
needs node npm
"$PYTHON" -c 'import yaml' 2>/dev/null || skip "no python3-yaml"
cd "$T" || exit 1
npm pack -s @marcbachmann/cel-js@8.0.0 >"$T/pack" 2>&1 &&
	tar -xzf marcbachmann-cel-js-*.tgz || skip "no package of CEL to be had"

cat >pod.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: old}
spec:
  initContainers: [{name: first, image: one}]
  containers:
    - name: plain
      image: one
      volumeMounts: [{name: data, mountPath: /data}]
    - name: own
      image: two
      env: [{name: A, value: b}, {name: LD_PRELOAD, value: /theirs.so}]
    - name: from
      image: three
      env: [{name: LD_PRELOAD, valueFrom: {configMapKeyRef: {name: c, key: k}}}]
  volumes: [{name: data, emptyDir: {}}]
END
"$PYTHON" -c 'import json, sys, yaml
policy = next(yaml.safe_load_all(open(sys.argv[1])))
json.dump(policy, open("policy.json", "w"))
json.dump(yaml.safe_load(open("pod.yaml")), open("pod.json", "w"))' \
	"$TOP/examples/container/kubernetes/inject.yaml" || fail "yaml"

injected()
{
	node "$TOP/tests/lib/inject.mjs" package policy.json "$1"
}

injected pod.json >once.yaml 2>"$T/node.err" || fail "it is not evaluated"
injected once.yaml >twice.yaml || fail "not twice"
cmp once.yaml twice.yaml || fail "it is changed again"
"$PYTHON" "$TOP/tests/lib/manifests.py" "$TOP/tests/lib/kubernetes.types.json" \
	once.yaml >wrong || fail "$(cat wrong)"
"$PYTHON" -c 'import json
spec = json.load(open("once.yaml"))["spec"]
print("init", *(c["name"] for c in spec["initContainers"]))
print("volumes", *(v["name"] for v in spec["volumes"]))
for c in spec["containers"]:
    print(c["name"], c["image"], *(m["mountPath"] for m in c.get("volumeMounts", [])))
    print(*(e["name"] + "=" + e.get("value", "?") for e in c.get("env", [])))' >got
cat >wanted <<'END'
init first sockmend
volumes data sockmend-library sockmend-policy sockmend-journals
plain one /data /sockmend /etc/sockmend /run/sockmend
LD_PRELOAD=/sockmend/$LIB/libsockmend.so SOCKMEND_POLICY=/etc/sockmend/policy SOCKMEND_RUNDIR=/run/sockmend/plain
own two /sockmend /etc/sockmend /run/sockmend
A=b LD_PRELOAD=/sockmend/$LIB/libsockmend.so:/theirs.so SOCKMEND_POLICY=/etc/sockmend/policy SOCKMEND_RUNDIR=/run/sockmend/own
from three
LD_PRELOAD=?
END
diff wanted got || fail "that is another pod"
