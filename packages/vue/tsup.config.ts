import { defineConfig } from 'tsup'
import { bindingBuild } from '../../scripts/binding-build.ts'
import { tidyMapComments } from '../../scripts/map-comments.ts'

export default defineConfig({
  ...bindingBuild,
  async onSuccess() {
    tidyMapComments('dist')
  },
})
