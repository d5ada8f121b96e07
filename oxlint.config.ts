import { defineConfig } from 'oxlint'

// The house rules (imports and globals) stand in `scripts/house.ts`; `scripts/house.test.ts` proves that each of them bites.
import { house } from './scripts/house.ts'

const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.test-d.ts', '**/test/**', 'test/**', 'bench/**']

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'vue'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: [
    'dist/**',
    '**/dist/**',
    'coverage/**',
    'storybook-static/**',
    '**/public/mockServiceWorker.js',
  ],
  rules: {
    eqeqeq: 'error',
    'no-console': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    'import/no-default-export': 'off',
    // Type imports too: two files that need each other cannot be read one by one.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // Each assertion in the sources stands beside its reason; the rule cannot read reasons.
    'typescript/no-unsafe-type-assertion': 'off',
    // The compiler's noImplicitReturns knows exhaustive switches, this rule does not.
    'typescript/consistent-return': 'off',
    // The objects here are closures: their methods have no 'this' to lose.
    'typescript/unbound-method': 'off',
    // An effect may run again for a reason that it does not read; what it reads, exhaustive-deps checks.
    'react/exhaustive-effect-dependencies': 'off',
    // `fc.assert` is how fast-check is written, and `import fc` how it is imported.
    'import/no-named-as-default-member': 'off',
    'import/no-named-as-default': 'off',
    // `toSorted` is younger than the browsers that the packages are built for.
    'unicorn/no-array-sort': 'off',
    // Style sheets have no name to be assigned to; the packages turn this on.
    'import/no-unassigned-import': 'off',
    // A closure's own functions stand where they are used; a shadowed name is often the clearest one; and a
    // platform object that is made and dropped here needs no second listener.
    'unicorn/consistent-function-scoping': 'off',
    'no-shadow': 'off',
    'unicorn/prefer-add-event-listener': 'off',
    // Reads a variable that a callback changes as one that nothing changes.
    'no-unmodified-loop-condition': 'off',
    // A function called `useX` is not a React hook everywhere here; the React files turn these on.
    'react/rules-of-hooks': 'off',
    'react/exhaustive-deps': 'off',
    // The JSX runtime is automatic.
    'react/react-in-jsx-scope': 'off',
  },
  overrides: [
    ...house,
    {
      files: ['packages/react/**', 'stories/**/*.tsx', 'test/**/*.tsx', '.storybook/**/*.tsx'],
      rules: { 'react/rules-of-hooks': 'error', 'react/exhaustive-deps': 'error' },
    },
    {
      files: TESTS,
      rules: {
        'max-lines': 'off',
        'max-lines-per-function': 'off',
      },
    },
    {
      // A bench counts its renders where no component should write.
      files: ['bench/**'],
      rules: { 'react/immutability': 'off' },
    },
    {
      // These speak to a terminal, and the environment speaks to the page's console for all of the core.
      files: [
        'scripts/**',
        'bench/**',
        'test/engines/**',
        '.storybook/**',
        'packages/demo-server/**',
        'packages/core/src/platform/browser.ts',
      ],
      rules: { 'no-console': 'off' },
    },
  ],
})
