/** Reads the pages of the documentation site: their code, and their links to stories. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ROOT } from './processes.ts'

const DOCS = join(ROOT, 'docs')

/** The Markdown files of the site, relative to `docs`. */
export const findDocs = (): string[] =>
  readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !/(^|\/)(node_modules|\.vitepress)\//.test(file))
    .sort()

export const readDoc = (file: string): string => readFileSync(join(DOCS, file), 'utf8')

/** The first lines of blocks of code that no test compiles, because they are not imported from a file. */
export const findOwnCode = (text: string): string[] =>
  [...text.matchAll(/^```(?:tsx?|vue)\b.*\n(.*)$/gm)].map(([, first = '']) => first)

/** The files that a page imports code from, or includes, and that do not exist. */
export const findMissingFiles = (file: string, text: string): string[] =>
  [
    ...[...text.matchAll(/^<<< (\S+?)(?:\{[^}]*\})?(?: \[.*\])?$/gm)].map(([, path = '']) =>
      path.replace(/^@/, DOCS),
    ),
    ...[...text.matchAll(/<!--@include: (\S+?)-->/g)].map(([, path = '']) => path),
  ].filter((path) => !existsSync(resolve(DOCS, dirname(file), path)))

/** The IDs of the stories that a page links. */
export const findStoryLinks = (text: string): string[] =>
  [...text.matchAll(/\]\(story:([\w-]+)\)/g)].map(([, id = '']) => id)

/** The IDs of all stories, such as `examples-chat--shared-socket`. */
export function findStories(): Set<string> {
  const folder = join(ROOT, 'stories')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Set(
    files
      .filter((file) => file.endsWith('.stories.tsx'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .flatMap((text) => {
        const title = toId(/title: '([^']+)'/.exec(text)?.[1] ?? '')
        const names = [...text.matchAll(/^export const (\w+)/gm)].map(([, name = '']) => name)
        return names.map((name) => `${title}--${toId(name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-'))}`)
      }),
  )
}

const toId = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-|-$/g, '')
