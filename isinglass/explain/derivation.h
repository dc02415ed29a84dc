// isinglass/explain/derivation.h - the chain rule behind one derivative: its factors, its paths and what they add up to.
//
// When there are few paths from the loss to the number, all are listed. Otherwise the derivative is given exactly as
// sums over the units of each layer (how much of it passes through each unit), with the paths that contribute most and
// all others as one number.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/explain/chain_rule.h"

namespace isinglass {

struct DerivationOptions {
  Index most_paths = 4096;  // listed when there are no more
  Index largest = 10;       // else so many of the largest, of paths and of a layer's units
};

struct Derivation {
  // One local derivative, d of / d from.
  struct Factor {
    Place of, from;
    Expression derivative;
    bool is_negated = false;
    double value() const { return is_negated ? -derivative.value() : derivative.value(); }
  };
  struct Path {
    std::vector<std::size_t> factors;  // from the loss to the number
    double product = 1;
  };
  // What passes through a place: the product of what comes from the loss and what leads to the number.
  struct Unit {
    Place place;
    double adjoint = 0, tangent = 0;
    double contribution() const { return adjoint * tangent; }
  };
  struct Layer {
    ValueId value = 0;
    Index units = 0;             // that lead to the number
    std::vector<Unit> largest;   // by |contribution|
    double rest = 0, total = 0;  // contribution of the other units; of all
  };
  struct Depth {
    std::string layer;
    double norm = 0;  // of dL/d(output of the layer); of the last layer, of what the loss is computed from
  };

  const Moment* moment = nullptr;  // outlives this
  Address target;                  // a derivative
  Place target_place;
  std::optional<Index> row;  // of the batch; absent: the mean over the batch
  bool has_several_samples = false;
  bool is_book = false;  // signs of the source material: of P = -L instead of L
  double loss = 0;

  std::vector<Factor> factors;  // each once
  std::vector<Path> paths;
  double path_count = 0;    // may be beyond any integer
  bool is_complete = true;  // all paths are listed
  double sum_of_paths = 0;  // of all, listed or not
  double rest = 0;          // of those not listed
  double gradient = 0;      // by back-propagation; not a number where it computes none
  double finite_difference = 0;
  std::optional<double> recorded = {};  // what a run's store has, when whoever asks knows one
  std::vector<Unit> samples;            // of a batch: the share of each sample's loss, and the derivative of that loss
  std::vector<Layer> layers;            // last first; where several units lead to the number
  std::vector<Depth> depth;             // last first

  // The same of P = -L, as the source material's first network has it.
  Derivation in_book_signs() const;
};

// Throws OptionError for what has no derivative, and for a value without `row` in a batch of several samples.
Derivation derive(const Moment& moment, const Address& target, std::optional<Index> row = {},
                  const DerivationOptions& options = {});

}  // namespace isinglass
