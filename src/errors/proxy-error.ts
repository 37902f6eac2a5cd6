/** What an error says of itself in OpenAI's wire format, beside its message. */
export interface ErrorDetails {
  readonly status: number;
  /** `invalid_request_error` or `server_error`, or a provider's own word. */
  readonly type: string;
  /** A stable word for programs; never a number. */
  readonly code: string;
  /** The request parameter at fault. */
  readonly param?: string;
  /** Response headers that belong to this refusal, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of every error that leaves the proxy: OpenAI's error object. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/**
 * An error that knows how it looks on the wire. Its message is for the client: it names no
 * upstream address, no key and nothing of the inside; those go into `cause`, which is only logged.
 */
export abstract class ProxyError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly param: string | null;
  #headers: Readonly<Record<string, string>>;

  constructor(message: string, details: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.status = details.status;
    this.type = details.type;
    this.code = details.code;
    this.param = details.param ?? null;
    this.#headers = details.headers ?? {};
  }

  /** Response headers that belong to this refusal. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** Adds what is only known where the error is sent on, such as how often was tried. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    this.#headers = { ...this.#headers, ...headers };
  }

  /** @returns the error in OpenAI's format, see https://platform.openai.com/docs/guides/error-codes */
  toBody(): ErrorBody {
    return {
      error: { message: this.message, type: this.type, param: this.param, code: this.code },
    };
  }
}
