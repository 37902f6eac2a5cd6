import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';

const NO_LIMIT = 1_000_000;
const NO_TIMEOUT = '0s';

/**
 * Writes a configuration of envoy that passes everything on, over connections that it keeps; it
 * neither buffers nor logs unless told to, and switches TCP's delay off by itself.
 *
 * @returns its arguments
 */
export function envoyArguments({ directory, upstream, port }: Place): readonly string[] {
  const file = join(directory, 'envoy.json');
  const provider = new URL(upstream);
  writeFileSync(
    file,
    JSON.stringify({
      static_resources: {
        listeners: [listener(port)],
        clusters: [cluster(provider.hostname, Number(provider.port))],
      },
    }),
  );
  return ['-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'error'];
}

function listener(port: number): object {
  return {
    name: 'bench',
    address: address('127.0.0.1', port),
    tcp_backlog_size: 4096,
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: typed(
              'filters.network.http_connection_manager.v3.HttpConnectionManager',
              {
                stat_prefix: 'bench',
                stream_idle_timeout: NO_TIMEOUT,
                route_config: { virtual_hosts: [virtualHost()] },
                http_filters: [
                  {
                    name: 'envoy.filters.http.router',
                    typed_config: typed('filters.http.router.v3.Router', {}),
                  },
                ],
              },
            ),
          },
        ],
      },
    ],
  };
}

function virtualHost(): object {
  return {
    name: 'all',
    domains: ['*'],
    routes: [{ match: { prefix: '/' }, route: { cluster: 'provider', timeout: NO_TIMEOUT } }],
  };
}

function cluster(host: string, port: number): object {
  const limits = {
    max_connections: NO_LIMIT,
    max_pending_requests: NO_LIMIT,
    max_requests: NO_LIMIT,
  };
  return {
    name: 'provider',
    type: 'STATIC',
    circuit_breakers: { thresholds: [limits] },
    load_assignment: {
      cluster_name: 'provider',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host, port) } }] }],
    },
  };
}

function address(host: string, port: number): object {
  return { socket_address: { address: host, port_value: port } };
}

function typed(extension: string, settings: object): object {
  return { '@type': `type.googleapis.com/envoy.extensions.${extension}`, ...settings };
}
