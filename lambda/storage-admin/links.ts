/** What of a span says who called whom. */
export interface SpanRef {
  readonly traceID: string;
  readonly spanID: string;
  readonly parentID?: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Microseconds. */
  readonly duration: number;
}

/** Milliseconds since 1970; the end is not part of it. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** One entry of Jaeger's documents. */
export interface Link {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

/** Calls between services, counted. */
export class LinkCounter {
  private readonly calls = new Map<string, Map<string, number>>();
  private pairs = 0;

  /**
   * Counts the calls of one trace: of a span to its parent, where that is another service's. The call is counted with the
   * span that was called; the parent may have begun before the window.
   */
  addTrace(spans: readonly SpanRef[], window: Window): void {
    const byId = groups(spans);
    for (const group of byId.values()) {
      group.forEach((span, position) => {
        if (span.start < window.from || span.start >= window.to) return;
        // Further spans of one id are the inner sides of the same call.
        const caller = position > 0 ? group[position - 1] : byId.get(span.parentID ?? "")?.at(-1);
        if (caller !== undefined && caller.service !== span.service) this.add(caller.service, span.service);
      });
    }
  }

  /**
   * Those with the most calls, sorted by name: the same for the same spans.
   * @param most how many links at most
   */
  links(most: number): { readonly links: Link[]; readonly omitted: number } {
    const all = [...this.calls].flatMap(([parent, children]) =>
      [...children].map(([child, callCount]): Link => ({ parent, child, callCount })),
    );
    const kept = all.sort((a, b) => b.callCount - a.callCount || byName(a, b)).slice(0, most);
    return { links: kept.sort(byName), omitted: this.pairs - kept.length };
  }

  private add(parent: string, child: string): void {
    const children = this.calls.get(parent) ?? new Map<string, number>();
    this.calls.set(parent, children);
    const count = children.get(child) ?? 0;
    if (count === 0) this.pairs += 1;
    children.set(child, count + 1);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const byName = (a: Link, b: Link): number => compare(a.parent, b.parent) || compare(a.child, b.child);

/**
 * The spans of each id, the outermost first. There is one, unless the two sides of a call share an id, as Zipkin and Envoy
 * do it: then the caller's lasts longer. A span that was stored twice counts once.
 */
function groups(spans: readonly SpanRef[]): Map<string, SpanRef[]> {
  const byId = new Map<string, Map<string, SpanRef>>();
  for (const span of spans) {
    const group = byId.get(span.spanID) ?? new Map<string, SpanRef>();
    byId.set(span.spanID, group);
    if (!group.has(span.service)) group.set(span.service, span);
  }
  return new Map(
    [...byId].map(([id, group]) => [id, [...group.values()].sort((a, b) => b.duration - a.duration)]),
  );
}
