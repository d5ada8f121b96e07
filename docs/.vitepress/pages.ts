import { readFileSync } from 'node:fs'

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

/** The decisions, as `docs/decisions/README.md` lists them. */
function readDecisions(): Page[] {
  const list = readFileSync(new URL('../decisions/README.md', import.meta.url), 'utf8')
  return [...list.matchAll(/^- \[([\w-]+)\]\([\w-]+\.md\): (.+)$/gm)].map(([, name = '', text = '']) =>
    page(`/decisions/${name}`, name.replaceAll('-', ' '), `Decision: ${text}.`),
  )
}

/** All pages, in the order of the sidebar. The build fails if a page is missing here. */
export const sections: readonly Section[] = [
  {
    text: 'Start',
    pages: [
      page('/', 'Tautline', 'What Tautline is, how to install it, and a first example in React and Vue.'),
      page(
        '/guide/first-steps',
        'First steps',
        'A small chat from an empty project: server, component in React or Vue, and the proxy of Vite.',
      ),
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
      page('/bundlers', 'Bundlers', 'Which build each tool takes, for development and for production.'),
      page('/sizes', 'Sizes', 'What each hook adds to a page, beside other libraries.'),
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
    pages: readDecisions(),
  },
]

/** All pages as one list. */
export const pages: readonly Page[] = sections.flatMap((section) => section.pages)

/** The address of a source file, such as `hooks/use-fetch.md`. */
export const linkOf = (file: string): string =>
  `/${file.replace(/\.md$/, '').replace(/(^|\/)(index|README)$/, '$1')}`
