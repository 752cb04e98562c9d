type Project = { readonly id: string; readonly name: string; readonly region: string | null }

/** What a row of the log says of the project that it is about. */
export function factsOfProject({ id: projectId, name: projectName, region }: Project) {
  return { projectId, projectName, ...(region !== null && { region }) }
}
