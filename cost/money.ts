/**
 * Amounts are dollars in whole millionths, so that sums of them are exact to the last digit that `--json` prints,
 * whoever adds them up.
 */

const MILLIONTHS = 1e6;

/** The nearest amount. */
export const amount = (usd: number): number => Math.round(usd * MILLIONTHS) / MILLIONTHS;

export const total = (amounts: readonly number[]): number =>
  amount(amounts.reduce((sum, usd) => sum + usd, 0));

/** Parts of an amount in the proportion of the weights; together they are the amount. What is left over goes to the first. */
export function split(usd: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const millionths = Math.round(usd * MILLIONTHS);
  const parts = weights.map((weight) => (whole === 0 ? 0 : Math.floor((millionths * weight) / whole)));
  let left = millionths - parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part, at) => {
    if (left <= 0 || weights[at] === 0) return part / MILLIONTHS;
    left -= 1;
    return (part + 1) / MILLIONTHS;
  });
}
