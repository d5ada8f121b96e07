import { useEventSource } from '@tautline/vue'
import { offerVue } from '../vue.ts'
import { shownInVue } from './shown-in-vue.ts'
import { nothing, addEvent } from './story.ts'

offerVue(({ seat, url }) => {
  const { data } = useEventSource(url, { reduce: addEvent, initialData: nothing })
  return () => shownInVue(seat, data.value)
})
