CREATE TABLE "approval_asked" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "booking" TEXT NOT NULL, "asked_at" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX "approval_asked_booking" ON "approval_asked" ("booking");
CREATE INDEX "approval_asked_subject" ON "approval_asked" ("subject");
CREATE TABLE "audit" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "scope" TEXT NOT NULL, "opened_at" INTEGER NOT NULL, "asked_at" INTEGER, "closed_at" INTEGER, "missing" TEXT, CHECK (closed_at IS NULL OR closed_at >= opened_at)) STRICT;
CREATE INDEX "audit_subject" ON "audit" ("subject");
CREATE TABLE "audit_device" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "audit" TEXT NOT NULL, "device" TEXT NOT NULL, "place" TEXT, "k" INTEGER NOT NULL, "done" INTEGER) STRICT;
CREATE INDEX "audit_device_subject" ON "audit_device" ("subject");
CREATE TABLE "booking" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "use" TEXT NOT NULL, "rooms" TEXT NOT NULL, "zone" TEXT NOT NULL, "rule" TEXT, "org" TEXT, "person" TEXT, "title" TEXT, "adult" TEXT, "heads" INTEGER NOT NULL, "asked_at" INTEGER NOT NULL, "announce" INTEGER NOT NULL, "source" TEXT NOT NULL, "lapses" INTEGER, "held_for" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX "booking_held_for" ON "booking" ("held_for") WHERE ("held_for" != '');
CREATE INDEX "booking_person" ON "booking" ("person") WHERE ("person" IS NOT NULL);
CREATE INDEX "booking_source" ON "booking" ("source") WHERE ("source" != '');
CREATE INDEX "booking_subject" ON "booking" ("subject");
CREATE TABLE "booking_answer" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "booking" TEXT NOT NULL, "n" INTEGER NOT NULL, "what" TEXT NOT NULL, "why" TEXT NOT NULL, "answered_at" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX "booking_answer_booking" ON "booking_answer" ("booking");
CREATE INDEX "booking_answer_subject" ON "booking_answer" ("subject");
CREATE TABLE "boot" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "boot" TEXT NOT NULL, "began_at" INTEGER NOT NULL) STRICT;
CREATE INDEX "boot_subject" ON "boot" ("subject");
CREATE TABLE "card" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "person" TEXT, "role" TEXT, "kind" TEXT, "key_id" TEXT, "scope" TEXT, "issued_at" INTEGER, "ends" INTEGER, "revoked_at" INTEGER, CHECK (person IS NULL OR role IS NULL)) STRICT;
CREATE INDEX "card_person" ON "card" ("person");
CREATE INDEX "card_subject" ON "card" ("subject");
CREATE TABLE "case_state" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "kind" TEXT, "since" INTEGER, "about" TEXT, "seen_at" INTEGER, "handled_at" INTEGER, "note" TEXT, "handled_by" TEXT) STRICT;
CREATE INDEX "case_state_subject" ON "case_state" ("subject");
CREATE TABLE "code" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "target" TEXT NOT NULL, "claimed_at" INTEGER NOT NULL, "barcode" INTEGER NOT NULL) STRICT;
CREATE INDEX "code_subject" ON "code" ("subject");
CREATE INDEX "code_target" ON "code" ("target");
CREATE TABLE "emptied" ("entry" BLOB NOT NULL PRIMARY KEY) STRICT;
CREATE TRIGGER emptied_never_changes BEFORE UPDATE ON emptied
BEGIN SELECT RAISE(ABORT, 'rows of emptied never change'); END;
CREATE TRIGGER emptied_not_replaced BEFORE INSERT ON emptied
WHEN EXISTS (SELECT 1 FROM emptied WHERE entry = NEW.entry OR rowid = NEW.rowid)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER emptied_stays BEFORE DELETE ON emptied
BEGIN SELECT RAISE(ABORT, 'rows of emptied are never deleted'); END;
CREATE TABLE "entry" ("id" BLOB NOT NULL PRIMARY KEY, "act" BLOB NOT NULL, "part" INTEGER NOT NULL, "parts" INTEGER NOT NULL, "kind" TEXT NOT NULL, "version" INTEGER NOT NULL, "nature" TEXT NOT NULL CHECK (nature IN ('fact', 'request', 'verdict')), "subject" TEXT NOT NULL, "at" INTEGER NOT NULL, "boot" TEXT NOT NULL, "uptime" INTEGER NOT NULL, "clock" TEXT NOT NULL, "after" BLOB NOT NULL, "data" BLOB NOT NULL, "private" BLOB, "salt" BLOB, "private_digest" BLOB, CHECK (part >= 0 AND part < parts AND parts <= 200), CHECK (length(id) = 16 AND length(act) = 16)) STRICT;
CREATE UNIQUE INDEX "entry_act_part" ON "entry" ("act", "part");
CREATE INDEX "entry_boot" ON "entry" ("boot");
CREATE INDEX "entry_subject" ON "entry" ("subject");
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
WHEN NEW.private IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.rowid IS NOT OLD.rowid OR NEW."id" IS NOT OLD."id" OR NEW."act" IS NOT OLD."act" OR NEW."part" IS NOT OLD."part" OR NEW."parts" IS NOT OLD."parts" OR NEW."kind" IS NOT OLD."kind" OR NEW."version" IS NOT OLD."version" OR NEW."nature" IS NOT OLD."nature" OR NEW."subject" IS NOT OLD."subject" OR NEW."at" IS NOT OLD."at" OR NEW."boot" IS NOT OLD."boot" OR NEW."uptime" IS NOT OLD."uptime" OR NEW."clock" IS NOT OLD."clock" OR NEW."after" IS NOT OLD."after" OR NEW."data" IS NOT OLD."data" OR NEW."private_digest" IS NOT OLD."private_digest"
BEGIN SELECT RAISE(ABORT, 'an entry never changes'); END;
CREATE TRIGGER entry_not_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR (act = NEW.act AND part = NEW.part) OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'an entry is never replaced'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TABLE "feed" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "scope" TEXT NOT NULL, "target" TEXT, "public" INTEGER NOT NULL, "opened_by" TEXT, "opened_at" INTEGER NOT NULL, "revoked_at" INTEGER) STRICT;
CREATE INDEX "feed_subject" ON "feed" ("subject");
CREATE TABLE "head" ("subject" TEXT NOT NULL PRIMARY KEY, "time" INTEGER NOT NULL, "entry" BLOB NOT NULL, "heads" BLOB NOT NULL, "waiting" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX "head_waiting" ON "head" ("waiting") WHERE "waiting" <> 0;
CREATE TABLE "holding" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "line" TEXT, "last_line" TEXT, "back_at" INTEGER, "loan" TEXT, "missing" TEXT, "set_aside_at" INTEGER, "borrower" TEXT, "org" TEXT, "lost" INTEGER NOT NULL, "damaged" TEXT NOT NULL, "damage_case" TEXT, CHECK (line IS NULL OR loan IS NULL)) STRICT, WITHOUT ROWID;
CREATE INDEX "holding_set_aside" ON "holding" ("loan") WHERE ("loan" IS NOT NULL);
CREATE INDEX "holding_subject" ON "holding" ("subject");
CREATE TABLE "home" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "node" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "through" INTEGER NOT NULL) STRICT;
CREATE INDEX "home_subject" ON "home" ("subject");
CREATE TABLE "item" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "key" TEXT NOT NULL, "model" TEXT NOT NULL, "number" TEXT NOT NULL, "home" TEXT NOT NULL, "owner" TEXT NOT NULL, "funder" TEXT NOT NULL, "earmarked_until" TEXT, "bought_on" TEXT, "price_cents" INTEGER, "tested_until" TEXT, "serial" TEXT NOT NULL, "note" TEXT NOT NULL, "lendable" INTEGER NOT NULL, "blocked" TEXT NOT NULL, "blocked_note" TEXT NOT NULL, "search" TEXT NOT NULL, "written" TEXT NOT NULL) STRICT;
CREATE INDEX "item_home" ON "item" ("home");
CREATE INDEX "item_key" ON "item" ("key");
CREATE INDEX "item_model" ON "item" ("model");
CREATE INDEX "item_subject" ON "item" ("subject");
CREATE TABLE "listed" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "key" TEXT NOT NULL) STRICT;
CREATE INDEX "listed_key" ON "listed" ("key");
CREATE INDEX "listed_subject" ON "listed" ("subject");
CREATE TABLE "loan_line" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "item" TEXT NOT NULL, "model" TEXT NOT NULL, "loan" TEXT NOT NULL, "org" TEXT, "borrower" TEXT, "out_at" INTEGER NOT NULL, "due" INTEGER NOT NULL, "back_at" INTEGER, "checked_at" INTEGER, "condition" TEXT, "renewals" INTEGER NOT NULL, "asked_due" INTEGER, "override" TEXT NOT NULL, "late" INTEGER NOT NULL, CHECK (due > out_at), CHECK (back_at IS NULL OR back_at >= out_at), CHECK (checked_at IS NULL OR back_at IS NOT NULL)) STRICT, WITHOUT ROWID;
CREATE INDEX "loan_line_loan" ON "loan_line" ("loan");
CREATE UNIQUE INDEX "loan_line_one_open" ON "loan_line" ("item") WHERE ("back_at" IS NULL);
CREATE INDEX "loan_line_open_borrower" ON "loan_line" ("borrower") WHERE ("back_at" IS NULL);
CREATE INDEX "loan_line_open_org" ON "loan_line" ("org") WHERE ("back_at" IS NULL);
CREATE INDEX "loan_line_subject" ON "loan_line" ("subject");
CREATE INDEX "loan_line_unchecked" ON "loan_line" ("back_at") WHERE (("checked_at" IS NULL) AND ("back_at" IS NOT NULL));
CREATE TABLE "local_held" ("entry" BLOB NOT NULL PRIMARY KEY, "grp" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "n" INTEGER NOT NULL) STRICT;
CREATE INDEX "local_held_grp_epoch_n" ON "local_held" ("grp", "epoch", "n");
CREATE TABLE "local_lockout" ("person" TEXT NOT NULL PRIMARY KEY, "wrong" INTEGER NOT NULL, "locks" INTEGER NOT NULL, "boot" TEXT NOT NULL, "until" INTEGER NOT NULL) STRICT;
CREATE TABLE "local_node" ("id" INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), "node" TEXT NOT NULL, "house" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "schema" INTEGER NOT NULL, "fold_version" INTEGER NOT NULL) STRICT;
CREATE TABLE "local_peer" ("node" TEXT NOT NULL PRIMARY KEY, "added" INTEGER NOT NULL, "epoch" INTEGER, "applied" INTEGER NOT NULL, "heard_at" INTEGER, "offset_ms" INTEGER, "software" TEXT NOT NULL, "kinds" TEXT NOT NULL, "revoked_at" INTEGER, "reported" INTEGER NOT NULL, "frames" INTEGER NOT NULL, "refused" INTEGER NOT NULL) STRICT;
CREATE TABLE "local_quarantine" ("n" INTEGER NOT NULL PRIMARY KEY, "node" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "seq" INTEGER NOT NULL, "act" BLOB NOT NULL, "parts" INTEGER NOT NULL, "reason" TEXT NOT NULL, "at" INTEGER NOT NULL, "raw" BLOB NOT NULL, "state" TEXT NOT NULL CHECK (state IN ('open', 'released', 'dropped'))) STRICT;
CREATE UNIQUE INDEX "local_quarantine_node_epoch_seq" ON "local_quarantine" ("node", "epoch", "seq");
CREATE INDEX "local_quarantine_state_node" ON "local_quarantine" ("state", "node");
CREATE TABLE "local_request" ("n" INTEGER NOT NULL PRIMARY KEY, "entry" BLOB NOT NULL, "kind" TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX "local_request_entry" ON "local_request" ("entry");
CREATE TABLE local_schema (version INTEGER NOT NULL) STRICT;
CREATE TABLE "local_sync" ("id" INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), "role" TEXT NOT NULL CHECK (role IN ('alone', 'node', 'central')), "term" INTEGER NOT NULL, "applied" INTEGER NOT NULL, "central_gsn" INTEGER NOT NULL, "acked_epoch" INTEGER NOT NULL, "acked" INTEGER NOT NULL, "acked_chain" BLOB NOT NULL, "swept" INTEGER NOT NULL, "heard_at" INTEGER, "offset_ms" INTEGER, "stopped" INTEGER NOT NULL, "restoring" INTEGER NOT NULL, "revoked" INTEGER NOT NULL) STRICT;
CREATE TABLE "local_term" ("term" INTEGER NOT NULL PRIMARY KEY, "since" INTEGER NOT NULL, "n" INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX "local_term_n" ON "local_term" ("n");
CREATE TABLE "location" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "key" TEXT NOT NULL, "kind" TEXT NOT NULL CHECK (kind IN ('house', 'floor', 'room', 'shelf')), "names" TEXT NOT NULL, "parent" TEXT NOT NULL, "search" TEXT NOT NULL, "written" TEXT NOT NULL) STRICT;
CREATE INDEX "location_key" ON "location" ("key");
CREATE INDEX "location_parent" ON "location" ("parent");
CREATE INDEX "location_subject" ON "location" ("subject");
CREATE TABLE "matter" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "kind" TEXT NOT NULL, "entry" TEXT NOT NULL, "at" INTEGER NOT NULL, "about" TEXT NOT NULL) STRICT;
CREATE INDEX "matter_subject" ON "matter" ("subject");
CREATE TABLE "member" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "person" TEXT, "organisation" TEXT, "responsible" INTEGER, "began" INTEGER, "ended" INTEGER) STRICT;
CREATE INDEX "member_organisation" ON "member" ("organisation");
CREATE INDEX "member_person" ON "member" ("person");
CREATE INDEX "member_subject" ON "member" ("subject");
CREATE TABLE "model" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "key" TEXT NOT NULL, "names" TEXT NOT NULL, "category" TEXT NOT NULL, "value_cents" INTEGER, "deposit_cents" INTEGER NOT NULL CHECK (deposit_cents >= 0), "loan_days" INTEGER, "per_person" INTEGER, "needs" TEXT NOT NULL, "checklist" TEXT NOT NULL, "how_to" TEXT NOT NULL, "lendable" INTEGER NOT NULL, "search" TEXT NOT NULL, "written" TEXT NOT NULL) STRICT;
CREATE INDEX "model_key" ON "model" ("key");
CREATE INDEX "model_subject" ON "model" ("subject");
CREATE TABLE "occurrence" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "booking" TEXT NOT NULL, "n" INTEGER NOT NULL, "rooms" TEXT NOT NULL, "parts" TEXT NOT NULL, "begins" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "blocked_from" INTEGER NOT NULL, "blocked_to" INTEGER NOT NULL, "state" TEXT NOT NULL, "why" TEXT NOT NULL, "use" TEXT NOT NULL, "org" TEXT, "changed_at" INTEGER NOT NULL, "sequence" INTEGER NOT NULL, "arrived_at" INTEGER, "left_at" INTEGER, "checklist" TEXT, "asked_begins" INTEGER, "asked_ends" INTEGER, "asked_rooms" TEXT, "asked_parts" TEXT, "asked_off" INTEGER NOT NULL, "gone_at" INTEGER, "unsure" INTEGER NOT NULL, "reason" TEXT, "tell_since" INTEGER, CHECK (ends > begins), CHECK (blocked_from <= begins AND blocked_to >= ends)) STRICT, WITHOUT ROWID;
CREATE INDEX "occurrence_begins" ON "occurrence" ("begins");
CREATE INDEX "occurrence_long" ON "occurrence" ("begins") WHERE (("ends" - "begins") > 86400000);
CREATE INDEX "occurrence_org" ON "occurrence" ("org", "begins") WHERE ("org" IS NOT NULL);
CREATE INDEX "occurrence_subject" ON "occurrence" ("subject");
CREATE INDEX "occurrence_tell" ON "occurrence" ("tell_since") WHERE ("tell_since" IS NOT NULL);
CREATE TABLE "organisation" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "name" TEXT, "kind" TEXT, "responsible" TEXT, "contact" TEXT, "search" TEXT) STRICT;
CREATE INDEX "organisation_subject" ON "organisation" ("subject");
CREATE TABLE "person" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "name" TEXT, "contact" TEXT, "language" TEXT, "adult" INTEGER, "guardian" TEXT, "identity_checked" INTEGER, "terms_version" INTEGER, "privacy_version" INTEGER, "roles" TEXT, "instructed" TEXT, "suspended_until" INTEGER, "pin" TEXT, "search" TEXT) STRICT;
CREATE INDEX "person_subject" ON "person" ("subject");
CREATE TABLE "position" ("node" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "seq" INTEGER NOT NULL, "entry" BLOB NOT NULL, "chain" BLOB NOT NULL, PRIMARY KEY ("node", "epoch", "seq")) STRICT, WITHOUT ROWID;
CREATE INDEX "position_entry" ON "position" ("entry");
CREATE TRIGGER position_never_changes BEFORE UPDATE ON position
BEGIN SELECT RAISE(ABORT, 'rows of position never change'); END;
CREATE TRIGGER position_not_replaced BEFORE INSERT ON position
WHEN EXISTS (SELECT 1 FROM position WHERE node = NEW.node AND epoch = NEW.epoch AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'rows of position are never replaced'); END;
CREATE TRIGGER position_stays BEFORE DELETE ON position
BEGIN SELECT RAISE(ABORT, 'rows of position are never deleted'); END;
CREATE TABLE "reign" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "grp" TEXT NOT NULL, "epoch" INTEGER NOT NULL, "node" TEXT NOT NULL, "through" INTEGER NOT NULL, "released" INTEGER) STRICT;
CREATE INDEX "reign_subject" ON "reign" ("subject");
CREATE TABLE "renewal" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "line" TEXT NOT NULL, "due" INTEGER NOT NULL, "asked_at" INTEGER NOT NULL, "declined" TEXT, "declined_at" INTEGER, CHECK ((declined IS NULL) = (declined_at IS NULL))) STRICT, WITHOUT ROWID;
CREATE INDEX "renewal_subject" ON "renewal" ("subject");
CREATE TABLE "rival" ("entry" BLOB NOT NULL PRIMARY KEY, "grp" TEXT NOT NULL, "home_epoch" INTEGER NOT NULL, "n" INTEGER NOT NULL) STRICT;
CREATE TRIGGER rival_never_changes BEFORE UPDATE ON rival
BEGIN SELECT RAISE(ABORT, 'rows of rival never change'); END;
CREATE TRIGGER rival_not_replaced BEFORE INSERT ON rival
WHEN EXISTS (SELECT 1 FROM rival WHERE entry = NEW.entry OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'rows of rival are never replaced'); END;
CREATE TRIGGER rival_stays BEFORE DELETE ON rival
BEGIN SELECT RAISE(ABORT, 'rows of rival are never deleted'); END;
CREATE TABLE "room" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "parts" TEXT NOT NULL, "capacity" INTEGER NOT NULL, "features" TEXT NOT NULL, "hours" TEXT, "closing_days" TEXT NOT NULL, "before_min" INTEGER NOT NULL, "after_min" INTEGER NOT NULL, "shortest_min" INTEGER NOT NULL, "longest_min" INTEGER NOT NULL, "ahead_days" INTEGER NOT NULL, "approval" INTEGER NOT NULL, "no_show_min" INTEGER, "quota" TEXT NOT NULL, "price" TEXT NOT NULL, "checklist" TEXT NOT NULL, "key_item" TEXT, "bookable" INTEGER NOT NULL, "written" TEXT NOT NULL) STRICT;
CREATE INDEX "room_subject" ON "room" ("subject");
CREATE TABLE "setting" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "value" TEXT NOT NULL) STRICT;
CREATE INDEX "setting_subject" ON "setting" ("subject");
CREATE TABLE "setting_asked" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "asked_at" INTEGER NOT NULL, "value" TEXT NOT NULL) STRICT;
CREATE INDEX "setting_asked_subject" ON "setting_asked" ("subject");
CREATE TABLE "sighting" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "audit" TEXT NOT NULL, "device" TEXT NOT NULL, "k" INTEGER NOT NULL, "place" TEXT NOT NULL, "code" TEXT NOT NULL, "item" TEXT NOT NULL, "at" INTEGER NOT NULL) STRICT;
CREATE INDEX "sighting_audit" ON "sighting" ("audit");
CREATE INDEX "sighting_subject" ON "sighting" ("subject");
CREATE TABLE "slot" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "booking" TEXT NOT NULL, "n" INTEGER NOT NULL, "part" TEXT NOT NULL, "begins" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "gone_at" INTEGER, "release" INTEGER NOT NULL, CHECK (ends > begins)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "slot_part_begins" ON "slot" ("part", "begins");
CREATE INDEX "slot_subject" ON "slot" ("subject");
CREATE TRIGGER slot_moves_no_overlap BEFORE UPDATE ON slot WHEN COALESCE((SELECT ends FROM slot WHERE part = NEW.part AND begins < NEW.ends AND id <> OLD.id ORDER BY begins DESC LIMIT 1) > NEW.begins, 0) BEGIN SELECT RAISE(ABORT, 'two slots of a part overlap'); END;
CREATE TRIGGER slot_no_overlap BEFORE INSERT ON slot WHEN COALESCE((SELECT ends FROM slot WHERE part = NEW.part AND begins < NEW.ends ORDER BY begins DESC LIMIT 1) > NEW.begins, 0) BEGIN SELECT RAISE(ABORT, 'two slots of a part overlap'); END;
CREATE TABLE "stream" ("term" INTEGER NOT NULL, "gsn" INTEGER NOT NULL, "entry" BLOB NOT NULL, PRIMARY KEY ("term", "gsn")) STRICT, WITHOUT ROWID;
CREATE INDEX "stream_entry" ON "stream" ("entry");
CREATE TRIGGER stream_never_changes BEFORE UPDATE ON stream
BEGIN SELECT RAISE(ABORT, 'rows of stream never change'); END;
CREATE TRIGGER stream_not_replaced BEFORE INSERT ON stream
WHEN EXISTS (SELECT 1 FROM stream WHERE term = NEW.term AND gsn = NEW.gsn)
BEGIN SELECT RAISE(ABORT, 'rows of stream are never replaced'); END;
CREATE TRIGGER stream_stays BEFORE DELETE ON stream
BEGIN SELECT RAISE(ABORT, 'rows of stream are never deleted'); END;
CREATE TABLE "verdict" ("grp" TEXT NOT NULL, "home_epoch" INTEGER NOT NULL, "n" INTEGER NOT NULL, "entry" BLOB NOT NULL, PRIMARY KEY ("grp", "home_epoch", "n")) STRICT;
CREATE TRIGGER verdict_never_changes BEFORE UPDATE ON verdict
BEGIN SELECT RAISE(ABORT, 'rows of verdict never change'); END;
CREATE TRIGGER verdict_not_replaced BEFORE INSERT ON verdict
WHEN EXISTS (SELECT 1 FROM verdict WHERE grp = NEW.grp AND home_epoch = NEW.home_epoch AND n = NEW.n OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'rows of verdict are never replaced'); END;
CREATE TRIGGER verdict_stays BEFORE DELETE ON verdict
BEGIN SELECT RAISE(ABORT, 'rows of verdict are never deleted'); END;
CREATE TABLE "wish" ("id" TEXT NOT NULL PRIMARY KEY, "subject" TEXT NOT NULL, "booking" TEXT NOT NULL, "n" INTEGER NOT NULL, "part" TEXT NOT NULL, "begins" INTEGER NOT NULL, "ends" INTEGER NOT NULL, CHECK (ends > begins)) STRICT, WITHOUT ROWID;
CREATE INDEX "wish_part_begins" ON "wish" ("part", "begins");
CREATE INDEX "wish_subject" ON "wish" ("subject");
