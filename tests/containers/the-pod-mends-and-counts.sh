#!/bin/sh
# The pod of kubernetes/pod.yaml, played container by container: the first
# brings the library, the old program is mended as user 1000 with the policy of
# the ConfigMap, the collector sees its events and its connections, and what is
# served over HTTP is what Prometheus reads.
. "$(dirname "$0")/../lib/containers.sh"
needs curl promtool
make_context
make_recorder
make_busybox
built "$EXAMPLE/Containerfile.tools" sockmend:1 "$CONTEXT" busybox:stable
volumes=$T/volumes
for volume in library journals metrics policy; do
	mkdir -p "$volumes/$volume"
	chmod 777 "$volumes/$volume"
done

# As the kubelet lays out a ConfigMap: whole, behind a link.
mkdir "$volumes/policy/..1"
"$PYTHON" -c 'import sys, yaml
sys.stdout.write(yaml.safe_load(open(sys.argv[1]))["data"]["policy"])' \
	"$EXAMPLE/kubernetes/policy.yaml" >"$volumes/policy/..1/policy"
ln -s ..1 "$volumes/policy/..data"
ln -s ..data/policy "$volumes/policy/policy"

# plays CONTAINER
plays()
{
	words=$("$PYTHON" "$TOP/tests/lib/pod.py" "$EXAMPLE/kubernetes/pod.yaml" \
		"$1" "$volumes") || exit 1
	eval "inside $words"
}

scraped()
{
	curl -sSf "http://127.0.0.1:9464/metrics.txt" >"$T/metrics" 2>"$T/curl" &&
		grep -Eq "$1" "$T/metrics"
}

# metric WHAT REGEX: such a sample is served within half a minute.
metric()
{
	wait_until 30 scraped "$2" || has "$1" "$T/metrics" "$2"
}

start init plays sockmend
reap init || fail "the library did not come"
start recorder plays recorder
await_listener 5000
start collector plays collector
start metrics plays metrics
start camera peer "$P/sock" tcp4 connect $HERE:5000 send 'frame one
' stay
wait_until 20 socket_is established 5000 || fail "not connected"
metric "it is mended" '^sockmend_processes\{program="nc.openbsd"\} 1$'
ss -Htno state established "sport = :5000" >"$T/ss"
has "its connection is kept alive" "$T/ss" 'timer:\(keepalive,[0-9.]*sec'
metric "its connection is counted" \
	'^sockmend_connections\{program="nc.openbsd",state="established"\} 1$'
reap_within 30 recorder
same "the silent connection ended, and with it the recorder" 0 $?
metric "that is counted" '^sockmend_events_total\{event="idle-ended",rule="recorder",program="nc.openbsd",mode="mend",uid="[0-9]+"\} 1$'
promtool check metrics <"$T/metrics" >"$T/promtool.out" 2>&1 || fail "promtool"
curl -sSI http://127.0.0.1:9464/metrics.txt >"$T/head"
has "as text" "$T/head" '^Content-[Tt]ype: text/plain'
