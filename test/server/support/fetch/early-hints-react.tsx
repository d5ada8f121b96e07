import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { useFetch } from '@tautline/react'
import { HINTED, type Users, createMountPoint } from './early-hints-page.ts'

function Names(): ReactNode {
  const { data, status } = useFetch<Users>(HINTED)
  const names = data?.items.map(({ id, name }) => <li key={id}>{name}</li>)
  return <ol data-status={status}>{names}</ol>
}

createRoot(createMountPoint()).render(<Names />)
