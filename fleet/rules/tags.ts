import type { Problem } from "../../lib/errors";
import { pointerOf, type Document } from "../document";
import { forTenants, type Rule } from "./rule";

type Tags = Readonly<Record<string, string>>;

/** Tags that this program sets itself begin so. */
const OWN_PREFIX = "tenantscope:";

/** IAM does not tell tag keys apart by case, so two spellings of one key fail when the role is made. */
function tagProblems(document: Document, tags: Tags, others: Tags): Problem[] {
  const spellings = new Map(Object.keys(others).map((key) => [key.toLowerCase(), key]));
  return Object.keys(tags).flatMap((key): Problem[] => {
    const at = pointerOf("tags", key);
    const own = key.toLowerCase();
    if (own.startsWith(OWN_PREFIX)) {
      return [
        document.problem(
          at,
          { message: "is a tag that this program sets", remedy: "choose another key" },
          "key",
        ),
      ];
    }
    const spelling = spellings.get(own);
    spellings.set(own, spelling ?? key);
    if (spelling === undefined || spelling === key) return [];
    const message = `differs from the tag "${spelling}" by case alone, which IAM does not allow`;
    return [document.problem(at, { message, remedy: "spell both alike" }, "key")];
  });
}

export const centralTagsWork: Rule = ({ central: { document, tags = {} } }) =>
  tagProblems(document, tags, {});

export const tenantTagsWork = forTenants(({ document, tags = {} }, { central }) =>
  tagProblems(document, tags, central.tags ?? {}),
);
