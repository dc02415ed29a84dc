#include "isinglass/record/store_format.h"

namespace isinglass {

const char* const kStoreTables = R"(CREATE TABLE run (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE step (
  step INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  loss REAL,
  learning_rate REAL,
  frame INTEGER
);
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
CREATE TABLE layer_statistic (
  step INTEGER NOT NULL,
  layer INTEGER NOT NULL,
  mean REAL,
  deviation REAL,
  dead REAL,
  saturated REAL,
  gradient_norm REAL,
  weight_norm REAL,
  update_ratio REAL,
  PRIMARY KEY (step, layer)
) WITHOUT ROWID;
CREATE TABLE unit_statistic (
  step INTEGER NOT NULL,
  layer INTEGER NOT NULL,
  unit INTEGER NOT NULL,
  mean REAL,
  deviation REAL,
  dead REAL,
  saturated REAL,
  PRIMARY KEY (step, layer, unit)
) WITHOUT ROWID;
CREATE TABLE metric (
  epoch INTEGER NOT NULL,
  part TEXT NOT NULL,
  name TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (epoch, part, name)
) WITHOUT ROWID;
)";

}  // namespace isinglass
