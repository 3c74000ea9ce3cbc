/** Parsed JSON or YAML whose shape is known, read without trust: what is missing reads as empty. */
export type Fields = Readonly<Record<string, unknown>>;

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** One or several, as Terraform's JSON and policies both have them. */
export const list = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];

export const record = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const records = (value: unknown): Fields[] => list(value).map(record);

export const texts = (value: unknown): string[] => list(value).map(text);
