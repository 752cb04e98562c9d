/** Where `npm run build` puts the verifiers, and the portal finds them. */
export const VERIFIERS_FOLDER = '.next/verifiers'
