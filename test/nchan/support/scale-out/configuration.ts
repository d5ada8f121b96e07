import { readFileSync } from 'node:fs'
import type { NginxWithNchan } from '../../../../scripts/nginx.ts'

// The configuration of `examples/scale-out`, with only the paths and addresses of this machine replaced.

const example = (name: string): string =>
  readFileSync(new URL(`../../../../examples/scale-out/${name}`, import.meta.url), 'utf8')

/** @throws Error unless the text contains each key exactly once */
function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [old, replacement]) => {
    const parts = changed.split(old)
    if (parts.length !== 2)
      throw new Error(`The example contains "${old}" ${parts.length - 1} times, not once`)
    return parts.join(replacement)
  }, text)
}

/** What differs on every machine: the user, the process ID's file, and the folders of temporary files. */
const forThisMachine = (text: string): string =>
  replaceAll(text, {
    // Only the owner can read the folder, and a master started by root runs its workers as another user.
    'user www-data;': process.getuid?.() === 0 ? 'user root;' : '',
    'worker_processes auto;': 'worker_processes 1;\ndaemon off;',
    'pid /run/nginx.pid;': 'pid nginx.pid;',
    'access_log off;': ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${name};`)
      .concat('access_log off;')
      .join('\n'),
  })

/**
 * The configuration of one node.
 *
 * @param socket the Unix socket to listen on
 * @param redisPort the port of Redis on this machine
 */
export const nodeConfiguration = (
  { modules }: Pick<NginxWithNchan, 'modules'>,
  socket: string,
  redisPort: number,
): string =>
  replaceAll(forThisMachine(example('nginx.conf')), {
    'load_module /usr/lib/nginx/modules/ngx_nchan_module.so;': modules
      .map((path) => `load_module ${path};`)
      .join('\n'),
    'redis://redis:6379': `redis://127.0.0.1:${redisPort}`,
    'listen 80;': `listen unix:${socket};`,
  })

/** The configuration of the load balancer in front of two nodes, given by their Unix sockets. */
export const loadBalancerConfiguration = (socket: string, [first, second]: readonly string[]): string =>
  replaceAll(forThisMachine(example('load-balancer.conf')), {
    'server node1:80;': `server unix:${first};`,
    'server node2:80;': `server unix:${second};`,
    'listen 80;': `listen unix:${socket};`,
  })
