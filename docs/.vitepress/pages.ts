/** A page of the site. */
export interface Page {
  /** The address on the site, such as `/hooks/use-fetch`. */
  readonly link: string
  readonly text: string
  /** One line: for `llms.txt`, and for search engines. */
  readonly description: string
}

export interface Section {
  readonly text: string
  readonly collapsed?: boolean
  readonly pages: readonly Page[]
}

const page = (link: string, text: string, description: string): Page => ({ link, text, description })
const decision = (name: string, description: string): Page =>
  page(`/decisions/${name}`, name.replaceAll('-', ' '), `Decision: ${description}`)
const compared = (name: string, text: string): Page =>
  page(
    `/compare/${name}`,
    text,
    `The same ten jobs with ${text} and with Tautline, and when to stay with ${text}.`,
  )

const guide = (name: string, text: string, description: string): Page =>
  page(`/guide/${name}`, text, description)
const reference = (name: string, text: string, description: string): Page =>
  page(`/hooks/${name}`, text, description)

/** All pages, in the order of the sidebar. The build fails if a page is missing here. */
export const sections: readonly Section[] = [
  {
    text: 'Start',
    pages: [
      page('/', 'Tautline', 'What Tautline is, how to install it, and a first example in React and Vue.'),
      page(
        '/guide/which-hook',
        'Which hook, which transport?',
        'The hook for a job, the transport for a network, and what each costs.',
      ),
      page(
        '/guide/concepts',
        'Concepts',
        'Connections and hooks, sharing, the state machine, reconnecting, heartbeats, requests and responses.',
      ),
    ],
  },
  {
    text: 'Hooks',
    pages: [
      reference(
        'use-web-socket',
        'useWebSocket',
        'Messages in both directions over a WebSocket that reconnects.',
      ),
      reference(
        'use-event-source',
        'useEventSource',
        'Server-sent events and streams of tokens or JSON, which resume.',
      ),
      reference(
        'use-long-poll',
        'useLongPoll',
        'Messages over plain HTTP requests: long polling and short polling.',
      ),
      reference('use-connection', 'useConnection', 'One connection over the best transport that works.'),
      reference(
        'use-fetch',
        'useFetch',
        'Requests and responses, with an HTTP cache and optimistic updates.',
      ),
      reference(
        'use-fetch-pages',
        'useFetchPages',
        'Lists that the server sends in pages, such as infinite lists.',
      ),
    ],
  },
  {
    text: 'Guides',
    pages: [
      page('/recipes', 'Recipes', 'Code for common tasks, in React and Vue.'),
      guide('typescript', 'TypeScript', 'How types follow from codecs, schemas, reducers and error codes.'),
      guide(
        'testing',
        'Testing',
        'The test environment with Vitest and Jest, in React and Vue, and mocks with MSW.',
      ),
      guide('ssr', 'Server-side rendering', 'What happens on a server, and how to set up Next and Nuxt.'),
      guide('react-native', 'React Native', 'What works in React Native, and the environment that it needs.'),
      guide('plain-pages', 'Plain pages', 'A page without a bundler, with an import map.'),
      guide(
        'workers',
        'Workers and Node',
        'The clients without a framework, in workers, Node, Deno and Bun.',
      ),
      guide('security', 'Security and log-out', 'How users are kept apart, and what to do at log-out.'),
      guide(
        'servers',
        'Servers and proxies',
        'Event streams, nginx, buffering, heartbeats, time limits and CORS.',
      ),
      guide(
        'scale-out',
        'Scale-out with nchan',
        'Two nginx nodes with nchan and Redis, without a server of your own.',
      ),
    ],
  },
  {
    text: 'Help',
    pages: [
      page('/help/', 'Troubleshooting', 'What to do, by what you see.'),
      page('/help/errors', 'Errors by code', 'What each error code means, and what to do.'),
    ],
  },
  {
    text: 'Compared with',
    collapsed: true,
    pages: [
      page('/compare/', 'Overview', 'The libraries that Tautline is compared with, and the ten jobs.'),
      page(
        '/compare/coming-from',
        'Coming from other libraries',
        'The names of other libraries, and what they are called here.',
      ),
      compared('swr', 'SWR'),
      compared('tanstack-query', 'TanStack Query'),
      compared('vueuse', 'VueUse'),
      compared('ky', 'ky'),
      compared('axios', 'axios'),
    ],
  },
  {
    text: 'Contributing',
    collapsed: true,
    pages: [
      page(
        '/contributing/',
        'Working on Tautline',
        'From a clone to a green run: commands, tests and house rules.',
      ),
      page(
        '/architecture',
        'Architecture',
        'The folders, where things happen, and the state machines with their diagrams.',
      ),
      page('/glossary', 'Glossary', 'What the words in the code and the docs mean.'),
      page('/behaviours', 'Behaviours', 'What the product promises.'),
      page(
        '/contributing/benchmarks',
        'Benchmarks',
        'Speed, memory, requests, and how clients reconnect to a restarted server.',
      ),
      page('/decisions/', 'Decisions', 'Short notes: what was decided, what was rejected, and why.'),
    ],
  },
  {
    text: 'Decisions',
    collapsed: true,
    pages: [
      decision('backoff', 'the default delay before a retry, and the simulation behind it.'),
      decision('dependencies', 'what the published packages depend on.'),
      decision('errors', 'what errors show in a log, and where a program finds the rest.'),
      decision('event-stream', 'our own parser for server-sent events.'),
      decision(
        'fallback-machine',
        'when a connection starts another transport, and what an attempt costs in an outage.',
      ),
      decision(
        'fetch',
        'who shares a cached response and for how long, what a write invalidates, timeouts, and servers.',
      ),
      decision(
        'fetch-pages',
        'lists of pages over ordinary requests, and why their pages are shown together.',
      ),
      decision(
        'fetch-store',
        'responses that survive a reload: what is stored, for whom, and how a log-out reaches all tabs.',
      ),
      decision('forever-frame', 'a hidden iframe as a transport, and why there is none for Flash.'),
      decision('hot-path', 'what is not done for every message.'),
      decision(
        'long-poll',
        'when a poll is open, what counts as no message, when the cursor moves, and how a server is protected from too many requests.',
      ),
      decision('names-in-bundles', 'internal names are shortened when the core is built.'),
      decision(
        'poll-machine',
        'why the polling loop is a pure machine, and what its interpreter still does.',
      ),
      decision('production-build', 'texts of errors only in the development build.'),
      decision('resumable-web-socket', 'what a WebSocket with resume sends, drops and requests again.'),
      decision('server-sent-events', "where useEventSource differs from the browser's EventSource, and why."),
      decision(
        'sharing',
        'what makes two connections one, how users are separated, and whose options a shared connection has.',
      ),
      decision('size', 'the size of the hooks, and why.'),
      decision('tracked-fields', 'fields that render only the components that read them.'),
      decision('types', 'how types follow from options.'),
    ],
  },
]

/** All pages as one list. */
export const pages: readonly Page[] = sections.flatMap((section) => section.pages)

/** The address of a source file, such as `hooks/use-fetch.md`. */
export const linkOf = (file: string): string =>
  `/${file.replace(/\.md$/, '').replace(/(^|\/)(index|README)$/, '$1')}`
