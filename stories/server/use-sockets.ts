import { useEffect, useState } from 'react'
import { useServer } from './server-context.ts'
import { countSockets } from './story-server.ts'

/** How many sockets the server has open for a target, by its own count; asked once a second and when `status` changes. */
export function useSockets(target: string, status: string): number {
  const server = useServer()
  const [count, setCount] = useState(0)
  useEffect(() => {
    let current = true
    const ask = async (): Promise<void> => {
      const answer = await countSockets(server, target).catch(() => 0)
      if (current) setCount(answer)
    }
    const timer = setInterval(() => void ask(), 1_000)
    void ask()
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [server, target, status])
  return count
}
