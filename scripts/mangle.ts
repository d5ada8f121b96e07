/**
 * Shortens the internal property names in `packages/core/dist`, so that readable names do not make a page larger.
 *
 * A name stays if other code could use it: it is in a type declaration of the package, belongs to the platform or the
 * language, or is used as a text somewhere.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import remapping from '@jridgewell/remapping'
import { transformSync } from 'esbuild'
import ts from 'typescript'
import { mapComment, withoutMapComment } from './map-comments.ts'
import { ROOT } from './processes.ts'
import { visitNodes } from './syntax.ts'

const DIST = join(ROOT, 'packages/core/dist')
const LIBRARIES = dirname(createRequire(import.meta.url).resolve('typescript'))

/**
 * Replaced by bundlers (`process.env.NODE_ENV`), read by Node's console, or known to `fetch` but not to TypeScript's DOM
 * types (`duplex`). The four after it are stored, or sent to other pages: another version of the package reads them. The
 * last two are members of CloudEvents.
 */
const RESERVED = [
  'process',
  'env',
  'NODE_ENV',
  'nodejs',
  'for',
  'duplex',
  'requestedAt',
  'receivedAt',
  'isStale',
  'isClear',
  'data_base64',
  'datacontenttype',
]

/** Members of platform objects for audio and navigation, which the core does not use. Its own members have these names. */
const UNUSED_PLATFORM_NAMES = ['context', 'entry']

/**
 * The names of members and globals in a declaration file, and every word of a text that may be a name: other code could
 * use them. Parameters, types and the texts that are types have names of their own.
 */
function knownNames(file: string): string[] {
  const names: string[] = []
  visitNodes(file, readFileSync(file, 'utf8'), (node) => {
    const { parent } = node
    if (ts.isIdentifier(node) && !isParameterOrType(parent)) names.push(node.text)
    else if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(parent))
      names.push(...node.text.split(/\W+/))
  })
  return names
}

const isParameterOrType = (parent: ts.Node): boolean =>
  ts.isParameter(parent) ||
  ts.isTypePredicateNode(parent) ||
  ts.isTypeParameterDeclaration(parent) ||
  ts.isTypeReferenceNode(parent) ||
  ts.isExpressionWithTypeArguments(parent)

/**
 * How often each property is named in the programs, and their texts: a name that is also a text, or in a path such as
 * `head.size`, may be looked up by it.
 */
function readPrograms(files: readonly string[]) {
  const counts = new Map<string, number>()
  const texts: string[] = []
  for (const file of files) {
    visitNodes(file, readFileSync(file, 'utf8'), (node) => {
      if (ts.isIdentifier(node) && isProperty(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1)
      else if (ts.isStringLiteralLike(node)) texts.push(...node.text.split('.'))
    })
  }
  return { counts, texts }
}

function isProperty(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isBindingElement(parent)) return (parent.propertyName ?? parent.name) === node
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isGetAccessorDeclaration(parent) ||
      ts.isSetAccessorDeclaration(parent)) &&
    parent.name === node
  )
}

/**
 * Chooses the short names: the most frequent property gets the shortest. Only the names and their frequency decide, so
 * a build does not depend on the names or the order of its files.
 */
function chooseShortNames(
  counts: ReadonlyMap<string, number>,
  mangleProps: RegExp,
): Record<string, string | false> {
  const names = [...counts].toSorted(
    ([one, count], [other, otherCount]) => otherCount - count || one.localeCompare(other, 'en'),
  )
  const code = names.map(([name, count]) => `x.${name}()\n`.repeat(count)).join('')
  return transformSync(code, { mangleProps, mangleCache: {} }).mangleCache ?? {}
}

const programs = globSync('**/*.{js,cjs}', { cwd: DIST }).map((file) => join(DIST, file))
const declarations = globSync('*.d.ts', { cwd: DIST }).map((file) => join(DIST, file))
const libraries = globSync('lib.*.d.ts', { cwd: LIBRARIES }).map((file) => join(LIBRARIES, file))
// Schemas are objects of other packages.
const schemas = globSync('packages/core/node_modules/@standard-schema/spec/dist/*.d.ts', { cwd: ROOT }).map(
  (file) => join(ROOT, file),
)

const { counts, texts } = readPrograms(programs)
const platformNames = libraries.flatMap(knownNames).filter((name) => !UNUSED_PLATFORM_NAMES.includes(name))
const publicNames = [...declarations, ...schemas].flatMap(knownNames)
const reserved = new Set([...RESERVED, ...platformNames, ...publicNames, ...texts])
const internal = [...counts.keys()].filter((name) => !reserved.has(name))
const mangleProps = new RegExp(`^(?:${internal.join('|')})$`)
const mangleCache = chooseShortNames(counts, mangleProps)

for (const file of programs) {
  const result = transformSync(withoutMapComment(readFileSync(file, 'utf8')), {
    ...(file.endsWith('.cjs') ? {} : { format: 'esm' }),
    sourcemap: 'external',
    target: 'es2022',
    mangleProps,
    mangleCache,
  })
  writeFileSync(file, result.code + mapComment(file))
  // The first map leads to what tsup has built, the second from there to the sources.
  const map = remapping([result.map, readFileSync(`${file}.map`, 'utf8')], () => null, {
    excludeContent: true,
  })
  writeFileSync(`${file}.map`, map.toString())
}
console.log(`${internal.length} internal names were shortened.`)
