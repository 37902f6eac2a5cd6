const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = '(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';

/** The form of today, and the two that a recipient has to understand as well. */
const FORMS: readonly RegExp[] = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads an HTTP-date in any of its three forms (RFC 9110 section 5.6.7). `Date.parse` would take
 * the last for local time, and much else besides for a date.
 *
 * @param now - ms since 1970; says which century two digits of a year belong to
 * @returns ms since 1970; undefined when it is no such date
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) {
    return undefined;
  }
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = parts;
  const midnight = Date.UTC(
    year.length === 2 ? fullYear(Number(year), now) : Number(year),
    MONTHS.indexOf(month) / 3,
    Number(day),
  );
  // The 31st of a shorter month would be the next one's first.
  return new Date(midnight).getUTCDate() === Number(day)
    ? midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
    : undefined;
}

/** A year that would lie more than 50 years ahead is the last one that ended so. */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
