import { z } from 'zod'
import { useControlState } from './use-control-state.ts'

const State = z.object({ connections: z.array(z.object({ target: z.string() })) })

/** How many sockets the server has open for a target. Updated once a second and when `status` changes. */
export function useSocketCount(target: string, status: string): number {
  const state = useControlState('state', State, 1_000, status)
  return state?.connections.filter((connection) => connection.target.startsWith(target)).length ?? 0
}
