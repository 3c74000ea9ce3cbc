import { createInterface } from "node:readline/promises";

/**
 * Asks on the terminal, on stderr: stdout is for results. Undefined when whoever was asked wants to stop.
 */
export async function ask(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  // Left alone, either would leave the question open for ever.
  terminal.on("close", () => {
    stop.abort();
  });
  terminal.on("SIGINT", () => {
    stop.abort();
  });
  try {
    return (await terminal.question(question, { signal: stop.signal })).trim();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("\n");
    return undefined;
  } finally {
    terminal.close();
  }
}
