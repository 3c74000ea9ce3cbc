import type { Credentials } from "../../lambda/shared/sign";
import { record, text, type Fields } from "../../lib/fields";
import { NotChecked } from "../verdict";
import type { Walk } from "../walk";
import type { LiveSettings } from "./settings";

/** What the live calls know; each hop may add to it for the next ones. */
export interface World {
  readonly walk: Walk;
  readonly settings: LiveSettings;
  /** Account and role of the credentials, when STS said them. */
  caller?: { readonly account: string; readonly role: string; readonly arn: string };
  contract?: Fields;
  /** Grafana answered. */
  grafanaUp?: boolean;
  /** The writer's session. */
  writer?: Credentials;
}

const WITHOUT_CONTRACT = "the contract is not known: --contract FILE";

/** A field of the contract. @throws NotChecked */
export function contractField({ contract }: World, part: string, field: string): string {
  if (contract === undefined) throw new NotChecked(WITHOUT_CONTRACT);
  return text(record(contract[part])[field]);
}

/** Those of the environment. @throws NotChecked */
export function credentialsOf({ settings: { credentials } }: World): Credentials {
  if (credentials === undefined) throw new NotChecked("there are no AWS credentials to ask with");
  return credentials;
}

/** The writer's session. @throws NotChecked */
export function writerOf({ writer }: World): Credentials {
  if (writer === undefined) throw new NotChecked("without the writer's credentials nothing can be signed");
  return writer;
}

/** Last part of a role's ARN. */
export const roleName = (arn: string): string => arn.split("/").at(-1) ?? "";
