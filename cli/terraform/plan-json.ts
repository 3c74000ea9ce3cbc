/** What `terraform show -json <plan>` prints, as far as it is read here. */
export interface PlanJson {
  /** Whether there is anything to apply: moves, imports and outputs, too. Terraform says so since 1.8. */
  readonly applyable?: boolean;
  readonly resource_changes?: readonly ResourceChangeJson[];
  /** What has changed outside of Terraform since it wrote the state. */
  readonly resource_drift?: readonly ResourceChangeJson[];
  /** Values of the state from which the planned changes follow, of any resource. */
  readonly relevant_attributes?: readonly {
    readonly resource: string;
    readonly attribute: readonly (string | number)[];
  }[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;
  readonly prior_state?: {
    readonly values?: {
      readonly root_module?: { readonly resources?: readonly { readonly mode: string }[] };
    };
  };
}

export interface ResourceChangeJson {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: ChangeJson;
  /** Where the state has it, when that is another address. */
  readonly previous_address?: string;
  /** Such as `replace_because_tainted`. */
  readonly action_reason?: string;
}

export interface ChangeJson {
  readonly actions: readonly string[];
  /** Something that exists already is taken over. */
  readonly importing?: { readonly id?: string };
  readonly before?: unknown;
  readonly after?: unknown;
  /** Like `after`, with true for each value that is known only when it is applied. */
  readonly after_unknown?: unknown;
  /** Like `before`, with true for each value that must not be shown. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
}

/**
 * `forget`: Terraform lets go of it and it stays. `move`, `import`: the state alone changes; what is changed as well has
 * the action of that.
 */
export type Action = "create" | "update" | "replace" | "destroy" | "forget" | "move" | "import";

/** One resource or output that would change. */
export interface Change {
  /** The address of an output is `output.<name>`. */
  readonly address: string;
  /** `output` for an output. */
  readonly type: string;
  readonly action: Action;
  /** Values that change; only of updates and replacements, as all of them do in the other ones. */
  readonly attributes: readonly AttributeChange[];
  /** What there is to say about it besides: `moved from aws_sns_topic.b`. */
  readonly note?: string;
}

export interface AttributeChange {
  /** `tags.owner`, `container_definitions[1].image`: also inside of JSON text. */
  readonly path: string;
  /** JSON text of the value; {@link SECRET}, {@link UNKNOWN} or {@link ABSENT} where there is none to show. */
  readonly before: string;
  readonly after: string;
}

export const SECRET = "(sensitive)";
export const UNKNOWN = "(known after apply)";
export const ABSENT = "(none)";
/** Why something is replaced that is as configured. */
export const INTERRUPTED = "its creation was interrupted or failed";

/** What a plan says of one stack. */
export interface StackPlan {
  readonly changes: readonly Change[];
  /** Whether there is anything to apply, as Terraform means it. */
  readonly applyable: boolean;
  /** What has changed outside of Terraform and makes for some of the changes. */
  readonly drift: readonly Change[];
  /**
   * What has changed outside of Terraform and stays as it is: values that AWS sets by itself, or that the configuration
   * leaves to others.
   */
  readonly seen: readonly Change[];
  /** Whether the state holds any resource. */
  readonly deployed: boolean;
}

/** Reads the text that `terraform show -json` printed. */
export function readPlan(text: string): StackPlan {
  const plan = JSON.parse(text) as PlanJson;
  const outputs = Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) =>
    readChange({ address: `output.${name}`, type: "output", change }),
  );
  const resources = plan.prior_state?.values?.root_module?.resources ?? [];
  const changes = [...readChanges(plan.resource_changes), ...outputs];
  const drifted = readChanges(plan.resource_drift);
  const matters = effective(changes, plan.relevant_attributes ?? []);
  return {
    changes,
    applyable: plan.applyable ?? changes.length > 0,
    drift: drifted.filter(matters),
    seen: drifted.filter((change) => !matters(change)),
    deployed: resources.some(({ mode }) => mode === "managed"),
  };
}

