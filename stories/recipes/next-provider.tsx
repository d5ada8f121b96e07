'use client'

import { TautlineProvider } from '@tautline/react'
import { type ReactNode, useMemo } from 'react'

/** For the layout of the App Router, which is a server component and passes only data. */
export function Providers({ user, children }: { readonly user?: string; readonly children: ReactNode }) {
  const options = useMemo(() => (user === undefined ? {} : { key: user }), [user])
  return <TautlineProvider options={options}>{children}</TautlineProvider>
}
