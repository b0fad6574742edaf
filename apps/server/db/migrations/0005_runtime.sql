CREATE TABLE "drafts" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"filename" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"blob" text NOT NULL,
	"conformance" jsonb NOT NULL,
	"summary" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation_secrets" (
	"installation_id" text NOT NULL,
	"name" text NOT NULL,
	"sealed" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "installation_secrets_installation_id_name_pk" PRIMARY KEY("installation_id","name")
);
--> statement-breakpoint
ALTER TABLE "executions" ALTER COLUMN "version_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "executions" ALTER COLUMN "semver" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "draft_id" text;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "granted" jsonb;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "output_blob" text;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "output_files" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "installation_secrets" ADD CONSTRAINT "installation_secrets_installation_id_installations_id_fk" FOREIGN KEY ("installation_id") REFERENCES "public"."installations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "drafts_of_user" ON "drafts" USING btree ("user_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "drafts_by_expiry" ON "drafts" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "executions" ADD CONSTRAINT "executions_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "executions_by_end" ON "executions" USING btree ("finished_at");