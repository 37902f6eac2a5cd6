export {
  ClientClosedError,
  InvalidApiKeyError,
  InvalidJsonError,
  MalformedRequestError,
  MethodNotAllowedError,
  MissingParameterError,
  ModelNotFoundError,
  RequestTooLargeError,
  UnknownUrlError,
  UnsupportedMediaTypeError,
} from './client-errors.js';
export { ProxyError } from './proxy-error.js';
export {
  type DeadlinePhase,
  InternalError,
  NoHealthyProviderError,
  ShuttingDownError,
  UpstreamAuthError,
  UpstreamError,
  UpstreamInvalidResponseError,
  UpstreamRefusalError,
  UpstreamTimeoutError,
} from './server-errors.js';
