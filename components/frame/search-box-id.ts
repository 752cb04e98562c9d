/** The box that `/` leads to, wherever it stands on the page. */
export const SEARCH_BOX_ID = 'find-session'
