/** The injection token of the one {@link ProxyConfig}. */
export const PROXY_CONFIG = Symbol('PROXY_CONFIG');
