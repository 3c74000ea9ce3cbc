import {
  LogGroupBuilder,
  LogsQueryBuilder,
  LogsQueryLanguage,
  QueryMode,
} from "@grafana/grafana-foundation-sdk/cloudwatch";
import type { Query } from "../queries";
import { sourceRef } from "../sources";

/** Logs Insights asks at most this many groups at once. */
const MAX_LOG_GROUPS = 50;

export interface InsightsSource {
  readonly uid: string;
  readonly region: string;
  /** Whose the log groups are. */
  readonly accountId: string;
  /** Names of the log groups; those past the fiftieth are not asked. */
  readonly logGroups: readonly string[];
}

/** A query of CloudWatch Logs Insights. `groups`: what its `stats` groups by; a line of the graph for each. */
export const insights =
  ({ uid, region, accountId, logGroups }: InsightsSource) =>
  (expression: string, groups: readonly string[] = []): Query =>
  (refId) =>
    new LogsQueryBuilder()
      .datasource(sourceRef("cloudwatch", uid))
      .refId(refId)
      .id("")
      .region(region)
      .queryMode(QueryMode.Logs)
      .queryLanguage(LogsQueryLanguage.CWLI)
      .expression(expression)
      .statsGroups([...groups])
      .logGroups(
        logGroups
          .slice(0, MAX_LOG_GROUPS)
          .map((name) =>
            new LogGroupBuilder()
              .name(name)
              .arn(`arn:aws:logs:${region}:${accountId}:log-group:${name}:*`)
              .accountId(accountId),
          ),
      );
