import { useEventSource } from '@vueuse/core'
import { shallowRef, watch } from 'vue'
import { offerVue } from '../vue.ts'
import { shownInVue } from './shown-in-vue.ts'
import { nothing, addEvent } from './story.ts'

/** A watcher of the last event collects events, because there is no callback. */
offerVue(({ seat, url }) => {
  const { data } = useEventSource(url)
  const story = shallowRef(nothing)
  watch(data, (last) => {
    if (last !== null) story.value = addEvent(story.value, last)
  })
  return () => shownInVue(seat, story.value)
})
