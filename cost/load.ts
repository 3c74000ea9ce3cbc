import type { Service } from "../fleet/types";
import { hasJaegerSidecar, usesSharedJaeger } from "../modules/jaeger/size";
import type { Assumptions } from "./assumptions";

/** What the running tasks of a service send in a month, whatever receives it. */
export interface Load {
  readonly tasks: number;
  /** All series of all tasks. */
  readonly series: number;
  readonly samples: number;
  /** Bytes of the application's log lines. */
  readonly logBytes: number;
  /** Traces and spans that sampling keeps. */
  readonly traces: number;
  readonly spans: number;
}

/** Task metrics that the filter of the collector lets through. */
const ECS_SERIES = 8;
const SELF_INTERVAL_SECONDS = 60;

export const secondsOf = ({ hoursPerMonth }: Assumptions): number => hoursPerMonth * 3600;

/** What was reckoned of a service: an estimate asks for it again and again. */
const known = new WeakMap<Assumptions, WeakMap<Service, Load>>();

export function loadOf(service: Service, a: Assumptions): Load {
  const ofThese = known.get(a) ?? new WeakMap<Service, Load>();
  known.set(a, ofThese);
  const load = ofThese.get(service) ?? reckoned(service, a);
  ofThese.set(service, load);
  return load;
}

function reckoned(service: Service, a: Assumptions): Load {
  const tasks = service.mode === "managed" ? service.count : a.attachedTasks;
  const seconds = secondsOf(a);
  const { metrics, traces } = service;
  const sources: readonly (readonly [series: number, intervalSeconds: number])[] = [
    [metrics.otlp ? a.otlpSeriesPerTask : 0, a.otlpIntervalSeconds],
    [metrics.statsd ? a.statsdSeriesPerTask : 0, metrics.statsdIntervalSeconds],
    [metrics.scrape === undefined ? 0 : a.scrapedSeriesPerTask, metrics.scrape?.intervalSeconds ?? 1],
    [metrics.ecs ? ECS_SERIES : 0, metrics.ecsIntervalSeconds],
    [a.sidecarSeriesPerTask, SELF_INTERVAL_SECONDS],
  ];
  const kept =
    tasks * a.requestsPerSecond * seconds * (traces.destinations.length === 0 ? 0 : keptShare(service, a));
  return {
    tasks,
    series: tasks * sources.reduce((sum, [series]) => sum + series, 0),
    samples: tasks * sources.reduce((sum, [series, interval]) => sum + (series * seconds) / interval, 0),
    logBytes: tasks * a.logLinesPerSecond * a.bytesPerLine * seconds,
    traces: kept,
    spans: kept * a.spansPerTrace,
  };
}

/** Of what the share leaves, errors and slow traces are kept where the manifest says so. */
function keptShare({ traces: { sampling } }: Service, a: Assumptions): number {
  const { ratio, keepErrors, keepSlowerThanMs, xrayRemote } = sampling;
  if (xrayRemote) return 1;
  const wanted = (keepErrors ? a.errorRatio : 0) + (keepSlowerThanMs === undefined ? 0 : a.slowRatio);
  return ratio + (1 - ratio) * Math.min(1, wanted);
}

/** Where a service's spans go. */
export const spanPaths = ({ traces }: Service): { xray: boolean; central: boolean; sidecar: boolean } => ({
  xray: traces.destinations.includes("xray"),
  central: usesSharedJaeger(traces),
  sidecar: hasJaegerSidecar(traces),
});
