import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useState } from 'react'

interface Todo {
  readonly id: number
  readonly text: string
  readonly done: boolean
}

const codec = json<readonly Todo[]>()

export function Todos() {
  const { data: todos, mutate } = useFetch('/api/todos', { codec })
  // Undone for this to-do alone if the promise rejects, whatever has been clicked since then.
  const change = (id: number, done: boolean, rollback: Promise<unknown>) =>
    mutate((list = []) => list.map((todo) => (todo.id === id ? { ...todo, done } : todo)), { rollback })
  return todos?.map((todo) => <Toggle key={todo.id} todo={todo} change={change} />)
}

function Toggle(props: {
  readonly todo: Todo
  readonly change: (id: number, done: boolean, rollback: Promise<unknown>) => void
}) {
  const { id, text, done } = props.todo
  // A hook for each row: `error` and `isFetching` of a hook are those of its last write.
  const save = useFetch(`/api/todos/${id}`, { method: 'PATCH', enabled: false, invalidates: ['/api/todos'] })
  const [inOrder] = useState(createQueue)
  const toggle = (): void => {
    // The new value, not "the opposite", so that clicks may overlap.
    const next = !done
    props.change(
      id,
      next,
      inOrder(() => save.execute({ json: { done: next } })),
    )
  }
  return (
    <label>
      <input type="checkbox" checked={done} onChange={toggle} /> {text}
      {save.error && <span role="alert">{save.error.message}</span>}
    </label>
  )
}

/** Sends one write after the other, because two requests may reach the server in another order. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <Result,>(write: () => Promise<Result>): Promise<Result> => {
    const result = last.then(write, write) // also after a failure
    last = result
    return result
  }
}
