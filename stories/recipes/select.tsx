import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

interface Board {
  readonly prices: Readonly<Record<string, number>>
  readonly unread: number
}

const codec = json<Board>()

/**
 * Shares the connection with other components that use the board, and renders only when this
 * number changes.
 */
export function Unread() {
  const { data } = useWebSocket('/board', { codec, select: (board) => board?.unread ?? 0 })
  return <span>{data}</span>
}
