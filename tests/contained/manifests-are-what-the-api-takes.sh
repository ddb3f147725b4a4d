#!/bin/sh
# The Kubernetes manifests against the API's own types, and the checker against
# mistakes; the ConfigMap has what the example's rules compile to.
. "$(dirname "$0")/../lib/test.sh"
"$PYTHON" -c 'import yaml' 2>/dev/null || skip "no python3-yaml"
manifests=$TOP/examples/container/kubernetes

checked()
{
	"$PYTHON" "$TOP/tests/lib/manifests.py" "$TOP/tests/lib/kubernetes.types.json" "$@"
}

checked "$manifests"/*.yaml >"$T/wrong" || fail "$(cat "$T/wrong")"

# finds MISTAKE FILE SED-SCRIPT: it says so.
finds()
{
	sed "$3" "$manifests/$2" >"$T/$2"
	! cmp -s "$T/$2" "$manifests/$2" || fail "nothing was changed: $3"
	! checked "$T/$2" >"$T/wrong" 2>&1 || fail "not found: $3"
	has "$3" "$T/wrong" "$1"
}

finds 'V1EnvVar has no valeu' pod.yaml '0,/value:/s//valeu:/'
finds "'9464' is no number" pod.yaml 's/containerPort: 9464/containerPort: "9464"/'
finds 'no volume libary' pod.yaml '0,/name: library/s//name: libary/'
finds 'patchType is missing' inject.yaml 's/- patchType: .*/-/'
finds 'V1Volume has no configmap' inject.yaml 's/configMap: Obj/configmap: Obj/'
finds 'Object.spec.container is nothing' inject.yaml 's/Object.spec.containers{/Object.spec.container{/'
finds 'is closed by' inject.yaml 's/optional: true/optional: true)/'
finds 'V1Container has no envs' inject.kyverno.yaml 's/env:$/envs:/'

"$PYTHON" -c 'import sys, yaml
sys.stdout.write(yaml.safe_load(open(sys.argv[1]))["data"]["policy"])' \
	"$manifests/policy.yaml" >"$T/policy"
"$B/sockmendctl" compile -c "$TOP/examples/container/recorder.conf" |
	diff - "$T/policy" >"$T/differences" || fail "$(cat "$T/differences")"
