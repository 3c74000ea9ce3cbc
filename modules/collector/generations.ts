/**
 * What a collector's configuration may differ in while a change of it reaches the fleet wave by wave. One property for
 * each such difference; the signals ask for it where they render.
 */
interface Traits {
  /** What the generation brought, for people. */
  readonly summary: string;
  /** A sampler still knows which traces it has kept when their spans have left its memory. */
  readonly keptTracesAreRemembered: boolean;
}

/**
 * Every generation that can be rendered. A change of the configuration that should be tried on a few tenants first is a
 * new one; what the others render stays as it is. How one is added and the oldest goes: docs/DEPLOYING.md.
 */
export const GENERATIONS = {
  1: { summary: "the first", keptTracesAreRemembered: false },
  2: {
    summary: "late spans of a trace that was kept for an error or its length are kept as well",
    keptTracesAreRemembered: true,
  },
} as const satisfies Readonly<Record<number, Traits>>;

export type Generation = keyof typeof GENERATIONS;

/** In ascending order. */
export const GENERATION_NUMBERS = Object.keys(GENERATIONS).map(Number) as Generation[];

/** What a fleet runs that names none: nothing is rolled out that its file does not ask for. */
export const OLDEST_GENERATION: Generation = 1;

const TAG = "tenantscope:collector-generation";

/** Says on a resource which generation it holds. The first has no tag: it is older than the tag. */
export const generationTags = (generation: Generation): { readonly tags?: Record<string, string> } =>
  generation === 1 ? {} : { tags: { [TAG]: String(generation) } };
