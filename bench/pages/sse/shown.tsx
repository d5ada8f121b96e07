import type { ReactNode } from 'react'
import type { Seat } from '../harness.ts'
import type { Story } from './story.ts'

/** The content of a React component. */
export function shown(seat: Seat, { count, length, last }: Story): ReactNode {
  seat.renders++
  seat.received = count
  seat.folded = length
  return (
    <span>
      {count} {last}
    </span>
  )
}
