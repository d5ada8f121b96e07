import { Panel } from '../ui/stage.tsx'
import type { Audit } from './audit.ts'

const said = { live: '', late: ', made up for', missing: ', missing', double: ', a second time' }

/** The numbers of the newest items: what proves that there is no gap and no double. */
export function Strip({ audit: { cells, gaps, doubles } }: { readonly audit: Audit }) {
  const verdict = `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}, ${doubles} ${doubles === 1 ? 'double' : 'doubles'}`
  return (
    <Panel title="Numbers" detail={`newest last, ${verdict}`} aside={<Legend />}>
      <ol className="strip" aria-label="Numbers of the items" tabIndex={0}>
        {cells.map(({ key, seq, shade, kind }) => (
          <li key={key} data-kind={kind} data-shade={shade}>
            {seq}
            <span className="sr">{said[kind]}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function Legend() {
  return (
    <span className="strip-legend note">
      <span>
        <i data-shade="true" />
        <i data-shade="false" /> a connection
      </span>
      <span>
        <i data-kind="late" /> made up for
      </span>
      <span>
        <i data-kind="missing" /> gap or double
      </span>
    </span>
  )
}
