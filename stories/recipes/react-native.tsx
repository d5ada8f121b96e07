import { appStateEvents, streamFetch } from '@tautline/core/react-native'
import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

// import { AppState } from 'react-native'
declare const AppState: Parameters<typeof appStateEvents>[0]

// Once, outside of the components.
const options = { environment: { streamFetch, onPageEvent: appStateEvents(AppState) } }

export function App({ children }: { readonly children: ReactNode }) {
  return <TautlineProvider options={options}>{children}</TautlineProvider>
}
