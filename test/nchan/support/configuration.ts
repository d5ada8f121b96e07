import type { NginxWithNchan } from '../../../scripts/nginx.ts'

/** How long the server holds a long poll, in seconds. `/patient` holds it longer than a test may take. */
const HOLD = 1

/** The last part of a path is the name of a channel. */
const location = (path: string, ...directives: string[]): string =>
  [`location ~ ^/${path}/(\\w+)$ {`, 'nchan_channel_id $1;', ...directives, '}'].join(' ')

const subscriber = (path: string, kind: string, ...directives: string[]): string =>
  location(path, `nchan_subscriber ${kind};`, 'nchan_subscriber_first_message oldest;', ...directives)

const hold = (seconds: number): string => `nchan_subscriber_timeout ${seconds}s;`

const LOCATIONS = [
  location('pub', 'nchan_publisher;', 'nchan_message_buffer_length 1000;', 'nchan_message_timeout 10m;'),
  // Stores only the last two messages.
  location('pub-short', 'nchan_publisher;', 'nchan_message_buffer_length 2;'),
  subscriber('sub', 'longpoll', hold(HOLD)),
  subscriber('patient', 'longpoll', hold(600)),
  location('newest', 'nchan_subscriber longpoll;', 'nchan_subscriber_first_message newest;', hold(HOLD)),
  // The whole cursor in the tag, for networks that drop the date.
  subscriber('compound', 'longpoll', 'nchan_subscriber_compound_etag_message_id on;', hold(HOLD)),
  subscriber('interval', 'interval-poll'),
  subscriber('sse', 'eventsource'),
  subscriber('ws', 'websocket'),
  subscriber('sse-brief', 'eventsource', hold(HOLD)),
  subscriber('ws-brief', 'websocket', hold(HOLD)),
  // A location that only sends closes a WebSocket that sends a ping.
  location(
    'ws-ping',
    'nchan_pubsub websocket;',
    'nchan_subscriber_first_message oldest;',
    'nchan_websocket_client_heartbeat ping pong;',
  ),
  // Two channels in one response's cursor.
  `location ~ ^/both/(\\w+)/(\\w+)$ { nchan_channel_id $1 $2; nchan_subscriber longpoll; nchan_subscriber_first_message oldest; ${hold(HOLD)} }`,
]

/**
 * nginx writes its files below its prefix, with relative paths.
 *
 * @param socket where to listen: a Unix socket, so that servers never compete for a port
 * @param extra directives for the server's block
 */
export function configuration(
  { modules }: Pick<NginxWithNchan, 'modules'>,
  socket: string,
  extra: readonly string[],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return [
    ...modules.map((path) => `load_module ${path};`),
    // Only the owner can read the folder, and a master started by root runs its workers as another user.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    'pid nginx.pid;',
    'error_log stderr warn;',
    'events { worker_connections 512; }',
    'http {',
    'access_log off;',
    ...temporary.map((name) => `${name}_temp_path ${name};`),
    'server {',
    `listen unix:${socket};`,
    ...extra,
    ...LOCATIONS,
    '} }',
  ].join('\n')
}
