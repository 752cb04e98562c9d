import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** From pale to deep; white text is readable on 6 and deeper (WCAG 2.2, 4.5 to 1). */
const spruce: MantineColorsTuple = [
  '#eef6f6',
  '#d9eaeb',
  '#b5d6d8',
  '#8fc1c4',
  '#6aacb0',
  '#44898e',
  '#2f7479',
  '#226166',
  '#184f53',
  '#0e3a3d',
]

/** Greys with the house's green in them, for the dark scheme; the library takes its surfaces and lines from these. */
const dark: MantineColorsTuple = [
  '#dfe6e7',
  '#b9c3c6',
  '#9eaab0',
  '#8b979d',
  '#3c474c',
  '#313a3e',
  '#1f272a',
  '#14191b',
  '#101416',
  '#0b0e0f',
]

export const theme = createTheme({
  colors: { spruce, dark },
  primaryColor: 'spruce',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
})
