import { type CSSProperties, useSyncExternalStore } from 'react'
import { bytesText } from '../ui/bytes-text.ts'
import { Panel } from '../ui/stage.tsx'
import type { Meter, Reading } from './meter.ts'
import { type Reader, delayText, perMessage, ratioText } from './readers.ts'

/** The columns: two costs of a reader, and its delay. */
const columns = [
  { name: 'Requests per message', of: perMessage, text: ratioText },
  {
    name: 'Bytes per message',
    of: ({ bytes, messages }: Reading) => (messages === 0 ? undefined : bytes / messages),
    text: (bytes: number | undefined) => (bytes === undefined ? '–' : bytesText(Math.round(bytes))),
  },
  { name: 'Median delay', of: ({ median }: Reading) => median, text: delayText },
]

/** Compares the readers. The longest bar of a column is its largest number. */
export function CostTable({ readers }: { readonly readers: readonly (readonly [Reader, Meter])[] }) {
  const readings = useReadings(readers.map(([, meter]) => meter))
  const largest = columns.map(({ of }) => Math.max(...readings.map((reading) => of(reading) ?? 0)) || 1)
  return (
    <Panel title="Cost and delay" detail="shorter is better">
      <table className="cost-table">
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
                    <span className="cost-figure">{column.text(value)}</span>
                    <Bar share={(value ?? 0) / (largest[index] ?? 1)} />
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

const shareStyle = (share: number): CSSProperties & Record<'--share', number> => ({ '--share': share })

function Bar({ share }: { readonly share: number }) {
  return <span className="cost-bar" style={shareStyle(share)} aria-hidden="true" />
}

/** The readings of all meters. useSyncExternalStore needs an equal snapshot while nothing changes, so it gets them as a text. */
function useReadings(meters: readonly Meter[]): readonly Reading[] {
  const subscribe = (listener: () => void): (() => void) => {
    const stops = meters.map((meter) => meter.subscribe(listener))
    return () => {
      for (const stop of stops) stop()
    }
  }
  const readings = () => meters.map((meter) => meter.getSnapshot())
  useSyncExternalStore(subscribe, () => textOf(readings()))
  return readings()
}

const textOf = (readings: readonly Reading[]): string =>
  readings
    .map(({ requests, bytes, messages, median }) => [requests, bytes, messages, median].join())
    .join(';')
