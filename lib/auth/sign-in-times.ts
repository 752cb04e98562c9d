/** A sign-in ends after so long without activity. */
export const IDLE_MINUTES = 15

/** And after so long whatever happens; what the cookie says decides nothing. */
export const LONGEST_HOURS = 8
