-- A database of version 1 with one printer: what later versions have to read.
BEGIN TRANSACTION;
CREATE TABLE bambu_batch_clearing_notes (
    serial TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    plate INTEGER NOT NULL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, sha256, plate),
    FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_clearing_notes" VALUES('0300CA600000000','ab',2,0,'{"sha256":"ab","plate":2,"clears":true}');
CREATE TABLE bambu_batch_consumptions (
    serial TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    energy_kwh DOUBLE,
    energy_cost DOUBLE,
    currency TEXT,
    PRIMARY KEY (serial, run_id),
    FOREIGN KEY(serial, run_id) REFERENCES bambu_batch_runs (serial, run_id) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_consumptions" VALUES('0300CA600000000',217000001,NULL,NULL,'EUR');
CREATE TABLE bambu_batch_filament_uses (
    serial TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    material TEXT,
    spool TEXT,
    route TEXT NOT NULL,
    grams DOUBLE,
    cost DOUBLE,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, run_id, position),
    FOREIGN KEY(serial, run_id) REFERENCES bambu_batch_consumptions (serial, run_id) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_filament_uses" VALUES('0300CA600000000',217000001,0,'PLA',NULL,'estimate',5.5,0.11,'{"slot":2,"tray":3,"material":"PLA","loaded":null,"spool":null,"grams":5.5,"route":"estimate","price_per_kg":20.0,"price_assumed":false,"cost":0.11}');
CREATE TABLE bambu_batch_lines (
    serial TEXT NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (serial)
);
INSERT INTO "bambu_batch_lines" VALUES('0300CA600000000',1,'{"tasks":[],"run":null,"last_run_id":217000001,"last_task_number":8,"running":false,"paused_by":"by_user","plate":{"clear":false,"job":null,"watched":null,"swapped":false},"plates_left":3,"cooldown_from":"2026-11-21T03:00:00+00:00","cooldown_seconds":90,"bed_hot_since":null,"remote":[],"transfer":null,"deferred":null,"deferrals":0,"reported_error":117473297,"developer_mode_off":false,"tolerated_hms":[{"attr":50331904,"code":131073}],"asked_to_clear":false,"clearing_notes":[]}');
CREATE TABLE bambu_batch_remote_files (
    serial TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, name),
    FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_remote_files" VALUES('0300CA600000000','bbm_ab.3mf',0,'{"name":"bbm_ab.3mf","sha256":"ab","state":"ready","failures":0,"failed":null}');
CREATE TABLE bambu_batch_runs (
    serial TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    started DATETIME NOT NULL,
    ended DATETIME,
    seconds INTEGER,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, run_id),
    FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_runs" VALUES('0300CA600000000',217000001,'7','Clip','finished','2026-11-21 03:00:00.000000','2026-11-21 03:00:00.000000',0,'{"run":{"run_id":217000001,"name":"Clip_217000001","task_id":"7","copy":2,"phase":"printing","started":"2026-11-21T03:00:00+00:00","from_state":"FINISH","clears_plate":true,"plates":1,"mapping":[-1,3],"external_spool":false,"printing_since":"2026-11-21T03:00:00+00:00","worked":false,"unseen":false,"cancel_seen":false,"error":0,"layer":12,"total_layers":50,"trays":[[0,3]],"loaded":[{"number":3,"loaded":true,"material":"PLA","colour":"FFFFFFFF","brand_code":null,"tag":null,"remain":null}]},"outcome":"finished","ended":"2026-11-21T03:00:00+00:00","name":"Clip","plate_file":{"file":"media-source://media_source/local/clip.gcode.3mf","sha256":"ab","size":40000,"plate":2,"gcode":"Metadata/plate_2.gcode","seconds":900,"filaments":[{"slot":2,"material":"PLA","colour":"FFFFFF","brand_code":"GFA00","grams":5.5,"metres":1.8}],"grams":5.5,"model":"N1","nozzle":0.4,"swap":"yes","packed":1}}');
CREATE TABLE bambu_batch_runs_in_flight (
    serial TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, run_id),
    FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_runs_in_flight" VALUES('0300CA600000000',217000001,0,'{"run_id":217000001,"name":"Clip_217000001","task_id":"7","copy":2,"phase":"printing","started":"2026-11-21T03:00:00+00:00","from_state":"FINISH","clears_plate":true,"plates":1,"mapping":[-1,3],"external_spool":false,"printing_since":"2026-11-21T03:00:00+00:00","worked":false,"unseen":false,"cancel_seen":false,"error":0,"layer":12,"total_layers":50,"trays":[[0,3]],"loaded":[{"number":3,"loaded":true,"material":"PLA","colour":"FFFFFFFF","brand_code":null,"tag":null,"remain":null}]}');
CREATE TABLE bambu_batch_schema (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);
INSERT INTO "bambu_batch_schema" VALUES(1);
CREATE TABLE bambu_batch_tasks (
    serial TEXT NOT NULL,
    task_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (serial, task_id),
    FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
);
INSERT INTO "bambu_batch_tasks" VALUES('0300CA600000000','7',0,'{"task_id":"7","name":"Clip – plate 2","plate_file":{"file":"media-source://media_source/local/clip.gcode.3mf","sha256":"ab","size":40000,"plate":2,"gcode":"Metadata/plate_2.gcode","seconds":900,"filaments":[{"slot":2,"material":"PLA","colour":"FFFFFF","brand_code":"GFA00","grams":5.5,"metres":1.8}],"grams":5.5,"model":"N1","nozzle":0.4,"swap":"yes","packed":1},"copies":5,"settings":{"bed_leveling":true,"flow_calibration":true,"vibration_calibration":false,"timelapse":true,"use_ams":null,"ams_mapping":[-1,3],"cooldown_seconds":null},"clears_plate":true,"hold":null,"released":["no_swap_gcode"],"finished":1,"failed":0,"cancelled":0,"retries":0,"removed":false}');
INSERT INTO "bambu_batch_tasks" VALUES('0300CA600000000','8',1,'{"task_id":"8","name":"Held","plate_file":{"file":"media-source://media_source/local/clip.gcode.3mf","sha256":"ab","size":40000,"plate":2,"gcode":"Metadata/plate_2.gcode","seconds":900,"filaments":[{"slot":2,"material":"PLA","colour":"FFFFFF","brand_code":"GFA00","grams":5.5,"metres":1.8}],"grams":5.5,"model":"N1","nozzle":0.4,"swap":"yes","packed":1},"copies":25000,"settings":{"bed_leveling":true,"flow_calibration":true,"vibration_calibration":false,"timelapse":false,"use_ams":null,"ams_mapping":null,"cooldown_seconds":null},"clears_plate":false,"hold":"by_user","released":[],"finished":0,"failed":0,"cancelled":0,"retries":0,"removed":false}');
CREATE INDEX bambu_batch_runs_by_time ON bambu_batch_runs (serial, started, run_id, outcome, seconds, task_id);
CREATE INDEX bambu_batch_filament_uses_by_run ON bambu_batch_filament_uses (serial, run_id, grams, cost, material, spool);
COMMIT;
