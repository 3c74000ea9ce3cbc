/** A directive of an nginx configuration, with a block when it has a body. */
export interface Directive {
  /** In a `map` or `geo`: the value to match. */
  readonly name: string;
  readonly args: readonly Argument[];
  readonly body?: readonly Directive[];
}

/** A string is quoted where it must be; `raw` is written as it is (conditions of `if`). */
export type Argument = string | number | { readonly raw: string };

export const directive = (name: string, ...args: readonly Argument[]): Directive => ({ name, args });

export const block = (name: string, args: readonly Argument[], body: readonly Directive[]): Directive => ({
  name,
  args,
  body,
});

/** Characters that nginx reads as part of a word wherever they stand. */
const WORD = /^[\w./:=$@-]+$/;

function quoted(argument: Argument): string {
  if (typeof argument === "number") return String(argument);
  if (typeof argument === "object") return argument.raw;
  if (/[\r\n\0]/.test(argument)) throw new Error(`not in one line: ${JSON.stringify(argument)}`);
  return WORD.test(argument) ? argument : `"${argument.replace(/["\\]/g, (found) => `\\${found}`)}"`;
}

/** The text of a configuration; two spaces a level. */
export function renderNginx(directives: readonly Directive[], indent = ""): string {
  return directives
    .map(({ name, args, body }) => {
      const head = [name, ...args].map(quoted).join(" ");
      if (body === undefined) return `${indent}${head};\n`;
      return `${indent}${head} {\n${renderNginx(body, `${indent}  `)}${indent}}\n`;
    })
    .join("");
}
