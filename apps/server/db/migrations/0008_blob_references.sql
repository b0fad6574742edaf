CREATE INDEX "drafts_blob" ON "drafts" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "executions_given_blobs" ON "executions" USING gin (jsonb_path_query_array(files, '$.*')) WITH (fastupdate=false) WHERE files <> '{}';--> statement-breakpoint
CREATE INDEX "executions_left_blobs" ON "executions" USING gin (jsonb_path_query_array(output_files, '$[*].blob')) WITH (fastupdate=false) WHERE output_files <> '[]';--> statement-breakpoint
CREATE INDEX "executions_output_blob" ON "executions" USING btree ("output_blob") WHERE output_blob is not null;--> statement-breakpoint
CREATE INDEX "files_blob" ON "files" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "versions_archive" ON "versions" USING btree ("archive_sha256");--> statement-breakpoint
CREATE INDEX "versions_tar_gz" ON "versions" USING btree ("tar_gz_sha256");--> statement-breakpoint
CREATE INDEX "versions_root_zip" ON "versions" USING btree ("root_zip_sha256");