import { readFileSync } from "node:fs";
import { UserError } from "../lib/errors";
import { isPriceId, PRICES, type Price, type PriceId, type Prices } from "./prices";

/**
 * The prices with those of a file in their place: `{ "amp.samples": { "usd": 0.99, "source": "...", "read": "2026-11-20" } }`,
 * such as those of another Region or of an agreement. Steps of a price become one. Throws one `UserError` with
 * everything that is wrong.
 */
export function readPrices(file: string): Prices {
  const given = parsed(file);
  const wrong = Object.entries(given).flatMap(([id, price]) =>
    problems(id, price).map((problem) => `${file}: "${id}" ${problem}`),
  );
  if (wrong.length > 0) throw new UserError(wrong.join("\n"));
  const own = Object.entries(given).map(([id, { usd, source, read, region }]): [PriceId, Price] => {
    const known = PRICES[id as PriceId];
    const tiers = [{ usd: usd as number }];
    return [
      id as PriceId,
      {
        ...known,
        tiers,
        source: source as string,
        read: read as string,
        region: (region as string | undefined) ?? "any",
        confidence: "secondary",
      },
    ];
  });
  return { ...PRICES, ...Object.fromEntries(own) };
}

type Given = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function parsed(file: string): Given {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? ""}), give --prices a JSON file`,
    );
  }
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === "object" && document !== null && !Array.isArray(document))
      return document as Given;
  } catch {
    // Said below.
  }
  throw new UserError(
    `${file}: must be a JSON object of prices, such as { "kms.key": { "usd": 1, "source": "...", "read": "2026-11-20" } }`,
  );
}

function problems(id: string, price: Readonly<Record<string, unknown>> | null): string[] {
  if (!isPriceId(id)) return ["is no price; docs/COST.md has the list"];
  const { usd, source, read } = price ?? {};
  return [
    ...(typeof usd === "number" && usd >= 0 ? [] : [`needs "usd", the dollars for a ${PRICES[id].unit}`]),
    ...(typeof source === "string" && source !== "" ? [] : ['needs "source": where the price was read']),
    ...(typeof read === "string" && /^\d{4}-\d\d-\d\d$/.test(read)
      ? []
      : ['needs "read": the day, such as 2026-11-20']),
  ];
}
