/** The one source of chance. Whatever draws lots takes it, so that a test can draw them again. */
export abstract class Random {
  /** At least 0 and below 1, evenly spread. */
  abstract next(): number;
}
