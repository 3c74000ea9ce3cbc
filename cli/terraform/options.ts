import { InvalidArgumentError } from "commander";

/** How many stacks at a time. Throws what commander tells the user. */
export function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 100.");
  }
  return number;
}

/**
 * Reads one value of `--approve-data`, `tenant-acme:aws_cloudwatch_log_group.orders`, and adds it to those before. It
 * names one thing: nobody can have looked at what a pattern will match.
 */
export function parseApproval(text: string, before: readonly string[] = []): string[] {
  if (!/^[a-z][a-z0-9-]*:[^*\s]+\.[^*\s]+$/.test(text)) {
    throw new InvalidArgumentError(
      "It must be a stack and an address, such as tenant-acme:aws_cloudwatch_log_group.orders.",
    );
  }
  return [...before, text];
}
