"""Holds a Grafana dashboard to its JSON model and prints its queries as rules.

dashboard.py FILE: nothing and a failure when Grafana would not load it; else
a file of recording rules for promtool, one for each query, with Grafana's
variables filled in.
"""
import json
import re
import sys

PANELS = {"stat", "timeseries", "table", "row"}
UNITS = {"short", "s", "cps"}


def check(condition, what):
    if not condition:
        sys.exit(f"{sys.argv[1]}: {what}")


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and
            a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def check_panel(panel, sources):
    title = panel["title"]
    place = panel["gridPos"]
    check(title and panel["type"] in PANELS, f"{title}: type")
    check(all(isinstance(place[k], int) for k in "xywh"), f"{title}: gridPos")
    check(0 <= place["x"] and place["x"] + place["w"] <= 24 and
          place["w"] > 0 and place["h"] > 0, f"{title}: off the grid")
    if panel["type"] == "row":
        return
    check(panel["datasource"] == sources, f"{title}: datasource")
    defaults = panel["fieldConfig"]["defaults"]
    check(defaults["unit"] in UNITS, f"{title}: unit")
    steps = [s["value"] for s in defaults["thresholds"]["steps"]]
    check(steps[0] is None and steps[1:] == sorted(steps[1:]), f"{title}: thresholds")
    check(panel["fieldConfig"]["overrides"] == [], f"{title}: overrides")
    references = [t["refId"] for t in panel["targets"]]
    check(references and len(set(references)) == len(references), f"{title}: refId")
    for target in panel["targets"]:
        check(target["datasource"] == sources, f"{title}: a target's datasource")


def query(expression, variables):
    for name in re.findall(r"\$\{?(\w+)", expression):
        check(name in variables or name == "__rate_interval", f"no variable ${name}")
    filled = expression.replace("$__rate_interval", "5m")
    return re.sub(r"\$\w+", ".*", filled)


board = json.load(open(sys.argv[1]))
check(board["id"] is None and re.fullmatch(r"[\w-]{1,40}", board["uid"]), "id, uid")
check(board["title"] and board["schemaVersion"] >= 36, "title, schemaVersion")
check({"from", "to"} <= board["time"].keys(), "time")
variables = {v["name"]: v for v in board["templating"]["list"]}
check(variables["datasource"]["type"] == "datasource" and
      variables["datasource"]["query"] == "prometheus", "the datasource variable")
source = {"type": "prometheus", "uid": "${datasource}"}
for variable in variables.values():
    check(variable["type"] == "datasource" or variable["datasource"] == source,
          f"variable {variable['name']}: datasource")
panels = board["panels"]
numbers = [p["id"] for p in panels]
check(len(set(numbers)) == len(numbers) and all(n > 0 for n in numbers), "panel ids")
for i, panel in enumerate(panels):
    check_panel(panel, source)
    for other in panels[:i]:
        check(not overlap(panel["gridPos"], other["gridPos"]),
              f"{panel['title']} lies over {other['title']}")

print("groups:\n- name: dashboard\n  rules:")
expressions = [t["expr"] for p in panels for t in p.get("targets", [])]
for variable in variables.values():
    asked = re.match(r"label_values\((.*), \w+\)$", variable.get("definition", ""))
    if asked:
        expressions.append(asked[1])
for i, expression in enumerate(expressions):
    print(f"  - record: panel:{i}\n    expr: {json.dumps(query(expression, variables))}")
