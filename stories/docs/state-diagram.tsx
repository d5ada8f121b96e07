import { useEffect, useState } from 'react'
import { useColours } from './use-colours.ts'

const files = import.meta.glob('../../docs/state-diagram.mmd', {
  query: '?raw',
  import: 'default',
  eager: true,
})
// Drawn from top to bottom, because the text column is narrow.
const source = Object.values(files)[0]?.replace('direction LR', 'direction TB')

const FONT = '"Geist Variable"'

/** The state machine of a connection, from a file that is generated from the code. Loads Mermaid on demand, because it is large. */
export function StateDiagram() {
  const [svg, setSvg] = useState<string>()
  const colours = useColours()
  useEffect(() => {
    let current = true
    const show = async (): Promise<void> => {
      const drawn = await draw(colours)
      if (current) setSvg(drawn)
    }
    void show()
    return () => {
      current = false
    }
  }, [colours])
  if (source === undefined) return null
  return (
    <figure className="sb-unstyled doc-diagram" tabIndex={0} aria-label="The state machine of a connection">
      {svg === undefined && <p>Drawing …</p>}
      {/* The output of Mermaid for a file of this repository, so the HTML is safe. */}
      {svg !== undefined && <div dangerouslySetInnerHTML={{ __html: svg }} />}
    </figure>
  )
}

async function draw(colours: ReturnType<typeof useColours>): Promise<string> {
  const { default: mermaid } = await import('mermaid')
  // Loads the font first, because Mermaid measures its labels and would cut them off in another font.
  await document.fonts.load(`15px ${FONT}`)
  mermaid.initialize({
    startOnLoad: false,
    theme: 'base',
    fontFamily: `${FONT}, system-ui, sans-serif`,
    themeVariables: {
      fontSize: '15px',
      background: colours.surface,
      primaryColor: colours.soft,
      primaryBorderColor: colours.accent,
      primaryTextColor: colours.ink,
      lineColor: colours.muted,
      textColor: colours.ink,
      edgeLabelBackground: colours.surface,
      transitionLabelColor: colours.muted,
      tertiaryColor: colours.surface,
    },
    state: { useMaxWidth: true },
  })
  // A unique ID, because two diagrams with the same ID would replace each other.
  const { svg } = await mermaid.render(`state-diagram-${crypto.randomUUID()}`, source ?? '')
  return svg
}
