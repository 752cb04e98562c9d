-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "people" (
    "id" UUID NOT NULL,
    "issuer" TEXT,
    "subject" TEXT,
    "email" TEXT,
    "bound_email" TEXT,
    "name" TEXT,
    "disabled_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(6),

    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_ins" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "last_active_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),
    "end_reason" TEXT,
    "auth_time" TIMESTAMPTZ(6),
    "acr" TEXT,
    "amr" TEXT[],
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sign_ins_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "roles_held" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "project_id" UUID,

    CONSTRAINT "roles_held_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grants" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "rights" TEXT[],
    "valid_from" TIMESTAMPTZ(6) NOT NULL,
    "valid_until" TIMESTAMPTZ(6) NOT NULL,
    "reason" TEXT NOT NULL,
    "case_reference" TEXT,
    "given_by" UUID,
    "given_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "recorder_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "region" TEXT,
    "unit" TEXT,
    "environment" TEXT,
    "api_url" TEXT NOT NULL,
    "secrets" JSONB NOT NULL,
    "reasons" JSONB NOT NULL,
    "concurrent_viewings" INTEGER NOT NULL DEFAULT 2,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recent_read_at" TIMESTAMPTZ(6),
    "whole_read_at" TIMESTAMPTZ(6),
    "read_failed_at" TIMESTAMPTZ(6),
    "read_failure_code" TEXT,
    "read_failure" TEXT,
    "clock_skew_seconds" INTEGER,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "storage_targets" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "secrets" JSONB NOT NULL,

    CONSTRAINT "storage_targets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificates" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "pem" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(6) NOT NULL,
    "not_after" TIMESTAMPTZ(6) NOT NULL,
    "secrets" JSONB NOT NULL,

    CONSTRAINT "certificates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "archives" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "session_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "name" TEXT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3),
    "size_bytes" BIGINT NOT NULL DEFAULT 0,
    "duration_seconds" INTEGER NOT NULL DEFAULT 0,
    "output_mode" TEXT,
    "has_audio" BOOLEAN,
    "has_video" BOOLEAN,
    "resolution" TEXT,
    "sha256sum" TEXT,
    "encrypted_password" TEXT,
    "record" JSONB NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "unlisted_at" TIMESTAMPTZ(6),
    "storage_target_id" UUID,
    "object_key" TEXT,
    "object_etag" TEXT,
    "object_version_id" TEXT,
    "object_size_bytes" BIGINT,
    "certificate_fingerprint" TEXT,
    "container" TEXT,
    "measured_duration_seconds" DOUBLE PRECISION,
    "failure_code" TEXT,

    CONSTRAINT "archives_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "viewings" (
    "id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "archive_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "sign_in_id" UUID NOT NULL,
    "grant_id" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "last_active_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_logged_at" TIMESTAMPTZ(6),
    "closed_at" TIMESTAMPTZ(6),
    "close_reason" TEXT,
    "position_seconds" DOUBLE PRECISION,
    "claimed" JSONB,
    "plan" JSONB NOT NULL,

    CONSTRAINT "viewings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "people_bound_email_key" ON "people"("bound_email");

-- CreateIndex
CREATE UNIQUE INDEX "people_issuer_subject_key" ON "people"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "sign_ins_token_hash_key" ON "sign_ins"("token_hash");

-- CreateIndex
CREATE INDEX "sign_ins_person_id_idx" ON "sign_ins"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "roles_held_once" ON "roles_held"("person_id", "role", "project_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "grants_person_id_project_id_idx" ON "grants"("person_id", "project_id");

-- CreateIndex
CREATE UNIQUE INDEX "projects_kind_recorder_key_key" ON "projects"("kind", "recorder_key");

-- CreateIndex
CREATE INDEX "storage_targets_project_id_position_idx" ON "storage_targets"("project_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "certificates_project_id_fingerprint_key" ON "certificates"("project_id", "fingerprint");

-- CreateIndex
CREATE INDEX "archives_session_id_idx" ON "archives"("session_id");

-- CreateIndex
CREATE INDEX "archives_project_id_created_at_id_idx" ON "archives"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "viewings_archive_id_idx" ON "viewings"("archive_id");

-- AddForeignKey
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "roles_held" ADD CONSTRAINT "roles_held_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "roles_held" ADD CONSTRAINT "roles_held_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grants" ADD CONSTRAINT "grants_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grants" ADD CONSTRAINT "grants_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "storage_targets" ADD CONSTRAINT "storage_targets_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "archives" ADD CONSTRAINT "archives_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "archives" ADD CONSTRAINT "archives_storage_target_id_fkey" FOREIGN KEY ("storage_target_id") REFERENCES "storage_targets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_archive_id_fkey" FOREIGN KEY ("archive_id") REFERENCES "archives"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_sign_in_id_fkey" FOREIGN KEY ("sign_in_id") REFERENCES "sign_ins"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "grants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
