-- The mail by which somebody was bound to issuer and subject. An access file means them by it for good, whatever mail the
-- provider says later and whoever gets that mail next.
ALTER TABLE "people" ADD COLUMN "bound_email" TEXT;

UPDATE people SET bound_email = lower(email)
WHERE subject IS NOT NULL AND email IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM people other
    WHERE other.id <> people.id AND other.subject IS NOT NULL AND lower(other.email) = lower(people.email)
  );

CREATE UNIQUE INDEX "people_bound_email_key" ON "people"("bound_email");

ALTER TABLE people
  ADD CONSTRAINT people_bound_email_bound CHECK (bound_email IS NULL OR subject IS NOT NULL),
  ADD CONSTRAINT people_bound_email_lower CHECK (bound_email = lower(bound_email));
