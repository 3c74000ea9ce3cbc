import { Aspects, TerraformElement, TerraformProvider, TerraformStack, type App } from "cdktf";

/**
 * Half of CDKTF's synthesis is spent in looking for tokens: it walks through every element four times, key by key. Our
 * elements hold ready strings, so nearly none has one. Here an element that is plain data is rendered once and stays
 * out of those walks; an element with a token, and all else (validation, annotations, assets, overrides, metadata), is
 * left to CDKTF. The bytes are the same: a test compares them with plain CDKTF's.
 */
export function renderPlainElementsOnce(app: App): void {
  for (const stack of app.node.children) {
    if (TerraformStack.isStack(stack)) renderOnce(stack);
  }
}

type Json = Record<string, unknown>;

interface Ready {
  readonly element: TerraformElement;
  readonly fragment: Json;
}

function renderOnce(stack: TerraformStack): void {
  const prepare = stack.prepareStack.bind(stack);
  const render = stack.toTerraform.bind(stack) as () => Json;
  let prepared: readonly Ready[] = [];
  stack.prepareStack = () => {
    prepared = readyElements(stack);
    without(prepared, prepare);
  };
  stack.toTerraform = () => {
    // An aspect may change elements between the two steps.
    const ready = hasAspects(stack) ? readyElements(stack) : prepared;
    const others = without(ready, render);
    const document: Json = {};
    for (const { fragment } of ready) merge(document, fragment);
    // Last, since the overrides of the stack are in it.
    return merge(document, others);
  };
}

/** Runs a step of CDKTF's while the ready elements render as nothing. */
function without<T>(ready: readonly Ready[], step: () => T): T {
  for (const { element } of ready) element.toTerraform = () => ({});
  try {
    return step();
  } finally {
    // Uncovers the class's own method.
    for (const { element } of ready) Reflect.deleteProperty(element, "toTerraform");
  }
}

const hasAspects = (stack: TerraformStack): boolean =>
  [...stack.node.scopes, ...stack.node.findAll()].some((construct) => Aspects.of(construct).all.length > 0);

function readyElements(stack: TerraformStack): readonly Ready[] {
  const ready: Ready[] = [];
  let allProvidersReady = true;
  for (const construct of stack.node.findAll()) {
    if (!TerraformElement.isTerraformElement(construct)) continue;
    const fragment = construct.toTerraform() as Json;
    if (isReady(fragment)) ready.push({ element: construct, fragment });
    else if (TerraformProvider.isTerraformProvider(construct)) allProvidersReady = false;
  }
  // Providers of one kind are a list, whose order is that of their creation.
  return allProvidersReady
    ? ready
    : ready.filter(({ element }) => !TerraformProvider.isTerraformProvider(element));
}

/** `moved` and `import` are lists as well; they are rare enough to leave them to CDKTF. */
const isReady = (fragment: Json): boolean =>
  fragment["moved"] === undefined && fragment["import"] === undefined && isPlain(fragment);

/** Marks of a token inside a string, the form of a token that was a number included. Rather one too many. */
const TOKEN_IN_STRING = /TfToken\[|\d[eE]\+\d{3}/;
/** CDKTF writes tokens into numbers of this size. */
const TOKEN_NUMBER = 1e200;

/** Whether CDKTF would render the value as it is. `false` is always safe. */
export function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return !TOKEN_IN_STRING.test(value);
    case "number":
      return Math.abs(value) < TOKEN_NUMBER;
    case "boolean":
    case "undefined":
      return true;
    case "object":
      return value === null || (Array.isArray(value) ? isPlainArray(value) : isPlainObject(value));
    default:
      return false;
  }
}

/** CDKTF drops undefined items; JSON would write null. */
const isPlainArray = (items: readonly unknown[]): boolean =>
  items.every((item) => item !== undefined && isPlain(item));

function isPlainObject(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const [key, item] of Object.entries(value)) {
    if (TOKEN_IN_STRING.test(key) || !isPlain(item)) return false;
  }
  return true;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Merges as CDKTF does: objects by key, lists one after the other, else the later value. Changes `target` only. */
function merge(target: Json, source: Json): Json {
  for (const [key, value] of Object.entries(source)) {
    const present = target[key];
    if (value === undefined) continue;
    if (isObject(present) && isObject(value)) target[key] = merge({ ...present }, value);
    else if (Array.isArray(present) && Array.isArray(value))
      target[key] = (present as unknown[]).concat(value);
    else target[key] = value;
  }
  return target;
}
