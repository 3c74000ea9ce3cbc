import { ROUTER_CPU, ROUTER_MEMORY, usesRouter } from "../../modules/firelens/size";
import { hasJaegerSidecar, JAEGER_SIDECAR } from "../../modules/jaeger/size";
import type { Problem } from "../../lib/errors";
import type { Document } from "../document";
import { forManagedServices, type ManagedView } from "./rule";

const GIB = 1024;

/** What Fargate offers: for each cpu the least and the most memory and the step between, in MiB. */
const SIZES: ReadonlyMap<number, { readonly least: number; readonly most: number; readonly step: number }> =
  new Map([
    [512, { least: 1 * GIB, most: 4 * GIB, step: GIB }],
    [1024, { least: 2 * GIB, most: 8 * GIB, step: GIB }],
    [2048, { least: 4 * GIB, most: 16 * GIB, step: GIB }],
    [4096, { least: 8 * GIB, most: 30 * GIB, step: GIB }],
    [8192, { least: 16 * GIB, most: 60 * GIB, step: 4 * GIB }],
    [16384, { least: 32 * GIB, most: 120 * GIB, step: 8 * GIB }],
  ]);
/** For cpu 256, the only one without even steps. */
const SMALLEST = [512, 1024, 2048];

export const fargateSize = forManagedServices(({ pointer, service }, { document }) =>
  sizeMistake(document, pointer, service),
);

/** What is wrong with the size of a task, whose two keys are below `pointer`. */
export function sizeMistake(
  document: Document,
  pointer: string,
  { cpu, memory }: { readonly cpu: number; readonly memory: number },
): Problem[] {
  const choice = memoryFor(cpu);
  if (choice.fits(memory)) return [];
  const remedy = `write ${choice.text} as memory, or another cpu`;
  if (document.has(`${pointer}/memory`)) {
    const message = `does not go with cpu ${String(cpu)} on Fargate`;
    return [document.problem(`${pointer}/memory`, { message, value: memory, remedy })];
  }
  const message = `does not go with the default memory ${String(memory)} on Fargate`;
  return [document.problem(`${pointer}/cpu`, { message, value: cpu, remedy })];
}

/** The memory that Fargate offers for `cpu`. */
function memoryFor(cpu: number): { readonly text: string; readonly fits: (memory: number) => boolean } {
  const size = SIZES.get(cpu);
  if (!size) return { text: SMALLEST.join(" or "), fits: (memory) => SMALLEST.includes(memory) };
  const { least, most, step } = size;
  return {
    text: `${String(least)} to ${String(most)} in steps of ${String(step)}`,
    fits: (memory) => memory >= least && memory <= most && memory % step === 0,
  };
}

/** Hard limits are taken from the task's memory, and ECS refuses more than there is. */
export const memorySuffices = forManagedServices((view, { document }) => {
  const { containers, sidecar, memory } = view.service;
  const router = usesRouter(view.service.logs) ? ROUTER_MEMORY : 0;
  const jaeger = hasJaegerSidecar(view.service.traces) ? JAEGER_SIDECAR.memory : 0;
  const sidecars = sidecar.memory + router + jaeger;
  const taken = sum(containers.map((each) => each.memory)) + sidecars;
  const unlimited = containers.filter((each) => each.memory === undefined);
  const parts = `the containers' limits and the sidecars (${String(sidecars)}) take ${String(taken)} MiB`;
  if (taken > memory) {
    return [taskProblem(document, view, "memory", `is too little: ${parts}`, "raise it or lower a limit")];
  }
  if (taken < memory || unlimited.length === 0) return [];
  const rest = `and leave nothing for "${unlimited[0]?.name ?? ""}"`;
  return [
    taskProblem(document, view, "memory", `is too little: ${parts} ${rest}`, "raise it or lower a limit"),
  ];
});

export const cpuSuffices = forManagedServices((view, { document }) => {
  const { containers, sidecar, cpu } = view.service;
  const router = usesRouter(view.service.logs) ? ROUTER_CPU : 0;
  const jaeger = hasJaegerSidecar(view.service.traces) ? JAEGER_SIDECAR.cpu : 0;
  const sidecars = sidecar.cpu + router + jaeger;
  const taken = sum(containers.map((each) => each.cpu)) + sidecars;
  if (taken <= cpu) return [];
  const message = `is too little: the containers and the sidecars (${String(sidecars)}) reserve ${String(taken)} units`;
  return [taskProblem(document, view, "cpu", message, "raise it or lower a reservation")];
});

/** Told at the task's own key when the manifest has it, else at the service. */
function taskProblem(
  document: Document,
  { pointer, service }: ManagedView,
  key: "cpu" | "memory",
  message: string,
  remedy: string,
): Problem {
  return document.problem(`${pointer}/${key}`, { message, value: service[key], remedy });
}

const sum = (numbers: readonly (number | undefined)[]): number =>
  numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
