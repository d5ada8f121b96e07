import { z } from 'zod'
import { useControlState } from '../server/use-control-state.ts'
import { Panel } from '../ui/stage.tsx'
import type { StreamName } from './transports.ts'

const Counts = z.object({
  published: z.number(),
  faults: z.record(z.string(), z.string()),
  transports: z.record(z.string(), z.object({ requests: z.number(), open: z.number(), sent: z.number() })),
})

/** What the server counts, for all components together. */
export function ServerPanel({ name, stream }: { readonly name: string; readonly stream: StreamName }) {
  const counts = useControlState(`live/${name}`, Counts, 500)
  const rows = ['web-socket', stream, 'long-poll', 'short-poll'].map((transport) => ({
    transport,
    ...(counts?.transports[transport] ?? { requests: 0, open: 0, sent: 0 }),
    fault: counts?.faults[transport],
  }))
  return (
    <Panel title="Server" detail={`${counts?.published ?? 0} messages published`}>
      <div className="network-table" tabIndex={0} role="region" aria-label="Counts of the server">
        <table>
          <thead>
            <tr>
              {['Transport', 'Fault', 'Requests', 'Open', 'Sent'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ transport, fault, requests, open, sent }) => (
              <tr key={transport}>
                <th scope="row">{transport}</th>
                <td data-fault={fault !== undefined}>{fault ?? 'none'}</td>
                <td>{requests}</td>
                <td>{open}</td>
                <td>{sent}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
