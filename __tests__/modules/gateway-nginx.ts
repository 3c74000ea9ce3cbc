/** A parsed nginx directive; `block` is absent for those without one. */
export interface Parsed {
  readonly words: readonly string[];
  readonly block?: readonly Parsed[];
}

/** Words without their quotes, `;`, `{` and `}`; the text of a quoted word is prefixed, so that `";"` is a word. */
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([{};])|([^\s{};"]+(?:"[^"]*"[^\s{};"]*)*))\s*/gy;

/** Parses a configuration as nginx does. Throws on what is not one. */
export function parseNginx(text: string): Parsed[] {
  const tokens: { readonly word?: string; readonly mark?: string }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`cannot read ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, quoted, mark, bare] = match;
    tokens.push(mark === undefined ? { word: quoted?.replace(/\\(["'\\])/g, "$1") ?? bare ?? "" } : { mark });
  }
  let position = 0;
  const body = (nested: boolean): Parsed[] => {
    const directives: Parsed[] = [];
    let words: string[] = [];
    for (;;) {
      const token = tokens[position];
      position += 1;
      if (token === undefined || token.mark === "}") {
        if (words.length > 0 || (token === undefined) === nested) throw new Error("unbalanced");
        return directives;
      }
      if (token.word !== undefined) words.push(token.word);
      else {
        if (words.length === 0) throw new Error("a directive without a name");
        directives.push(token.mark === ";" ? { words } : { words, block: body(true) });
        words = [];
      }
    }
  };
  return body(false);
}

/** The only directive of a name. */
export function one(directives: readonly Parsed[], name: string): Parsed {
  const [found, ...others] = directives.filter(({ words }) => words[0] === name);
  if (found === undefined || others.length > 0) throw new Error(`not exactly one ${name}`);
  return found;
}

/** Every directive, nested ones too. */
export const all = (directives: readonly Parsed[]): Parsed[] =>
  directives.flatMap((directive) => [directive, ...all(directive.block ?? [])]);

/** Values of a `map` or `geo` by key, in order. */
export const entries = ({ block = [] }: Parsed): [string, string][] =>
  block.map(({ words: [key = "", value = ""] }) => [key, value]);
