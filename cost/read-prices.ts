import { readFileSync } from "node:fs";
import { UserError } from "../lib/errors";
import { meant } from "./meant";
import { isNode, PRICES, type Price, type PriceId, type Prices } from "./prices";

const KEYS = ["usd", "source", "read", "region"];

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
  const own = Object.entries(given).map(([id, price]): [string, Price] => {
    const { usd, source, read, region } = price as Partial<Record<string, unknown>>;
    return [
      id,
      {
        ...shapeOf(id as PriceId),
        ...{ tiers: [{ usd: usd as number }], source: source as string, read: read as string },
        ...{ region: (region as string | undefined) ?? "any", confidence: "given", evidence: file },
      },
    ];
  });
  return { ...PRICES, ...(Object.fromEntries(own) as Partial<Prices>) };
}

/** What a price is for, and what of it is free. */
const shapeOf = (id: PriceId): Pick<Price, "what" | "unit" | "per" | "free"> =>
  PRICES[id] ?? { what: `OpenSearch node, ${id.replace("opensearch.", "")}`, unit: "hour", per: 1 };

function parsed(file: string): Readonly<Record<string, unknown>> {
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
    if (isObject(document)) return document;
  } catch {
    // Said below.
  }
  throw new UserError(
    `${file}: must be a JSON object of prices, such as { "kms.key": { "usd": 1, "source": "...", "read": "2026-11-20" } }`,
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function problems(id: string, price: unknown): string[] {
  const known = Object.keys(PRICES);
  if (!known.includes(id) && !isNode(id)) return [`is no price, ${meant(id, known)}`];
  if (!isObject(price))
    return ['must be an object, such as { "usd": 1, "source": "...", "read": "2026-11-20" }'];
  const { usd, source, read, region } = price;
  return [
    ...(typeof usd === "number" && Number.isFinite(usd) && usd >= 0
      ? []
      : [`needs "usd", the dollars for a ${shapeOf(id as PriceId).unit}: a number from 0`]),
    ...(typeof source === "string" && source.trim() !== ""
      ? []
      : ['needs "source": where the price was read']),
    ...(typeof read === "string" && isDay(read) ? [] : ['needs "read": the day, such as 2026-11-20']),
    ...(region === undefined || (typeof region === "string" && region !== "")
      ? []
      : ['has a "region" that is no text']),
    ...Object.keys(price)
      .filter((key) => !KEYS.includes(key))
      .map((key) => `has "${key}", which is none of ${KEYS.join(", ")}`),
  ];
}

/** `2026-02-30` is none. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);
