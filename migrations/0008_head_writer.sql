-- Which connection wrote last. Where the head stands does not tell it: two processes that write as many events each may leave it
-- where the other one expects it, and a group that was sent ahead would be written on what is not there.
ALTER TABLE orrery.head ADD COLUMN writer text NOT NULL DEFAULT '';
