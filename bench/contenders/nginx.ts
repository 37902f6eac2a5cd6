import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';

/**
 * Writes a configuration of nginx that passes on at once what it gets, over connections that it
 * keeps. It is one process: no master that would leave its worker behind when it is killed.
 *
 * @returns its arguments
 */
export function nginxArguments({ directory, upstream, port }: Place): readonly string[] {
  const home = join(directory, 'nginx');
  const file = join(home, 'nginx.conf');
  mkdirSync(home, { recursive: true });
  writeFileSync(file, configuration(new URL(upstream).host, port, home));
  return ['-p', home, '-c', file, '-e', 'stderr'];
}

function configuration(upstream: string, port: number, home: string): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/${kind};`,
  );
  return `
daemon off;
master_process off;
pid ${home}/nginx.pid;
error_log stderr crit;
events { worker_connections 16384; }
http {
  access_log off;
  tcp_nodelay on;
  ${folders.join('\n  ')}
  client_max_body_size 0;
  keepalive_requests 1000000000;
  upstream provider {
    server ${upstream};
    keepalive 8192;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }
}
`;
}
