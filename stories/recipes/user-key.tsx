import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

interface Props {
  readonly user: { readonly id: string }
  readonly children: ReactNode
}

/** Another user is another key: all connections are replaced, and all data is cleared. */
export function ForUser({ user, children }: Props) {
  return <TautlineProvider options={{ key: user.id }}>{children}</TautlineProvider>
}
