/**
 * Shortens the internal property names in `packages/core/dist`, so that names which are good to read cost a page nothing.
 *
 * A name stays if somebody outside could know it: it stands in a type declaration of the package, belongs to the platform or the language, or is
 * used as a text somewhere.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'
import ts from 'typescript'
import { ROOT } from './processes.ts'

const DIST = join(ROOT, 'packages/core/dist')
const LIBRARIES = dirname(createRequire(import.meta.url).resolve('typescript'))

/** Replaced by bundlers (`process.env.NODE_ENV`), read by Node's console, or known to `fetch` but not to TypeScript's DOM types (`duplex`). */
const RESERVED = ['process', 'env', 'NODE_ENV', 'nodejs', 'for', 'duplex']

type Kind = 'property' | 'any'

/** @param kind `property`: the names of members and keys alone; `any`: every identifier, and the words of every text */
function namesIn(file: string, kind: Kind): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && (kind === 'any' || isProperty(node))) names.push(node.text)
    if (kind === 'any' && ts.isStringLiteralLike(node)) names.push(...node.text.split(/\W+/))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
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

/** The texts of a program: a name that is also one may be looked up by it. */
function textsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const texts: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return texts
}

const programs = globSync('*.{js,cjs}', { cwd: DIST }).map((file) => join(DIST, file))
const declarations = globSync('*.d.ts', { cwd: DIST }).map((file) => join(DIST, file))
const libraries = globSync('lib.*.d.ts', { cwd: LIBRARIES }).map((file) => join(LIBRARIES, file))

const reserved = new Set([
  ...RESERVED,
  ...[...declarations, ...libraries].flatMap((file) => namesIn(file, 'any')),
  ...programs.flatMap(textsIn),
])
const internal = [...new Set(programs.flatMap((file) => namesIn(file, 'property')))].filter(
  (name) => !reserved.has(name),
)

let cache: Record<string, string | false> = {}
for (const file of programs) {
  const { code, mangleCache } = transformSync(readFileSync(file, 'utf8'), {
    ...(file.endsWith('.cjs') ? {} : { format: 'esm' }),
    target: 'es2022',
    mangleProps: new RegExp(`^(?:${internal.join('|')})$`),
    mangleCache: cache,
  })
  cache = mangleCache ?? cache
  writeFileSync(file, code)
}
console.log(`${internal.length} internal names were shortened.`)
if (process.argv.includes('--list')) console.log(internal.toSorted().join(' '))
