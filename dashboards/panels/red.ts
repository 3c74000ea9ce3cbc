import { ERROR_RATIO, RECORDED } from "../rules/names";
import type { PanelOf, Section } from "../layout";
import { CHOSEN_SERVICE, CHOSEN_SERVICE_RECORDED, quantile, rate, sumBy, type Select } from "../promql";
import { promNow, promRange } from "../queries";
import { seriesLink } from "./links";
import { seriesPanel } from "./series";
import { statPanel } from "./stat";
import { UNITS } from "./units";

/** Where a panel's numbers come from, and where its links lead. */
export interface RedInput {
  readonly uid: string;
  readonly of: Select;
  /** Dashboard with the logs and traces. */
  readonly signals: string;
}

const REQUEST_SECONDS = "http_server_request_duration_seconds";
const ROUTE = ["aws_ecs_service_name", "http_request_method", "http_route"] as const;
const ROUTE_LEGEND = "{{aws_ecs_service_name}} {{http_request_method}} {{http_route}}";

/** How it goes, in six numbers. */
export function nowSection({ uid, of }: RedInput): Section {
  const chosen = (series: string): string => of(series, CHOSEN_SERVICE_RECORDED);
  const panels: PanelOf[] = [
    statPanel({
      title: "Requests",
      description: "HTTP requests per second that the chosen services answer.",
      unit: UNITS.requestsPerSecond,
      query: promNow(uid, `sum(${chosen(RECORDED.requests)})`),
      width: 4,
    }),
    statPanel({
      title: "Failed requests",
      description: "Share of the requests answered with 5xx over five minutes.",
      unit: UNITS.share,
      decimals: 2,
      query: promNow(uid, `sum(${chosen(RECORDED.errors)}) / sum(${chosen(RECORDED.requests)})`),
      warn: 0.001,
      bad: 0.01,
      width: 4,
    }),
    statPanel({
      title: "Slowest service, p95",
      description:
        "95th percentile of a request's duration over five minutes, of the slowest of the chosen services.",
      unit: UNITS.seconds,
      decimals: 2,
      query: promNow(uid, `max(${chosen(RECORDED.latencyP95)})`),
      warn: 0.5,
      bad: 1,
      width: 4,
    }),
    statPanel({
      title: "Tasks",
      description: "Tasks that were heard from within ten minutes.",
      unit: UNITS.count,
      query: promNow(uid, `sum(${chosen(RECORDED.tasks)})`),
      width: 4,
    }),
    statPanel({
      title: "Silent services",
      description: "Services that should run and from which nothing is heard.",
      unit: UNITS.count,
      query: promNow(uid, `sum(${chosen(RECORDED.serviceSilent)})`),
      bad: 1,
      width: 4,
    }),
    statPanel({
      title: "Telemetry lost",
      description: "Data points, lines and spans per second that the sidecars gave up.",
      unit: UNITS.perSecond,
      // What was never lost has no series.
      query: promNow(uid, `sum(${chosen(RECORDED.lost)}) or vector(0)`),
      bad: 0.001,
      width: 4,
    }),
  ];
  return { title: "Now", panels };
}

/** Rate, errors and duration of every service. */
export function redSection({ uid, of, signals }: RedInput): Section {
  const chosen = (series: string): string => of(series, CHOSEN_SERVICE_RECORDED);
  const toLogs = seriesLink("Logs and traces of ${__field.labels.service}", signals, {
    service: "${__field.labels.service}",
  });
  const byService = (title: string, description: string, series: string) => ({
    title,
    description,
    queries: [promRange(uid, chosen(series), "{{service}}")],
    width: 8,
    links: [toLogs],
    empty: "No HTTP requests",
  });
  return {
    title: "Requests by service",
    panels: [
      seriesPanel({
        ...byService("Request rate", "HTTP requests answered, over five minutes.", RECORDED.requests),
        unit: UNITS.requestsPerSecond,
      }),
      seriesPanel({
        ...byService("Error ratio", "Share of the requests answered with 5xx.", ERROR_RATIO["5m"]),
        unit: UNITS.share,
      }),
      seriesPanel({
        ...byService("Duration, p95", "Nineteen of twenty requests are faster.", RECORDED.latencyP95),
        unit: UNITS.seconds,
        queries: [promRange(uid, chosen(RECORDED.latencyP95), "{{service}}")],
      }),
      seriesPanel({
        title: "Duration, p50 and p99",
        description: "The typical request and the slow ones.",
        unit: UNITS.seconds,
        queries: [
          promRange(uid, chosen(RECORDED.latencyP50), "{{service}} p50"),
          promRange(uid, chosen(RECORDED.latencyP99), "{{service}} p99"),
        ],
        width: 12,
        links: [toLogs],
        empty: "No HTTP requests",
      }),
      seriesPanel({
        title: "Error ratio, longer",
        description: "Over an hour and over six: what the alerts on the error budget go by.",
        unit: UNITS.share,
        queries: [
          promRange(uid, chosen(ERROR_RATIO["1h"]), "{{service}} 1 h"),
          promRange(uid, chosen(ERROR_RATIO["6h"]), "{{service}} 6 h"),
        ],
        width: 12,
        links: [toLogs],
        empty: "No HTTP requests",
      }),
    ],
  };
}

/** The same by route, from the applications' own histogram. */
export function routeSection({ uid, of, signals }: RedInput): Section {
  const toLogs = seriesLink("Logs and traces of ${__field.labels.aws_ecs_service_name}", signals, {
    service: "${__field.labels.aws_ecs_service_name}",
  });
  const count = (status?: string): string =>
    of(`${REQUEST_SECONDS}_count`, {
      ...CHOSEN_SERVICE,
      ...(status === undefined ? {} : { http_response_status_code: status }),
    });
  return {
    title: "Requests by route",
    panels: [
      seriesPanel({
        title: "Request rate by route",
        description: "Requests answered per second, over the last minutes.",
        unit: UNITS.requestsPerSecond,
        queries: [promRange(uid, sumBy(ROUTE, rate(count())), ROUTE_LEGEND)],
        width: 8,
        links: [toLogs],
        empty: "No HTTP requests",
      }),
      seriesPanel({
        title: "Refused and failed requests by route",
        description: "Answers with 4xx (the caller's fault) and 5xx (the service's).",
        unit: UNITS.requestsPerSecond,
        queries: [
          promRange(
            uid,
            sumBy([...ROUTE, "http_response_status_code"], rate(count("~[45].."))),
            `{{http_response_status_code}} ${ROUTE_LEGEND}`,
          ),
        ],
        width: 8,
        links: [toLogs],
        empty: "No request failed",
      }),
      seriesPanel({
        title: "Duration by route, p95",
        description: "Nineteen of twenty requests of the route are faster.",
        unit: UNITS.seconds,
        queries: [
          promRange(
            uid,
            quantile(0.95, ROUTE, of(`${REQUEST_SECONDS}_bucket`, CHOSEN_SERVICE)),
            ROUTE_LEGEND,
          ),
        ],
        width: 8,
        links: [toLogs],
        empty: "No HTTP requests",
      }),
    ],
  };
}
