// The types of the Kubernetes API that our manifests use, as its JavaScript
// client has them, which is generated from the API's own description:
//
//	npm pack @kubernetes/client-node && tar xzf kubernetes-client-node-*.tgz
//	node kubernetes_types.mjs package >kubernetes.types.json
//
// {"Type": {"field": "type"}}, a field that must be there as "field!".
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const kinds = ['V1Pod', 'V1ConfigMap', 'V1beta1MutatingAdmissionPolicy',
	'V1beta1MutatingAdmissionPolicyBinding'];
const models = path.resolve(process.argv[2], 'dist/gen/models');
const types = {};

async function add(name) {
	const file = path.join(models, name);
	if (name in types || !fs.existsSync(file + '.js'))
		return;
	const declared = fs.readFileSync(file + '.d.ts', 'utf8');
	const model = (await import(pathToFileURL(file + '.js')))[name];
	types[name] = {};
	for (const field of model.attributeTypeMap ?? []) {
		const must = declared.includes(`'${field.name}':`) ? '!' : '';
		types[name][field.baseName + must] = field.type;
		for (const part of field.type.match(/\w+/g))
			await add(part);
	}
}

for (const kind of kinds)
	await add(kind);
const { version } = JSON.parse(
	fs.readFileSync(path.join(process.argv[2], 'package.json')));
const lines = Object.keys(types).sort().map(
	name => `${JSON.stringify(name)}: ${JSON.stringify(types[name])}`);
console.log(`{"from": "@kubernetes/client-node ${version}, Apache-2.0",\n` +
	lines.join(',\n') + '}');
