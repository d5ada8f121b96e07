import type { ReactNode } from 'react'
import type { Seat } from '../harness.ts'
import type { Story } from './story.ts'

/** What a React component renders of a story. */
export function shown(seat: Seat, { count, length, last }: Story): ReactNode {
  seat.renders++
  seat.heard = count
  seat.folded = length
  return (
    <span>
      {count} {last}
    </span>
  )
}
