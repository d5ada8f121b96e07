import { type CSSProperties, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import type { Meter, Reading } from './meter.ts'
import { type Reader, bytesText, delayText, perMessage, ratioText } from './readers.ts'

/** What is weighed against what: each reader's price, and what it buys. */
const columns = [
  { name: 'Requests per message', of: perMessage, text: ratioText },
  {
    name: 'Bytes per message',
    of: ({ bytes, messages }: Reading) => (messages === 0 ? undefined : bytes / messages),
    text: (bytes: number | undefined) => (bytes === undefined ? '–' : bytesText(Math.round(bytes))),
  },
  { name: 'Median delay', of: ({ median }: Reading) => median, text: delayText },
]

/** The trade at a glance; the longest bar of a column is its largest figure. */
export function Trade({ readers }: { readonly readers: readonly (readonly [Reader, Meter])[] }) {
  const readings = useReadings(readers.map(([, meter]) => meter))
  const most = columns.map(({ of }) => Math.max(...readings.map((reading) => of(reading) ?? 0)) || 1)
  return (
    <Panel title="The trade" detail="shorter is better">
      <table className="trade">
        <thead>
          <tr>
            <th scope="col">Reader</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {readers.map(([{ key, name, interval }], row) => (
            <tr key={key} data-lane={interval === undefined ? 'long' : 'short'}>
              <th scope="row">{name}</th>
              {columns.map((column, index) => {
                const reading = readings[row]
                const value = reading && column.of(reading)
                return (
                  <td key={column.name} data-head={column.name}>
                    <span className="trade-figure">{column.text(value)}</span>
                    <Bar share={(value ?? 0) / (most[index] ?? 1)} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

const sized = (share: number): CSSProperties & Record<'--share', number> => ({ '--share': share })

function Bar({ share }: { readonly share: number }) {
  return <span className="trade-bar" style={sized(share)} aria-hidden="true" />
}

/** Of all at once. What each says is kept by its meter, so an equal list of them is no change. */
function useReadings(meters: readonly Meter[]): readonly Reading[] {
  const subscribe = (listener: () => void): (() => void) => {
    const stops = meters.map((meter) => meter.subscribe(listener))
    return () => {
      for (const stop of stops) stop()
    }
  }
  const version = () => meters.map((meter) => meter.getSnapshot())
  useSyncExternalStore(subscribe, () => signature(version()))
  return version()
}

const signature = (readings: readonly Reading[]): string =>
  readings
    .map(({ requests, bytes, messages, median }) => [requests, bytes, messages, median].join())
    .join(';')
