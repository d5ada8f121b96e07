import { Panel } from '../ui/stage.tsx'
import { plural } from '../ui/plural.ts'
import type { SequenceCheck } from './sequence-check.ts'

const spoken = { live: '', late: ', received late', missing: ', missing', duplicate: ', duplicate' }

/** The numbers of the newest items, which show that no item is missing and none arrived twice. */
export function NumberList({ check: { cells, gaps, duplicates } }: { readonly check: SequenceCheck }) {
  const counts = `${plural(gaps, 'gap')}, ${plural(duplicates, 'duplicate')}`
  return (
    <Panel title="Received items" detail={`newest last, ${counts}`} aside={<Legend />}>
      <ol className="number-list" aria-label="Numbers of the items" tabIndex={0}>
        {cells.map(({ key, seq, shade, kind }) => (
          <li key={key} data-kind={kind} data-shade={shade}>
            {seq}
            <span className="sr">{spoken[kind]}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function Legend() {
  return (
    <span className="legend note">
      <span>
        <i data-shade="true" />
        <i data-shade="false" /> one connection each
      </span>
      <span>
        <i data-kind="late" /> received late
      </span>
      <span>
        <i data-kind="missing" /> gap or duplicate
      </span>
    </span>
  )
}
