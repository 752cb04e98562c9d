-- What helps auditors with the log: filters that they save, how far it was reviewed, and which projects a day's summary is
-- about. Conveniences, and no part of the log.
ALTER TYPE audit.action ADD VALUE 'log.reviewed';
ALTER TYPE audit.action ADD VALUE 'filter.changed';

-- A works council may have agreed that nobody's day is summed up.
ALTER TABLE "projects" ADD COLUMN "day_summary" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "office_hours" JSONB;

-- CreateTable
CREATE TABLE "saved_filters" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "saved_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(6),

    CONSTRAINT "saved_filters_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "log_reviews" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "for_all" BOOLEAN NOT NULL,
    "project_ids" UUID[],
    "up_to" TIMESTAMPTZ(6) NOT NULL,
    "reviewed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_reviews_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "saved_filters_person_id_idx" ON "saved_filters"("person_id");

-- CreateIndex
CREATE INDEX "log_reviews_reviewed_at_idx" ON "log_reviews"("reviewed_at" DESC);

-- AddForeignKey
ALTER TABLE "saved_filters" ADD CONSTRAINT "saved_filters_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "log_reviews" ADD CONSTRAINT "log_reviews_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
