#!/bin/sh
# .github/workflows: YAML with the keys that GitHub knows for what we use, every
# value of the matrix defined, every command a shell's, and what a step calls in
# this tree exists. (Debian has no actionlint; where there is one, it is asked.)
. "$(dirname "$0")/../lib/test.sh"
"$PYTHON" -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"

"$PYTHON" - "$TOP" >"$T/findings" <<'END'
import glob, os, re, subprocess, sys, yaml

top = sys.argv[1]
WORKFLOW = {"name", "on", "jobs"}
JOB = {"strategy", "runs-on", "timeout-minutes", "container", "env", "steps"}
STEP = {"name", "run", "uses", "with", "env", "if"}

def known(where, thing, keys, required):
	if set(thing) - keys or required - set(thing):
		print(where, "has the keys", sorted(map(str, thing)))

def values(where, job):
	matrix = job.get("strategy", {}).get("matrix", {})
	names = set(matrix) - {"include", "exclude"}
	for row in matrix.get("include", []):
		names |= set(row)
	for used in re.findall(r"\$\{\{ *matrix\.([\w-]+) *\}\}", yaml.dump(job)):
		if used not in names:
			print(where, "uses matrix." + used, "which is not defined")

def command(where, text):
	text = re.sub(r"\$\{\{.*?\}\}", "value", text)
	if subprocess.run(["sh", "-n", "-c", text]).returncode:
		print(where, "is no command:", text)
	for file in re.findall(r"(?:^|\s)(\.ci/\S+)", text):
		if not os.access(os.path.join(top, file), os.X_OK):
			print(where, "calls", file, "which cannot be executed")

files = glob.glob(top + "/.github/workflows/*")
for file in files:
	workflow = yaml.safe_load(open(file))
	# YAML 1.1 reads the key `on` as true.
	workflow = {"on" if k is True else k: v for k, v in workflow.items()}
	known(file, workflow, WORKFLOW, {"on", "jobs"})
	for name, job in workflow["jobs"].items():
		known(name, job, JOB, {"runs-on", "steps"})
		values(name, job)
		for step in job["steps"]:
			known(name, step, STEP, set())
			if ("run" in step) == ("uses" in step):
				print(name, "has a step that neither runs nor uses, or does both")
			if "run" in step:
				command(name, step["run"])
			elif not re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step["uses"]):
				print(name, "uses", step["uses"], "of no version")
print(len(files), "read")
END
same "what is wrong" "1 read" "$(cat "$T/findings")"
! command -v actionlint >/dev/null || (cd "$TOP" && actionlint) >"$T/lint.out" 2>&1 ||
	fail "actionlint"
