/** Links each promise of docs/behaviours.md to the tests that keep it, found by the numbers that their names begin with. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const page = new URL('docs/behaviours.md', root)
const places = [
  'packages/*/{src,test}/**/*.{test.ts,test.tsx}',
  'test/**/*.{ts,tsx}',
  'stories/**/*.{ts,tsx}',
]

/** Tests by the number of the behaviour. */
export function findProofs(): ReadonlyMap<
  number,
  readonly { readonly file: string; readonly name: string }[]
> {
  const proofs = new Map<number, { file: string; name: string }[]>()
  for (const file of globSync(places, { cwd: root }).toSorted()) {
    const text = readFileSync(new URL(file, root), 'utf8')
    // A name in quotes that begins with numbers and a colon: '4, 5: close() …'
    for (const [, , numbers = '', name = ''] of text.matchAll(
      /(['"`])(\d+(?:(?:, | and )\d+)*): ([^\n]+?)\1/g,
    )) {
      for (const number of numbers.split(/, | and /).map(Number)) {
        const list = proofs.get(number) ?? []
        if (!list.some((proof) => proof.file === file && proof.name === name)) list.push({ file, name })
        proofs.set(number, list)
      }
    }
  }
  return proofs
}

/** The page with its links as they should be. */
export function linked(text: string): string {
  const proofs = findProofs()
  const bare = text.replaceAll(/^ {4}- \[[^\n]*\n/gm, '')
  return bare.replaceAll(/^(\d+)\. (?:[^\n]+\n)(?: {3,}[^\n]+\n)*/gm, (item, number: string) => {
    const links = (proofs.get(Number(number)) ?? []).map(
      ({ file, name }) => `    - [${name.replaceAll(/[[\]]/g, '')}](../${file})\n`,
    )
    return item + links.join('')
  })
}

if (import.meta.main) writeFileSync(page, linked(readFileSync(page, 'utf8')))
