/** A document as `--json` prints it. */
export const jsonText = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;
