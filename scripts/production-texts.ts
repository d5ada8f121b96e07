/**
 * Leaves the texts for developers out of the production build of the core. An error then has its code, and what is safe
 * and short of its fields: see `packages/core/src/shared/error-message.production.ts`.
 *
 * A text is an argument for a parameter of the type `ErrorText`, or the message of a `TautlineError`. A file
 * `name.production.ts` takes the place of `name.ts`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'esbuild'
import MagicString from 'magic-string'
import ts from 'typescript'
import { visitNodes } from './syntax.ts'

/** The indexes of the texts among the arguments of a function, by its name. */
type TextParameters = ReadonlyMap<string, readonly number[]>

/** Finds the exported functions that take a text. @param folder the folder of the sources */
export function findTextParameters(folder: string): TextParameters {
  const found = new Map<string, readonly number[]>([
    ['TautlineError', [1]],
    ['HttpError', [0]],
  ])
  for (const file of globSync('**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] })) {
    const path = join(folder, file)
    for (const [name, indexes] of textParametersOf(path, readFileSync(path, 'utf8'), true))
      found.set(name, indexes)
  }
  return found
}

/** Finds the functions of one file that take a text. */
function textParametersOf(file: string, source: string, isExported: boolean): TextParameters {
  const found = new Map<string, readonly number[]>()
  visitNodes(file, source, (node) => {
    if (!ts.isParameter(node) || node.type?.getText() !== 'ErrorText') return
    const name = nameOf(node.parent)
    if (!name || (isExported && !new RegExp(`export (function|const) ${name}\\b`).test(source))) return
    found.set(name, [...(found.get(name) ?? []), node.parent.parameters.indexOf(node)])
  })
  return found
}

function nameOf(owner: ts.SignatureDeclaration): string | undefined {
  if (owner.name && ts.isIdentifier(owner.name)) return owner.name.text
  const { parent } = owner
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
  return isNamed && ts.isIdentifier(parent.name) ? parent.name.text : undefined
}

/** Returns the source without its texts. @param exported the exported functions that take a text */
export function removeTexts(file: string, source: string, exported: TextParameters): MagicString {
  // A function of another file with the same name is another function.
  const parameters = new Map([...exported, ...textParametersOf(file, source, false)])
  const removed: ts.Node[] = []
  visitNodes(file, source, (node) => {
    // The default of a parameter, and what is passed.
    if (ts.isParameter(node) && node.type?.getText() === 'ErrorText' && node.initializer)
      removed.push(node.initializer)
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return
    const indexes = ts.isIdentifier(node.expression) ? parameters.get(node.expression.text) : undefined
    for (const index of indexes ?? []) {
      const argument = node.arguments?.[index]
      if (argument) removed.push(argument)
    }
  })
  // A text may be put together from others, so their constants are removed too.
  const constants: ts.Node[] = []
  for (let more = unusedConstants(file, source, removed); more.length > 0;) {
    constants.push(...more)
    more = unusedConstants(file, source, [...removed, ...constants]).filter(
      (node) => !includes(constants, node),
    )
  }
  const result = new MagicString(source)
  for (const node of outermost([...removed, ...constants])) {
    if (constants.includes(node)) result.remove(node.getStart(), node.end)
    else result.update(node.getStart(), node.end, "''")
  }
  return result
}

/** The nodes that are in none of the others. */
const outermost = (nodes: readonly ts.Node[]): ts.Node[] =>
  [...new Set(nodes)].filter((node, _, all) => {
    const others = all.filter((other) => other !== node)
    return !includes(others, node)
  })

const includes = (nodes: readonly ts.Node[], node: ts.Node): boolean =>
  nodes.some(({ pos, end }) => pos <= node.pos && node.end <= end)

/** Finds the constants that only the removed parts of a file use. */
function unusedConstants(file: string, source: string, removed: readonly ts.Node[]): ts.Node[] {
  const uses = new Map<string, ts.Node[]>()
  const constants: { readonly name: ts.Identifier; readonly statement: ts.Node }[] = []
  visitNodes(file, source, (node) => {
    if (ts.isIdentifier(node)) uses.set(node.text, [...(uses.get(node.text) ?? []), node])
    const [declaration] = ts.isVariableStatement(node) ? node.declarationList.declarations : []
    if (declaration && ts.isIdentifier(declaration.name))
      constants.push({ name: declaration.name, statement: node })
  })
  return constants.flatMap(({ name, statement }) => {
    const others = (uses.get(name.text) ?? []).filter(
      (use) => use.pos !== name.pos && includes([statement.parent], use),
    )
    return others.length > 0 && others.every((use) => includes(removed, use)) ? [statement] : []
  })
}

/** A plugin of esbuild for the production build. @param folder the folder of the sources */
export function productionTexts(folder: string): Plugin {
  const parameters = findTextParameters(folder)
  return {
    name: 'production-texts',
    setup(build) {
      build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
        const replacement = path.replace(/\.ts$/, '.production.ts')
        const file = existsSync(replacement) ? replacement : path
        const source = removeTexts(file, readFileSync(file, 'utf8'), parameters)
        const map = source.generateMap({ source: basename(file), hires: 'boundary' })
        return { contents: `${source.toString()}\n//# sourceMappingURL=${map.toUrl()}`, loader: 'ts' }
      })
    },
  }
}
