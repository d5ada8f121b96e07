/** Finds names with words for which this field has a standard word. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { visitNodes } from './syntax.ts'

/** The words not to use, by the words to use instead. Each form of a word is listed: `ask`, `asks`, `asked`. */
const REPLACEMENTS: Readonly<Record<string, readonly string[]>> = {
  response: ['answer', 'answers', 'answered', 'answering'],
  'request, connect': [
    'ask',
    'asks',
    'asked',
    'asking',
    'anew',
    'dial',
    'dials',
    'dialed',
    'dialled',
    'dialling',
  ],
  'notify, emit, deliver': ['tell', 'tells', 'told', 'telling', 'say', 'says', 'said', 'saying'],
  'received, listen': ['hear', 'hears', 'heard', 'hearing'],
  connection: ['line', 'lines'],
  observer: ['hook', 'hooks', 'hooked'],
  'option, request': ['wish', 'wishes', 'wished', 'wisher'],
  'cached, stored': ['kept'],
  'key, URL': ['place', 'places', 'placed'],
  notify: ['knock', 'knocks', 'knocked'],
  primary: ['lead', 'leads', 'leading'],
  'tracked, always notified': ['loud', 'loudly', 'quiet', 'quietly'],
}

/** Names that may contain such a word, because it has its usual meaning there. */
const EXCEPTIONS: readonly {
  readonly words: readonly string[]
  readonly name: RegExp
  readonly file: RegExp
}[] = [
  // A line of text, of a file or of a drawing.
  {
    words: ['line', 'lines'],
    name: /./,
    file: /event-source\/((naive-)?parser|formats)|^(scripts|bench|test\/built)\//,
  },
  {
    words: ['line', 'lines'],
    name: /^(stroke)?line(To|Width|Cap|Join|Height|Color|_HEIGHT)?s?$/i,
    file: /^(stories|\.storybook|docs\/\.vitepress)\//,
  },
  {
    words: ['line', 'lines'],
    name: /text|protocol|event|read|sse|log/i,
    file: /^packages\/demo-server\/|^test\//,
  },
  // Terms of HTTP and of text formats.
  {
    words: ['line', 'lines'],
    name: /line_?(feed|end)|request_?line|blank_?line/i,
    file: /./,
  },
  // Options of MSW and of Vitest.
  { words: ['quiet'], name: /^quiet$/, file: /^\.storybook\// },
  { words: ['hook'], name: /^hookTimeout$/, file: /^vitest\.config\.ts$/ },
  // What React and Vue call a hook.
  {
    words: ['hook', 'hooks'],
    name: /./,
    file: /^(bench|stories|test|\.storybook)\/|^packages\/(react|vue)\//,
  },
]

const ENDS = /\.(ts|tsx|vue)$/

/** A name with a word not to use, and its file. */
export interface Finding {
  readonly name: string
  readonly word: string
  readonly instead: string
  readonly file: string
}

const insteadOf = new Map(
  Object.entries(REPLACEMENTS).flatMap(([instead, words]) => words.map((word) => [word, instead] as const)),
)

/** The words of a name: `#lastLineAt`, `LAST_LINE_AT` and `lastLineAt` have the same three. */
export const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')

const isException = (word: string, name: string, file: string): boolean =>
  EXCEPTIONS.some((one) => one.words.includes(word) && one.name.test(name) && one.file.test(file))

/** Every name in a file once, the private ones with their `#`. */
function namesIn(file: string, text: string): Set<string> {
  const code = file.endsWith('.vue') ? (/<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') : text
  const names = new Set<string>()
  visitNodes(file, code, (node) => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) names.add(node.text)
  })
  return names
}

/** @param file relative to the root of the repository; @param text what is in it */
export const findingsIn = (file: string, text: string): Finding[] =>
  [...namesIn(file, text)].flatMap((name) =>
    wordsOf(name).flatMap((word) => {
      const instead = insteadOf.get(word)
      return instead === undefined || isException(word, name, file) ? [] : [{ name, word, instead, file }]
    }),
  )

/** @param files relative to `root`; files without code are skipped */
export const findWords = (root: string, files: readonly string[]): Finding[] =>
  files
    .filter((file) => ENDS.test(file))
    .flatMap((file) => findingsIn(file, readFileSync(join(root, file), 'utf8')))
