CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"publisher_id" text NOT NULL,
	"created_by" text NOT NULL,
	"source" text NOT NULL,
	"wanted" jsonb,
	"visibility" text,
	"status" text NOT NULL,
	"repository" text,
	"ref" text,
	"commit" text,
	"items" jsonb NOT NULL,
	"skipped" jsonb NOT NULL,
	"error" text,
	"idempotency_key" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dependencies" (
	"version_id" text NOT NULL,
	"depends_on" text NOT NULL,
	"range" text NOT NULL,
	CONSTRAINT "dependencies_version_id_depends_on_pk" PRIMARY KEY("version_id","depends_on")
);
--> statement-breakpoint
CREATE TABLE "name_redirects" (
	"publisher_id" text NOT NULL,
	"name" text NOT NULL,
	"skill_id" text NOT NULL,
	"from_name" text NOT NULL,
	"to_name" text NOT NULL,
	"key_id" text NOT NULL,
	"signature" text NOT NULL,
	"renamed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "name_redirects_publisher_id_name_pk" PRIMARY KEY("publisher_id","name")
);
--> statement-breakpoint
CREATE TABLE "skill_uses" (
	"skill_id" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"identity" text NOT NULL,
	CONSTRAINT "skill_uses_skill_id_day_kind_identity_pk" PRIMARY KEY("skill_id","day","kind","identity")
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"skill_id" text NOT NULL,
	"tag" text NOT NULL,
	"version_id" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tags_skill_id_tag_pk" PRIMARY KEY("skill_id","tag")
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" text PRIMARY KEY NOT NULL,
	"skill_id" text NOT NULL,
	"from_publisher_id" text NOT NULL,
	"to_publisher_id" text NOT NULL,
	"status" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone
);
--> statement-breakpoint
DROP INDEX "versions_of_skill";--> statement-breakpoint
DROP INDEX "skills_popular";--> statement-breakpoint
DROP INDEX "skills_newest";--> statement-breakpoint
DROP INDEX "skills_updated";--> statement-breakpoint
DROP INDEX "skills_named";--> statement-breakpoint
DROP INDEX "skills_of_category";--> statement-breakpoint
DROP INDEX "skills_of_kind";--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "visibility" text;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "provenance" jsonb;--> statement-breakpoint
ALTER TABLE "skills" ADD COLUMN "visibility" text DEFAULT 'public' NOT NULL;--> statement-breakpoint
ALTER TABLE "skills" ADD COLUMN "latest_deprecation" text;--> statement-breakpoint
ALTER TABLE "skills" ADD COLUMN "download_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "semver_order" text;--> statement-breakpoint
-- The same key as rules.ts semverSortKey makes: numbers padded, pre-releases before the final one, build metadata left out.
UPDATE "versions" SET "semver_order" = (
	SELECT lpad(n[1], 20, '0') || lpad(n[2], 20, '0') || lpad(n[3], 20, '0') || coalesce('-' || (
		SELECT string_agg(CASE WHEN part ~ '^[0-9]+$' THEN '0' || lpad(part, 60, '0') ELSE '1' || part END, '!' ORDER BY place)
		FROM unnest(string_to_array(n[4], '.')) WITH ORDINALITY AS parts(part, place)
	), '~')
	FROM (SELECT regexp_match("semver", '^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?') AS n) AS numbers
);--> statement-breakpoint
ALTER TABLE "versions" ALTER COLUMN "semver_order" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "status_reason" text;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "deprecation" text;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "signed_as" text;--> statement-breakpoint
UPDATE "versions" SET "signed_as" = '@' || s."publisher_handle" || '/' || s."name" FROM "skills" s WHERE s."id" = "versions"."skill_id";--> statement-breakpoint
ALTER TABLE "versions" ALTER COLUMN "signed_as" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "provenance" jsonb;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "tar_gz_sha256" text;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "root_zip_sha256" text;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_publisher_id_publishers_id_fk" FOREIGN KEY ("publisher_id") REFERENCES "public"."publishers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dependencies" ADD CONSTRAINT "dependencies_version_id_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "name_redirects" ADD CONSTRAINT "name_redirects_publisher_id_publishers_id_fk" FOREIGN KEY ("publisher_id") REFERENCES "public"."publishers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "name_redirects" ADD CONSTRAINT "name_redirects_skill_id_skills_id_fk" FOREIGN KEY ("skill_id") REFERENCES "public"."skills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skill_uses" ADD CONSTRAINT "skill_uses_skill_id_skills_id_fk" FOREIGN KEY ("skill_id") REFERENCES "public"."skills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_skill_id_skills_id_fk" FOREIGN KEY ("skill_id") REFERENCES "public"."skills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_version_id_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_skill_id_skills_id_fk" FOREIGN KEY ("skill_id") REFERENCES "public"."skills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_from_publisher_id_publishers_id_fk" FOREIGN KEY ("from_publisher_id") REFERENCES "public"."publishers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_to_publisher_id_publishers_id_fk" FOREIGN KEY ("to_publisher_id") REFERENCES "public"."publishers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "imports_idempotency" ON "imports" USING btree ("created_by","idempotency_key");--> statement-breakpoint
CREATE INDEX "imports_of_author" ON "imports" USING btree ("created_by","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "imports_of_publisher" ON "imports" USING btree ("publisher_id","status");--> statement-breakpoint
CREATE INDEX "dependencies_on" ON "dependencies" USING btree ("depends_on");--> statement-breakpoint
CREATE INDEX "name_redirects_of_skill" ON "name_redirects" USING btree ("skill_id","renamed_at");--> statement-breakpoint
CREATE INDEX "tags_of_version" ON "tags" USING btree ("version_id");--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_pending" ON "transfers" USING btree ("skill_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "transfers_from" ON "transfers" USING btree ("from_publisher_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "transfers_to" ON "transfers" USING btree ("to_publisher_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "versions_in_order" ON "versions" USING btree ("skill_id","semver_order" collate "C" desc nulls last,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "skills_popular" ON "skills" USING btree ("install_count" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
CREATE INDEX "skills_newest" ON "skills" USING btree ("published_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
CREATE INDEX "skills_updated" ON "skills" USING btree ("updated_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
CREATE INDEX "skills_named" ON "skills" USING btree ("name","id") WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
CREATE INDEX "skills_of_category" ON "skills" USING btree ("category","install_count" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
CREATE INDEX "skills_of_kind" ON "skills" USING btree ("kind","install_count" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE latest_version_id is not null and status = 'active' and visibility = 'public';--> statement-breakpoint
INSERT INTO "dependencies" ("version_id", "depends_on", "range")
SELECT v."id", d.key, d.value FROM "versions" v, json_each_text(v."summary" -> 'dependencies') d;
