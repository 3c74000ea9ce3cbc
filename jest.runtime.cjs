/**
 * Jest's runtime, but for one thing: what a file was compiled to is kept for the further test files of the same worker.
 * Each of them loads some 1,300 modules, of CDKTF above all, and Jest compiles all of them for each anew: a third of the
 * processor time of `npm test`. Modules are still executed for every test file by itself, in a context of its own: the
 * files share code, and no state.
 */
const { Script } = require("node:vm");

/** By way of what package.json names: npm may put it anywhere. */
const runtimeFile = ["jest", "@jest/core", "jest-runtime"].reduce(
  (from, name) => require.resolve(name, { paths: [from] }),
  module.filename,
);
const { default: Runtime } = require(runtimeFile);

/** Of this worker, by path: the text that was compiled, and what it came to. */
const compiled = new Map();

module.exports = class extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor, _environment: environment } = this;
    const jests = executor.compile.bind(executor);
    const head = `(function (${executor.injectedModuleParameters.join(", ")}) {`;
    executor.compile = (source, filename) => {
      const context = environment.getVmContext();
      let known = compiled.get(filename);
      if (known?.source !== source) {
        known = { source, script: scriptOf(head, source, filename) };
        compiled.set(filename, known);
      }
      // Jest tells mistakes, and what becomes of `import()`.
      return context === null || known.script === undefined
        ? jests(source, filename)
        : known.script.runInContext(context);
    };
  }
};

/** Undefined for what Jest had better compile. Without a line of its own in front, places in the file stay as they are. */
function scriptOf(head, source, filename) {
  if (/\bimport\s*\(/.test(source)) return undefined;
  try {
    return new Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
  } catch {
    return undefined;
  }
}
