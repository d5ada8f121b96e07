/** Draws the machines into the docs, each one from the machine itself. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fallbackDiagram } from '../packages/core/test/machine/fallback-diagram.ts'
import { pollDiagram } from '../packages/core/test/machine/poll-diagram.ts'
import { stateDiagram } from '../packages/core/test/machine/diagram.ts'

const docs = new URL('../docs/', import.meta.url)
const page = new URL('architecture.md', docs)

/** In the order in which they stand in the page. */
const diagrams = [
  ['state-diagram.mmd', stateDiagram()],
  ['poll-diagram.mmd', pollDiagram()],
  ['fallback-diagram.mmd', fallbackDiagram()],
] as const

for (const [file, diagram] of diagrams) writeFileSync(new URL(file, docs), diagram)

let at = 0
const drawn = readFileSync(page, 'utf8').replaceAll(/```mermaid\n[^`]*```/g, (block) => {
  const diagram = diagrams[at++]?.[1]
  return diagram ? `\`\`\`mermaid\n${diagram}\`\`\`` : block
})
writeFileSync(page, drawn)
