import { useEffect, useState } from 'react'
import { useColours } from './use-colours.ts'

const files = import.meta.glob('../../docs/state-diagram.mmd', {
  query: '?raw',
  import: 'default',
  eager: true,
})
// In a column of text there is more room downwards.
const source = Object.values(files)[0]?.replace('direction LR', 'direction TB')

const FONT = '"Geist Variable"'

/** The machine, drawn from the file that is drawn from its code. Mermaid is large: it comes when this is shown. */
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
      {/* Mermaid's own output, from a file of this repository. */}
      {svg !== undefined && <div dangerouslySetInnerHTML={{ __html: svg }} />}
    </figure>
  )
}

async function draw(colours: ReturnType<typeof useColours>): Promise<string> {
  const { default: mermaid } = await import('mermaid')
  // Mermaid measures its labels: in another font they would be cut off.
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
  // A name of its own: two that are drawn at once would take each other's place.
  const { svg } = await mermaid.render(`state-diagram-${crypto.randomUUID()}`, source ?? '')
  return svg
}
