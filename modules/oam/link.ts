import { OamLink } from "@cdktf/provider-aws/lib/oam-link";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../../lib/terraform-text";
import { resourceTypes, type SharedTelemetry } from "./telemetry";

/** AWS counts the conditions of a filter and stops here. */
export const MAX_LOG_GROUP_PREFIXES = 5;

export interface OamLinkProps {
  /** ARN of the sink of the same Region, or a reference to it. */
  readonly sinkArn: string;
  /** Name of the account in the monitoring account; may be `$AccountName`. */
  readonly label: string;
  readonly shares: SharedTelemetry;
  /** Logs are shared of the log groups that begin so, at most {@link MAX_LOG_GROUP_PREFIXES}; of all when empty. */
  readonly logGroupPrefixes: readonly string[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** The filter of a link: log groups with one of these prefixes. */
export const logGroupFilter = (prefixes: readonly string[]): string =>
  prefixes.map((prefix) => `LogGroupName LIKE '${prefix}%'`).join(" OR ");

/** Shows an account's telemetry to the central account; undefined when nothing is shared. */
export function oamLink(scope: Construct, id: string, props: OamLinkProps): OamLink | undefined {
  const types = resourceTypes(props.shares);
  if (types.length === 0) return undefined;
  const { logGroupPrefixes: prefixes } = props;
  if (prefixes.length > MAX_LOG_GROUP_PREFIXES) {
    throw new Error(
      `${scope.node.path}/${id}: ${prefixes.length} log group prefixes, use at most ${MAX_LOG_GROUP_PREFIXES}`,
    );
  }
  return new OamLink(scope, id, {
    provider: props.provider,
    sinkIdentifier: props.sinkArn,
    labelTemplate: literal(props.label),
    resourceTypes: types,
    ...(props.shares.logs && prefixes.length > 0
      ? { linkConfiguration: { logGroupConfiguration: { filter: literal(logGroupFilter(prefixes)) } } }
      : {}),
  });
}
