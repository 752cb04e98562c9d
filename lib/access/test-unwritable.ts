import pg from 'pg'

type Table = 'access_requests' | 'changes' | 'grants'

/** For tests: does something while one row of a table cannot be changed by anybody. */
export async function whileUnwritable(
  ownerUrl: string,
  { table, id }: { readonly table: Table; readonly id: string },
  work: () => Promise<void>,
): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query(`
      CREATE FUNCTION be_unwritable() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'this row cannot be written'; END $$;
      CREATE TRIGGER a_unwritable BEFORE UPDATE ON ${table} FOR EACH ROW
        WHEN (OLD.id = ${owner.escapeLiteral(id)}::uuid) EXECUTE FUNCTION be_unwritable()`)
    await work()
  } finally {
    await owner.query('DROP FUNCTION IF EXISTS be_unwritable CASCADE')
    await owner.end()
  }
}
