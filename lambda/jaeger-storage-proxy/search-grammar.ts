import {
  entriesOf,
  field,
  flag,
  integer,
  listOf,
  literal,
  mapOf,
  name,
  number,
  object,
  oneOf,
  oneOrMany,
  pattern,
  scalar,
  shortOrLong,
  text,
  type Check,
} from "./grammar";
import { denied } from "./refusal";

/** More than OpenSearch gives in one answer (`index.max_result_window`). */
const MAX_SIZE = 10_000;

/**
 * The end of a trace, which trace summaries need (Jaeger 2.20): spans have no field for it. The only script that passes,
 * letter by letter: a script can read any field and keep a node busy.
 */
const END_OF_SPAN = "doc['startTime'].value + doc['duration'].value";

const order = literal("asc", "desc");
const sort = listOf(field(object({ order }, "order")));

/** The clauses that Jaeger 2.13 to 2.21 makes. None of them can name an index. */
const clauses = oneOf({
  bool: object({
    must: oneOrMany(query),
    filter: oneOrMany(query),
    should: oneOrMany(query),
    must_not: oneOrMany(query),
  }),
  term: field(shortOrLong(scalar, object({ value: scalar, boost: number }, "value"))),
  // A list only: an object here would fetch the terms from another index.
  terms: field(listOf(scalar)),
  match: field(object({ query: scalar }, "query")),
  regexp: field(object({ value: text, flags: literal("NONE") }, "value")),
  range: field(object({ gt: scalar, gte: scalar, lt: scalar, lte: scalar, format: literal("epoch_millis") })),
  nested: object({ path: name, query }, "path", "query"),
  exists: object({ field: name }, "field"),
});

function query(value: unknown, at: string): void {
  clauses(value, at);
}

const aggregationKinds: Readonly<Record<string, Check>> = {
  terms: object({ field: name, size: integer(1, MAX_SIZE), order: oneOrMany(mapOf(order)) }, "field"),
  min: object({ field: name }, "field"),
  max: oneOf({ field: name, script: object({ source: literal(END_OF_SPAN) }, "source") }),
  filter: query,
  top_hits: object({
    size: integer(1, 100),
    sort,
    _source: object({ includes: listOf(name) }, "includes"),
  }),
  // The three of the Monitor page.
  date_histogram: object({
    field: name,
    fixed_interval: pattern(/^\d{1,12}ms$/),
    min_doc_count: integer(0, MAX_SIZE),
    extended_bounds: object({ min: number, max: number }),
  }),
  percentiles: object({ field: name, percents: listOf(number) }, "field"),
  cumulative_sum: object({ buckets_path: literal("_count") }, "buckets_path"),
};

/** One kind, and perhaps aggregations of each of its buckets. */
const aggregation = object({ ...aggregationKinds, aggregations, aggs: aggregations });

function aggregations(value: unknown, at: string): void {
  mapOf((one, where) => {
    aggregation(one, where);
    const kinds = entriesOf(one, where).filter(([key]) => Object.hasOwn(aggregationKinds, key));
    if (kinds.length !== 1) throw denied(`${where} must be of one kind`);
  })(value, at);
}

/** The body of a search as Jaeger makes it. */
export const searchBody: Check = object({
  size: integer(0, MAX_SIZE),
  query,
  aggregations,
  aggs: aggregations,
  sort,
  search_after: listOf(scalar),
  track_total_hits: flag,
});
