import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Page, linkOf, sections } from './pages.ts'

/** Fails if a page is not in the list of pages, or a page of the list does not exist. */
export function checkPages(files: readonly string[], pages: readonly Page[]): void {
  const found = files.map(linkOf)
  const listed = pages.map(({ link }) => link)
  const problems = [
    ...found.filter((link) => !listed.includes(link)).map((link) => `${link} is not in pages.ts.`),
    ...listed
      .filter((link) => !found.includes(link))
      .map((link) => `${link} is in pages.ts, but has no file.`),
  ]
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** Fails if a link of the built site leads to an anchor that its page does not have. */
export function checkAnchors(outDir: string): void {
  const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.html'),
  )
  const built = new Map(files.map((file) => [addressOf(file), readFileSync(join(outDir, file), 'utf8')]))
  const ids = new Map(
    [...built].map(([link, html]) => [
      link,
      new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)),
    ]),
  )
  const problems = [...built].flatMap(([link, html]) =>
    [...html.matchAll(/ href="(\/[^"#]*)?#([^"]+)"/g)]
      .filter(
        ([, target, anchor = '']) => !ids.get(addressOf(target ?? link))?.has(decodeURIComponent(anchor)),
      )
      .map(([, target = '', anchor]) => `${link}: no anchor ${target}#${anchor}`),
  )
  if (problems.length > 0) throw new Error(`Dead anchors:\n${problems.join('\n')}`)
}

const addressOf = (file: string): string =>
  linkOf(file.replace(/^\//, '').replace(/\.html$/, '')).replace(/^\/$/, '/')

/** Writes `llms.txt`: all pages, with a description of one line each. */
export function writeList(outDir: string): void {
  const list = sections
    .map(({ text, pages }) =>
      [`## ${text}`, '', ...pages.map((page) => `- [${page.text}](${page.link}): ${page.description}`)].join(
        '\n',
      ),
    )
    .join('\n\n')
  writeFileSync(
    join(outDir, 'llms.txt'),
    `# Tautline\n\n> React and Vue hooks that keep a page connected to its server: WebSocket, server-sent events, long polling and requests, over one headless core.\n\n${list}\n`,
  )
}
