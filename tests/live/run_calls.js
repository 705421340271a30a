// Calls functions of src/live with tensors, for tests in Python. Run by the node of Playwright:
// node run_calls.js FOLDER SCRIPT...
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [folder, ...scripts] = process.argv.slice(2);
for (const script of scripts) vm.runInThisContext(fs.readFileSync(script, "utf8"), script);

const numbers = fs.readFileSync(path.join(folder, "arguments.bin"));
const floats = new Float32Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 4);
const results = [];
let length = 0;

// A tensor is [where its numbers begin among all, its shape] in the files of both directions.
function taken(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(taken);
  if ("tensor" in value) {
    const [start, shape] = value.tensor;
    return { data: floats.slice(start, start + shape.reduce((a, b) => a * b, 1)), shape };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, taken(inner)]));
}

function returned(value) {
  if (value instanceof Float32Array) value = { data: value, shape: [value.length] };
  if (value?.data instanceof Float32Array) {
    results.push(value.data);
    length += value.data.length;
    return { tensor: [length - value.data.length, value.shape] };
  }
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(returned);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, returned(inner)]));
}

const calls = JSON.parse(fs.readFileSync(path.join(folder, "calls.json"), "utf8"));
const answers = calls.map(({ code, values }) => {
  try {
    return { value: returned(vm.runInThisContext(code)(...values.map(taken))) };
  } catch (error) {
    return { error: error.message };
  }
});
const all = new Float32Array(length);
let place = 0;
for (const part of results) {
  all.set(part, place);
  place += part.length;
}
fs.writeFileSync(path.join(folder, "results.bin"), all);
fs.writeFileSync(path.join(folder, "results.json"), JSON.stringify(answers));
