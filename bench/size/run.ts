/** Measures the sizes of all hooks and of other libraries, and writes them into docs/sizes.md and README.md. */
import { fileURLToPath } from 'node:url'
import { table, writeMarked } from '../results.ts'
import { type SizeContender, type SizeJob, jobs } from './contenders.ts'
import { type Size, measureSize } from './measure.ts'

interface SizeRow extends Size {
  readonly contender: SizeContender
  readonly isOurs: boolean
}

const COMMAND = 'pnpm build && pnpm bench:size'
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1)
const inCode = (text: string): string => `\`${text}\``

async function measureJob({ ours, others }: SizeJob): Promise<readonly SizeRow[]> {
  const rows: SizeRow[] = []
  for (const contender of [...ours, ...others]) {
    rows.push({ contender, isOurs: ours.includes(contender), ...(await measureSize(contender)) })
  }
  return rows
}

function title({ contender: { library, framework }, isOurs }: SizeRow): string {
  return `${isOurs ? `**${library}**` : library}${framework ? `, ${framework}` : ''}`
}

function jobSection({ title: heading, note }: SizeJob, rows: readonly SizeRow[]): string {
  const cells = rows.map((row) => [
    title(row),
    inCode(row.contender.names),
    kilobytes(row.brotli),
    kilobytes(row.gzip),
    kilobytes(row.minified),
  ])
  const head = ['', 'exports', 'brotli, kB', 'gzip, kB', 'minified, kB']
  return `## ${heading}\n\n${table(head, cells, 2)}\n\n${note}`
}

/** One row for each combination of our exports; the others in one cell. */
function jobSummary({ title: job, ours }: SizeJob, rows: readonly SizeRow[]): readonly (readonly string[])[] {
  const others = rows
    .filter(({ isOurs }) => !isOurs)
    .map(({ contender, brotli }) => `${contender.library.replace(/ [\d.]+$/, '')} ${kilobytes(brotli)}`)
  return [...new Set(ours.map(({ names }) => names))].map((names, at) => {
    const size = (framework: string): string => {
      const row = rows.find(
        ({ contender, isOurs }) => isOurs && contender.names === names && contender.framework === framework,
      )
      return row ? `${kilobytes(row.brotli)} (${kilobytes(row.gzip)})` : ''
    }
    return [at === 0 ? job : '', inCode(names), size('React'), size('Vue'), at === 0 ? others.join(', ') : '']
  })
}

const sections: string[] = []
const summary: (readonly string[])[] = []
for (const job of jobs) {
  const rows = await measureJob(job)
  sections.push(jobSection(job, rows))
  summary.push(...jobSummary(job, rows))
}

const when = `Measured by \`${COMMAND}\` on ${new Date().toISOString().slice(0, 10)}: the production build, bundled and minified by Vite, without React and Vue.`
const head = ['for', 'exports', 'React, brotli (gzip)', 'Vue, brotli (gzip)', 'others, brotli']
writeMarked(file('docs/sizes.md'), 'sizes', `${when}\n\n${sections.join('\n\n')}`)
writeMarked(file('README.md'), 'sizes', `${when} In kB of 1,000 bytes.\n\n${table(head, summary, 2)}`)
