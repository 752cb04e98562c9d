import { z } from 'zod'

/** A field of a body that is one line of text: a name, with nothing in it that controls, which Postgres may not take. */
export const oneLine = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters')
