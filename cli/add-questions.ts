import { InvalidArgumentError } from "commander";
import { Document } from "../fleet/document";
import { checkSchema } from "../fleet/schema-check";
import { formatProblem } from "../lib/errors";
import { manifestOf, parseService, type NewTenant } from "./add-flags";
import type { Output } from "./command";

/** Something that a tenant cannot be without. */
interface Question {
  readonly key: keyof NewTenant;
  /** The flag that answers it. */
  readonly flag: string;
  readonly text: string;
  /** Where the answer stands in the file. */
  readonly pointer: string;
  /** Throws an `InvalidArgumentError`. */
  readonly read: (answer: string) => NewTenant;
}

const items = (answer: string): string[] => answer.split(/[\s,]+/).filter((item) => item !== "");

const QUESTIONS: readonly Question[] = [
  {
    ...{ key: "name", flag: "--name <name>", pointer: "/name", text: "Name of the tenant: " },
    read: (name) => ({ name }),
  },
  {
    ...{ key: "accountId", flag: "--account-id <id>", pointer: "/accountId", text: "Its AWS account: " },
    read: (accountId) => ({ accountId }),
  },
  {
    ...{ key: "vpcId", flag: "--vpc-id <id>", pointer: "/network/vpcId", text: "Its VPC: " },
    read: (vpcId) => ({ vpcId }),
  },
  {
    ...{ key: "subnet", flag: "--subnet <id>", pointer: "/network/privateSubnetIds" },
    text: "Private subnets, with spaces in between: ",
    read: (answer) => ({ subnet: items(answer) }),
  },
  {
    ...{ key: "service", flag: "--service <name=image[:port]>", pointer: "/services" },
    text: "Services as name=image:tag[:port], with spaces in between: ",
    read: (answer) => ({ service: items(answer).map(parseService) }),
  },
];

const missing = (tenant: NewTenant): readonly Question[] =>
  QUESTIONS.filter(({ key }) => tenant[key] === undefined);

/** Flags without which there is no tenant. */
export const missingFlags = (tenant: NewTenant): string[] => missing(tenant).map(({ flag }) => flag);

/**
 * Asks for what is missing, again while an answer cannot be right. Undefined when whoever is asked wants to stop.
 * `refuse` knows answers that are wrong although their form is right.
 */
export async function askForMissing(
  given: NewTenant,
  ask: NonNullable<Output["ask"]>,
  { err, refuse }: { readonly err: Output["err"]; readonly refuse: (given: NewTenant) => string | undefined },
): Promise<NewTenant | undefined> {
  let tenant = given;
  for (const question of missing(given)) {
    for (;;) {
      const answer = await ask(question.text);
      if (answer === undefined) return undefined;
      const read = readAnswer(question, answer);
      const wrong = typeof read === "string" ? [read] : complaints(question.pointer, read);
      const refused = typeof read === "string" ? undefined : refuse(read);
      if (refused !== undefined) wrong.push(refused);
      if (typeof read !== "string" && wrong.length === 0) {
        tenant = { ...tenant, ...read };
        break;
      }
      err(wrong.map((line) => `  ${line}\n`).join(""));
    }
  }
  return tenant;
}

/** The answer, or what is wrong with its form. */
function readAnswer({ read }: Question, answer: string): NewTenant | string {
  try {
    return read(answer);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

/** What the schema says about one answer. */
function complaints(pointer: string, answer: NewTenant): string[] {
  const text = JSON.stringify(manifestOf(answer, ""));
  const problems = checkSchema("tenant", new Document("", text, JSON.parse(text)));
  return problems
    .filter((problem) => `${problem.pointer}/`.startsWith(`${pointer}/`))
    .map(({ message, value, remedy }) =>
      formatProblem({ file: "that", pointer: "", message, value, remedy }),
    );
}
