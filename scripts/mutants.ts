import ts from 'typescript'
import { visitNodes } from './syntax.ts'

/** A small change of a source file that some test has to notice. */
export interface Mutant {
  readonly file: string
  /** Offsets in the text of the file. */
  readonly start: number
  readonly end: number
  readonly replacement: string
}

const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
  '&&=': '||=',
  '||=': '&&=',
}

/** @returns every change that this knows for a file: of an operator, a number, a truth value, a negation, a condition */
export function mutantsOf(file: string, text: string): Mutant[] {
  const mutants: Mutant[] = []
  visitNodes(file, text, (node, source) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return false
    mutate(node, (changed, replacement) => {
      mutants.push({ file, start: changed.getStart(source), end: changed.getEnd(), replacement })
    })
    return true
  })
  return mutants
}

function mutate(node: ts.Node, add: (node: ts.Node, replacement: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    const swapped = OPERATORS[node.operatorToken.getText()]
    // Text is joined by `+`, but not taken apart by `-`.
    const isText = [node.left, node.right].some(
      (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
    )
    if (swapped !== undefined && !isText) add(node.operatorToken, swapped)
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add(node, `(${node.operand.getText()})`)
  } else if (ts.isNumericLiteral(node)) {
    add(node, `(${node.getText()} + 1)`)
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
    add(node, 'false')
  } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
    add(node, 'true')
  } else if (ts.isIfStatement(node)) {
    add(node.expression, `!(${node.expression.getText()})`)
  } else if (ts.isConditionalExpression(node)) {
    add(node.condition, `!(${node.condition.getText()})`)
  }
}

/** @returns `count` of all, the same ones for the same seed, spread over the files */
export function sample(all: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed
  // A linear congruential generator is random enough to choose from a list.
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const left = [...all]
  const chosen: Mutant[] = []
  while (chosen.length < count && left.length > 0)
    chosen.push(...left.splice(Math.floor(random() * left.length), 1))
  return chosen
}

export const applyMutant = (text: string, { start, end, replacement }: Mutant): string =>
  text.slice(0, start) + replacement + text.slice(end)

/** @returns where a change is and what it does, in one line */
export function describeMutant(text: string, mutant: Mutant): string {
  const line = text.slice(0, mutant.start).split('\n').length
  return `${mutant.file}:${line}: ${text.slice(mutant.start, mutant.end)} → ${mutant.replacement}`
}
