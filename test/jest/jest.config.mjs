/** As in a project that was made with Jest's own instructions: no transforms, no globals added to jsdom. */
export default {
  testEnvironment: 'jsdom',
  testMatch: ['<rootDir>/*.test.js'],
  transform: {},
  watchman: false,
}
