import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('RESULTS.md', import.meta.url))

/** Puts a part of `RESULTS.md` between its markers, or at the end where there are none yet. The rest is written by hand. */
export function writePart(name: string, text: string): void {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# What was measured\n'
  const [start, end] = [`<!-- ${name}: written by the bench -->`, `<!-- ${name}: end -->`]
  const part = `${start}\n\n${text.trim()}\n\n${end}`
  const [from, to] = [before.indexOf(start), before.indexOf(end)]
  const after =
    from >= 0 && to > from
      ? before.slice(0, from) + part + before.slice(to + end.length)
      : `${before.trimEnd()}\n\n${part}\n`
  writeFileSync(FILE, after)
}

/** Puts a picture where `RESULTS.md` and the stories have it from. */
export function writePicture(name: string, svg: string): void {
  writeFileSync(fileURLToPath(new URL(`../docs/images/${name}.svg`, import.meta.url)), svg)
}

/** The commit that is measured, to be asked before the work; `-dirty`: with changes that are not in it. */
export function version(): string {
  const argv = ['describe', '--always', '--dirty', '--exclude', '*']
  return execFileSync('git', argv, { encoding: 'utf8' }).trim()
}

/** On what, from what and when. */
export function circumstances(command: string, version: string, browser?: string): string {
  const on = [browser, `Node ${process.versions.node}`, `${availableParallelism()} CPUs`]
    .filter(Boolean)
    .join(', ')
  return `\`${command}\` on ${new Date().toISOString().slice(0, 10)}, at ${version}: ${on}.`
}

/** A table in Markdown: so many columns of words, to the left; figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head),
    line(head.map((_, column) => (column < words ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n')
}
