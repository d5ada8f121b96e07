import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface Todo {
  readonly id: number
  readonly text: string
  readonly done: boolean
}

const codec = json<readonly Todo[]>()

export function Todos() {
  const { data: todos, mutate } = useFetch('/api/todos', { codec })
  const save = useFetch('/api/todos', { method: 'PATCH', enabled: false, invalidates: ['/api/todos'] })
  function toggle({ id, done }: Todo): void {
    const rollback = save.execute({ url: `/api/todos/${id}`, json: { done: !done } })
    // All components with this list show the change at once. It is undone if the promise rejects.
    mutate((list = []) => list.map((todo) => (todo.id === id ? { ...todo, done: !done } : todo)), {
      rollback,
    })
  }
  return (
    <>
      {save.error && <p role="alert">{save.error.message}</p>}
      {todos?.map((todo) => (
        <label key={todo.id}>
          <input type="checkbox" checked={todo.done} onChange={() => toggle(todo)} /> {todo.text}
        </label>
      ))}
    </>
  )
}
