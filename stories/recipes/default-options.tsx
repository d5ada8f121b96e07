import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

// Outside of the components, so that the object stays the same.
const options = { retry: { limit: 10 } }

/** All hooks below have these options, unless they have their own. */
export function App({ children }: { readonly children: ReactNode }) {
  return <TautlineProvider options={options}>{children}</TautlineProvider>
}
