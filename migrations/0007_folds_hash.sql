-- Which deciders, events and upcasts made a fold that stands for archived events (src/domain/foldsHash.generated.ts): under
-- others it would be something else. NULL, of before this was kept: nobody knows.
ALTER TABLE orrery.folds ADD COLUMN folds_hash text;
