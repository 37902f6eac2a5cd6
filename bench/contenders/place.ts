/** Where a proxy finds what it needs. */
export interface Place {
  /** Where its configuration and its temporary files go. */
  readonly directory: string;
  /** Origin of the fake provider. */
  readonly upstream: string;
  /** The port that it is to listen on. */
  readonly port: number;
}
