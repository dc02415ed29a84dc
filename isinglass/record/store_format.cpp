#include "isinglass/record/store_format.h"

namespace isinglass {

const char* const kStoreTables = R"(CREATE TABLE run (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE tensor (
  tensor INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  shape TEXT NOT NULL,
  per_sample INTEGER NOT NULL
);
CREATE TABLE chunk (
  tensor INTEGER NOT NULL,
  first_frame INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  numbers BLOB NOT NULL
);
CREATE UNIQUE INDEX chunk_place ON chunk (tensor, first_frame);
CREATE TABLE pack (
  kind TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  numbers BLOB NOT NULL
);
CREATE UNIQUE INDEX pack_place ON pack (kind, first);
CREATE TABLE metric (
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL,
  name TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (epoch, part, name)
) WITHOUT ROWID;
)";

}  // namespace isinglass
