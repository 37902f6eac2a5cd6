/** Units by name, each with its worth in the smallest one. */
export type Units = ReadonlyMap<string, number>;

const QUANTITY = /^(?<amount>\d+(?:\.\d+)?|\.\d+)\s*(?<unit>[a-z]*)$/;

/**
 * Reads a number with a unit, such as `1.5s`, in any case.
 *
 * @param bareUnit the unit of a number that has none
 * @returns the amount in the smallest unit, rounded to a whole one; NaN when it is no such thing
 */
export function readQuantity(written: unknown, units: Units, bareUnit: string): number {
  if (typeof written !== 'string' && typeof written !== 'number') {
    return Number.NaN;
  }
  const match = QUANTITY.exec(String(written).trim().toLowerCase());
  const unit = match?.groups?.['unit'];
  const worth = units.get(unit === undefined || unit === '' ? bareUnit : unit);
  return Math.round(Number(match?.groups?.['amount']) * (worth ?? Number.NaN));
}
