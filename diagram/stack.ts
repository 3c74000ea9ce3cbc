import type { Resource, Resources } from "../cost/standing";
import { text } from "../lib/fields";

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** What a stack would hold once it is applied. */
export interface SynthesisedStack {
  readonly name: string;
  /** Absent in the stacks that all tenants share. */
  readonly tenant?: string;
  readonly resources: Resources;
  /** Alias of an AWS provider ("" is the one without) -> the account that it is tied to. */
  readonly accounts: ReadonlyMap<string, Account>;
}

/** A resource of AWS's in its account. */
export interface Block {
  /** `tenant-acme/aws_iam_role.writer_role_636792F4`: unique in a fleet. */
  readonly key: string;
  readonly stack: SynthesisedStack;
  readonly type: string;
  readonly id: string;
  readonly attributes: Resource;
  readonly account: Account;
}

export const keyOf = (stack: SynthesisedStack, type: string, id: string): string =>
  `${stack.name}/${type}.${id}`;

/** The resources of AWS's; those of other providers (Grafana, time, HCP Terraform) are in no account. */
export const blocksOf = (stack: SynthesisedStack): Block[] =>
  Object.entries(stack.resources)
    .filter(([type]) => type.startsWith("aws_"))
    .flatMap(([type, named]) =>
      Object.entries(named).map(([id, attributes]) => {
        const alias = text(attributes["provider"]).replace(/^aws\.?/, "");
        const account = stack.accounts.get(alias);
        if (account === undefined) throw new Error(`${stack.name}: no account of the provider "${alias}"`);
        return { key: keyOf(stack, type, id), stack, type, id, attributes, account };
      }),
    );
