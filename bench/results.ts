import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('RESULTS.md', import.meta.url))

/** Writes a part of `RESULTS.md` between its markers, or at the end when there are no markers yet. The other text is not generated. */
export function writePart(name: string, text: string): void {
  writeMarked(FILE, name, text)
}

/** Writes a generated part of a page between its markers, or at the end when there are no markers yet. */
export function writeMarked(file: string, name: string, text: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmark results\n'
  const [start, end] = [`<!-- ${name}: written by the bench -->`, `<!-- ${name}: end -->`]
  const part = `${start}\n\n${text.trim()}\n\n${end}`
  const [from, to] = [before.indexOf(start), before.indexOf(end)]
  const after =
    from >= 0 && to > from
      ? before.slice(0, from) + part + before.slice(to + end.length)
      : `${before.trimEnd()}\n\n${part}\n`
  writeFileSync(file, after)
}

/** Writes a picture into the folder that `RESULTS.md` and the stories use. */
export function writePicture(name: string, svg: string): void {
  writeFileSync(fileURLToPath(new URL(`../docs/images/${name}.svg`, import.meta.url)), svg)
}

/** The measured commit. Call it before the measurement. `-dirty` means that there are uncommitted changes. */
export function version(): string {
  const argv = ['describe', '--always', '--dirty', '--exclude', '*']
  return execFileSync('git', argv, { encoding: 'utf8' }).trim()
}

/** Describes the measurement: command, date, commit and machine. */
export function circumstances(command: string, version: string, browser?: string): string {
  const on = [browser, `Node ${process.versions.node}`, `${availableParallelism()} CPUs`]
    .filter(Boolean)
    .join(', ')
  return `\`${command}\` on ${new Date().toISOString().slice(0, 10)}, at ${version}: ${on}.`
}

/** Builds a Markdown table. The first columns are text, aligned left; the others are figures, aligned right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head),
    line(head.map((_, column) => (column < words ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n')
}
