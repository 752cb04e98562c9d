/** A sign-in ends after so long without activity. */
export const IDLE_MINUTES = 15

/** And after so long whatever happens; what the cookie says decides nothing. */
export const LONGEST_HOURS = 8

/**
 * And, where it can be renewed, after so long without the provider's word, should the job that asks for it not run: that
 * is twice as long as it takes at most.
 */
export const UNCONFIRMED_MINUTES = 45
