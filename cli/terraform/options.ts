import { InvalidArgumentError } from "commander";

/** How many stacks at a time. Throws what commander tells the user. */
export function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 100.");
  }
  return number;
}
