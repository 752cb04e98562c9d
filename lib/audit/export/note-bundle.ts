import type { Services } from '../../services.ts'

/** Keeps of how many blocks a bundle speaks: later ones prove that they extend it. */
export async function noteBundle({ db }: Services, size: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO log_bundles (size, at) VALUES (${size}, now())
    ON CONFLICT (size) DO UPDATE SET at = excluded.at`
}
