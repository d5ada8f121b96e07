import { type Box, type Curve, panel, text } from './panel.ts'
import type { TrafficRow } from './traffic.ts'
import { transports } from './transports.ts'

const WIDTH = 960
const HEIGHT = 430
const boxes: readonly [Box, Box] = [
  { left: 84, top: 92, width: 246, height: 240 },
  { left: 552, top: 92, width: 246, height: 270 },
]

/** The colours of the stories. The page that shows the picture sets the color scheme. */
const style = `
svg { color-scheme: light dark; font: 13px ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif }
.ground { fill: #ffffff; stroke: #dce4e1 }
.grid { stroke: #dce4e1 }
text { fill: #51615c }
.title { fill: #11201c; font-weight: 600; font-size: 15px }
.x { text-anchor: middle }
.y { text-anchor: end }
path { fill: none; stroke-width: 2.5; stroke-linejoin: round }
.label { font-weight: 600 }
.long { --line: #0b6e5f } .short { --line: #8a5200 } .events { --line: #2257b5 } .socket { --line: #8a3fa8 }
.long path, .short path, .events path, .socket path { stroke: var(--line) }
circle, .label { fill: var(--line) }
@media (prefers-color-scheme: dark) {
  .ground { fill: #161e1c; stroke: #26322f }
  .grid { stroke: #26322f }
  text { fill: #9db0aa }
  .title { fill: #e6efec }
  .long { --line: #54d3ba } .short { --line: #f2b657 } .events { --line: #8ab8ff } .socket { --line: #d9a5f0 }
  .label { fill: var(--line) }
}`

const curvesOf = (rows: readonly TrafficRow[], read: (row: TrafficRow) => number): Curve[] =>
  transports.map(({ name, title }) => ({
    name,
    label: title,
    points: rows
      .filter(({ transport }) => transport.name === name)
      .map((row) => ({ x: row.rate, y: read(row) }))
      .toSorted((a, b) => a.x - b.x),
  }))

/** Draws the cost of a delivered message over the message rate, for light and dark schemes. */
export function trafficChart(rows: readonly TrafficRow[]): string {
  const rate = 'messages a second'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">Requests and bytes for each delivered message</title>
<desc id="description">By long polling, short polling each second, server-sent events and WebSocket, at 0.1 to 100 messages a second; both axes are logarithmic. The figures are in the table.</desc>
<style>${style}
</style>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="12" class="ground"/>
${text(32, 36, '', `Each message is 100 bytes of JSON; HTTP/1.1 from Chromium, heads and frames included`)}
${panel(
  'Requests for each message',
  rate,
  curvesOf(rows, ({ requests }) => requests),
  boxes[0],
)}
${panel(
  'Bytes for each message',
  rate,
  curvesOf(rows, ({ bytes }) => bytes),
  boxes[1],
)}
</svg>
`
}
