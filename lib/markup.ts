/** Text that is HTML, or SVG, already. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = Markup | string | number | readonly Markup[];

/** HTML or SVG in which every value is text: what is put into it is escaped, unless it was made by this function itself. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(
    strings.map((part, index) => part + (index < values.length ? textOf(values[index] ?? "") : "")).join(""),
  );

const textOf = (value: Value): string => {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escaped(String(value));
};

/** Control characters that a document must not have. */
// eslint-disable-next-line no-control-regex -- these are the ones
const NOT_IN_XML = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

const escaped = (text: string): string =>
  text
    .replace(NOT_IN_XML, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