/** Whether what has changed outside of Terraform makes for a planned change: of the resource, or of one that refers to it. */
function effective(
  changes: readonly Change[],
  relevant: NonNullable<PlanJson["relevant_attributes"]>,
): (drifted: Change) => boolean {
  const changing = new Set(changes.map(({ address }) => address));
  const referred = new Set(relevant.map(({ resource, attribute: [name = ""] }) => `${resource}.${name}`));
  return ({ address, attributes }) =>
    changing.has(address) ||
    attributes.some(({ path }) => referred.has(`${address}.${path.replace(/[.[].*/, "")}`));
}

const readChanges = (changes: readonly ResourceChangeJson[] = []): Change[] =>
  changes.filter(({ mode }) => mode === "managed").flatMap(readChange);

function readChange(resource: Omit<ResourceChangeJson, "mode">): Change[] {
  const { address, type, change } = resource;
  const action = actionOf(change.actions) ?? stateActionOf(resource);
  if (action === undefined) return [];
  const inPlace = action === "update" || action === "replace";
  const note = noteOf(resource);
  return [
    {
      ...{ address, type, action, attributes: inPlace ? attributeChanges(change) : [] },
      ...(note !== undefined && { note }),
    },
  ];
}

function actionOf(actions: readonly string[]): Action | undefined {
  const [first] = actions;
  if (actions.length > 1) return "replace";
  switch (first) {
    case "create":
    case "update":
    case "forget":
      return first;
    case "delete":
      return "destroy";
    default:
      return undefined; // no-op, read
  }
}

/** What changes in the state alone. */
function stateActionOf({ change, previous_address }: Omit<ResourceChangeJson, "mode">): Action | undefined {
  if (change.importing !== undefined) return "import";
  return previous_address === undefined ? undefined : "move";
}

function noteOf(resource: Omit<ResourceChangeJson, "mode">): string | undefined {
  const { change, previous_address, action_reason } = resource;
  const notes = [
    ...(previous_address === undefined ? [] : [`moved from ${previous_address}`]),
    ...(change.importing === undefined ? [] : [`taken over: ${change.importing.id ?? UNKNOWN}`]),
    // Terraform knows no other reason for this mark but `terraform taint`.
    ...(action_reason === "replace_because_tainted" ? [INTERRUPTED] : []),
  ];
  return notes.length === 0 ? undefined : notes.join("; ");
}

function attributeChanges(change: ChangeJson): AttributeChange[] {
  const found = [...differences("", change)];
  const paths = new Set(found.map(({ path }) => path));
  // All of the tags together repeat what `tags` says, besides the provider's own ones.
  return found.filter(
    ({ path }) => !(path.startsWith("tags_all") && paths.has(path.replace("tags_all", "tags"))),
  );
}

type Value = Omit<ChangeJson, "actions">;

/** Every value below `path` that differs, each at its own path. */
function* differences(path: string, value: Value): Generator<AttributeChange> {
  const { before, after, after_unknown: unknown, before_sensitive, after_sensitive } = value;
  // A value that is shown whole may have a secret deep inside.
  const hidden = hasMark(before_sensitive) || hasMark(after_sensitive);
  if (unknown === true) {
    yield { path, before: hidden ? SECRET : shown(before), after: UNKNOWN };
    return;
  }
  const [left, right] = [opened(before), opened(after)];
  const whole = before_sensitive === true || after_sensitive === true;
  if (!whole && isTree(left) && isTree(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right), ...Object.keys(treeOf(unknown))]);
    for (const key of keys) {
      yield* differences(joined(path, key, Array.isArray(left)), {
        before: treeOf(left)[key],
        after: treeOf(right)[key],
        after_unknown: treeOf(unknown)[key],
        before_sensitive: treeOf(before_sensitive)[key],
        after_sensitive: treeOf(after_sensitive)[key],
      });
    }
  } else if (shown(before) !== shown(after)) {
    yield { path, before: hidden ? SECRET : shown(before), after: hidden ? SECRET : shown(after) };
  }
}

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});
const hasMark = (marks: unknown): boolean =>
  marks === true || (isTree(marks) && Object.values(marks).some(hasMark));
const shown = (value: unknown): string =>
  value === undefined || value === null ? ABSENT : JSON.stringify(value);

function joined(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Policies and container definitions are JSON in a string. */
function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
