import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const page = read('docs/sizes.md')
const readme = read('README.md')

/** The same exports have the same text. */
const sorted = (names: string): string =>
  names
    .replaceAll(/[{}\s]/g, '')
    .split(',')
    .toSorted()
    .join()

/** "React useWebSocket" → kB, from the rows of docs/sizes.md such as "| **Tautline**, React | `{ useWebSocket }` | 15.3 |…". */
const measured = new Map(
  [...page.matchAll(/^\| \*\*Tautline\*\*, (React|Vue) \| `([^`]+)` \| ([\d.]+) \|/gm)].map(
    ([, framework, names = '', brotli]) => [`${framework} ${sorted(names)}`, Number(brotli)],
  ),
)

const CHECK = /path: 'packages\/(react|vue)\/[^']*',\s*import: '([^']+)',[^}]*limit: '([\d.]+) kB'/g

/** The limits of the same bundles, in kB. */
const limits = [...read('.size-limit.mjs').matchAll(CHECK)].flatMap(([, framework, names = '', limit]) => {
  const key = `${framework === 'vue' ? 'Vue' : 'React'} ${sorted(names)}`
  return measured.has(key) ? [{ key, limit: Number(limit) }] : []
})

describe('the table of sizes', () => {
  it('has the hooks of both frameworks', () => {
    expect(limits.map(({ key }) => key)).toEqual(
      expect.arrayContaining(
        ['useWebSocket', 'useEventSource', 'useLongPoll', 'useFetch'].flatMap((name) => [
          `React ${name}`,
          `Vue ${name}`,
        ]),
      ),
    )
  })

  it.each(limits)('is not out of date: $key, at most $limit kB', ({ key, limit }) => {
    expect(Math.abs((measured.get(key) ?? 0) - limit)).toBeLessThan(0.3)
  })

  it.each([...measured])('of the README has the figure of docs/sizes.md: %s, %d kB', (key, brotli) => {
    const row = readme.split('\n').find((line) => {
      const names = /^\|[^|]*\| `([^`]+)` \|/.exec(line)?.[1]
      return names !== undefined && sorted(names) === key.replace(/^\w+ /, '')
    })
    expect(row).toContain(` ${brotli.toFixed(1)} (`)
  })
})
