import { json, linkHeader } from '@tautline/core'
import { useFetch, useFetchPages } from '@tautline/react'

interface Comment {
  readonly id: string
  readonly text: string
}

const options = { codec: json<readonly Comment[]>(), next: linkHeader('next') }

export function Comments({ post }: { readonly post: string }) {
  const url = `/api/posts/${post}/comments`
  const { pages, mutate } = useFetchPages(url, options)
  const save = useFetch(url, { method: 'POST', enabled: false })
  const add = (text: string) => {
    const comment = { id: crypto.randomUUID(), text }
    // Shown at once, also in other components with this list. Removed if the request fails.
    mutate((all) => all.map((page, index) => (index === 0 ? [comment, ...page] : page)), {
      rollback: save.execute({ json: comment }),
    })
  }
  return (
    <>
      <button onClick={() => add('Hello')}>Say hello</button>
      {pages.flat().map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </>
  )
}
