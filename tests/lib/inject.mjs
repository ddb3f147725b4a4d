// What a cluster would make of a pod: evaluates a MutatingAdmissionPolicy with
// an implementation of CEL that is not the cluster's (where Object{…} is a map),
// and merges as server-side apply does. JSON in and out.
//
//	node inject.mjs CEL-PACKAGE POLICY.json POD.json
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [cel, ...files] = process.argv.slice(2);
const { Environment } = await import(
	pathToFileURL(path.resolve(cel, 'lib/index.js')));
const [policy, object] = files.map(f => JSON.parse(fs.readFileSync(f)));

const environment = new Environment({ unlistedVariablesAreDyn: true,
	enableOptionalTypes: true, homogeneousAggregateLiterals: false });
environment.registerFunction('list.join(string): string',
	(list, between) => list.join(between));

const as_map = expression => expression
	.replace(/Object[\w.]*\{/g, '{')
	.replace(/([{,]\s*)(\w+):/g, '$1"$2":');

const key_of = one => one.mountPath ?? one.name;

function merge_lists(into, from) {
	for (const one of from) {
		const at = into.findIndex(other => key_of(other) === key_of(one));
		if (at < 0)
			into.push(one);
		else
			into[at] = merge(into[at], one);
	}
	return into;
}

function merge(into, from) {
	if (Array.isArray(from) && typeof from[0] === 'object')
		return merge_lists(into ?? [], from);
	if (typeof from !== 'object' || Array.isArray(from))
		return from;
	const merged = { ...into };
	for (const [field, value] of Object.entries(from))
		merged[field] = merge(merged[field], value);
	return merged;
}

let pod = object;
if (policy.spec.matchConditions.every(
	condition => environment.evaluate(condition.expression, { object })))
	for (const { applyConfiguration } of policy.spec.mutations)
		pod = merge(pod, environment.evaluate(
			as_map(applyConfiguration.expression), { object }));
console.log(JSON.stringify(pod, (_, value) =>
	typeof value === 'bigint' ? Number(value) : value, 1));
