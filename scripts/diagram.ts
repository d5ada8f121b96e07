/** Generates the state diagram in the docs from the state machine. */
import { readFileSync, writeFileSync } from 'node:fs'
import { stateDiagram } from '../packages/core/test/machine/diagram.ts'

const docs = new URL('../docs/', import.meta.url)
const page = new URL('architecture.md', docs)
const diagram = stateDiagram()
writeFileSync(new URL('state-diagram.mmd', docs), diagram)
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(/```mermaid\n[^`]*```/, `\`\`\`mermaid\n${diagram}\`\`\``),
)
