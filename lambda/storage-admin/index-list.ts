import { DomainError, type Domain } from "./domain";
import { parseIndex, type JaegerIndex } from "./indices";

/** Every index with a name of ours; more than what is deleted can match, so each name is parsed. */
const PATTERNS = "jaeger-*,*-jaeger-*";
const PATH = ["_cat", "indices", PATTERNS];

/**
 * All indices of Jaeger, sorted by name. Others that the patterns match are left out.
 * @throws DomainError
 */
export async function listIndices(domain: Domain): Promise<JaegerIndex[]> {
  const answer = await domain.call({
    method: "GET",
    path: PATH,
    query: { format: "json", h: "index", expand_wildcards: "open,closed" },
  });
  if (!Array.isArray(answer)) throw new DomainError(200, `GET /${PATH.join("/")}`, "the answer is no list");
  return answer
    .map((row: unknown) => parseIndex(String((row as { index?: unknown } | null)?.index)))
    .filter((index) => index !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
