/** @returns a value in one of Grafana's units, for people */
export function formatValue(value: number, unit: string): string {
  switch (unit) {
    case 'percentunit':
      return `${round(value * 100)} %`;
    case 's':
      return value < 1 && value > 0 ? `${round(value * 1000)} ms` : `${round(value)} s`;
    case 'reqps':
      return `${round(value)}/s`;
    default:
      return round(value);
  }
}

/** @returns the next number of one digit that is no less; 1 when nothing is above 0 */
export function niceCeiling(value: number): number {
  if (!(value > 0)) {
    return 1;
  }
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / magnitude) * magnitude;
}

/** @returns three digits at most, and no zeros at the end */
function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
