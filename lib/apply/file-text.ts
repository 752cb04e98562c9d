import { z } from 'zod'

/** A field of a file that holds text: something, on one line. */
export const text = (most: number) =>
  z
    .string()
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => value.length <= most, `must have ${most.toLocaleString('en')} characters or fewer`)
    .refine((value) => !/\p{Cc}/u.test(value), 'must not hold control characters')
